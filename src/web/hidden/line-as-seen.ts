import { AsyncLocalStorage } from "node:async_hooks";
import type { RequestHandler } from "express";
import type { HiddenItem, HiddenStep } from "../../contracts/agreement.js";
import type { Exception, ExceptionStatus } from "../../contracts/exception.js";
import type { Inspection } from "../../contracts/inspection.js";
import { VinspectError } from "../../domain/errors.js";
import { asShown, verdictOf } from "../../domain/hidden-item.js";
import { rowOf } from "../../domain/inspection-row.js";
import { isDecided, standingDecisions, whyNotDecidable, whyNotUndoable } from "../../domain/review.js";
import { decodeCursor } from "../../persistence/page-cursor.js";
import type { ClaimedException, InspectionFilter, Page } from "../../persistence/store.js";
import type { InspectionGateway } from "../../temporal/inspection-gateway.js";
import { nowOf, type WebDeps } from "../deps.js";
import { type Identity, identityOf } from "../request-context.js";
import { createDraw } from "./draw.js";

/** An item in this person's queue, with the vehicle as they see it. */
interface Shown {
	readonly item: HiddenItem;
	readonly original: Inspection;
	readonly inspection: Inspection;
	readonly exception: Exception;
}

function fits({ status, disposition, model, search }: InspectionFilter, inspection: Inspection): boolean {
	const part = search?.toLowerCase() ?? "";
	const { record, productionNumber } = inspection;
	return (
		(status === undefined || inspection.status === status) &&
		(disposition === undefined || inspection.disposition === disposition) &&
		(model === undefined || record.model === model) &&
		(record.vin.toLowerCase().includes(part) || productionNumber.toLowerCase().includes(part))
	);
}

const before = (a: readonly [string, string], b: readonly [string, string]): boolean =>
	a[0] === b[0] ? a[1] < b[1] : a[0] < b[0];

const keysOf = ({ deadline, exceptionId }: Exception): readonly [string, string] => [deadline, exceptionId];

/** Statuses of exceptions that wait for a person. */
const WAITING: readonly ExceptionStatus[] = ["open", "awaiting_second"];

/** A request sees what is hidden as it stood at most so long ago; one that stays open looks again. */
const SAME_LOOK_MS = 1000;

/** The same interface with some of its members replaced. */
function changedBy<T extends object>(base: T, own: Partial<T>): T {
	return new Proxy(base, { get: (target, name) => Reflect.get(name in own ? own : target, name) });
}

/** What hides items among a person's exceptions, and takes their decisions to the right place. */
function hiding(deps: WebDeps, person: Identity): WebDeps {
	const { agreement, exceptions, inspections } = deps.store;
	const draw = createDraw(deps);

	const shownOf = async (item: HiddenItem): Promise<Shown | null> => {
		const original = await inspections.get(item.inspectionId);
		const inspection = original && asShown(original, item, nowOf(deps).toISOString());
		const exception = inspection?.exceptions.find((one) => one.exceptionId === item.exceptionId);
		if (original && inspection && exception) return { item, original, inspection, exception };
		await agreement.close(person.name, item.itemId);
		return null;
	};
	const lookedUp = async (): Promise<readonly Shown[]> => {
		const shown = await Promise.all((await agreement.openOf(person.name)).map(shownOf));
		return shown.filter((one) => one !== null);
	};
	let last: { readonly shown: Promise<readonly Shown[]>; readonly at: number } | null = null;
	/** Asked for by every call of a request, which are many and together quick. */
	const allShown = (): Promise<readonly Shown[]> => {
		const at = performance.now();
		if (last === null || at - last.at > SAME_LOOK_MS) last = { shown: lookedUp(), at };
		return last.shown;
	};
	/** What this request does itself it sees at once. */
	const changing = async <T>(change: Promise<T>): Promise<T> => {
		try {
			return await change;
		} finally {
			last = null;
		}
	};
	const shownException = async (exceptionId: string): Promise<Shown | undefined> =>
		(await allShown()).find(({ item }) => item.exceptionId === exceptionId);

	const claimed = ({ item, inspection, exception }: Shown): ClaimedException => ({
		...exception,
		claim: item.claim !== null && item.claim.expiresAt > nowOf(deps).toISOString() ? item.claim : null,
		productionNumber: inspection.productionNumber,
		vin: inspection.record.vin,
		model: inspection.record.model,
	});

	const withShown = (
		page: Page<ClaimedException>,
		shown: readonly ClaimedException[],
		after: string | null,
	): readonly ClaimedException[] => {
		const from = after === null ? null : decodeCursor(after);
		const last = page.items.at(-1);
		const here = shown.filter(
			(one) =>
				(from === null || before(from, keysOf(one))) &&
				(page.next === null || last === undefined || before(keysOf(one), keysOf(last))),
		);
		return [...page.items, ...here].sort((a, b) => (before(keysOf(a), keysOf(b)) ? -1 : 1));
	};

	/** A page of vehicles with those this person sees otherwise: they came just now, so they stand on the first. */
	const withNewest = async <Item extends { readonly inspectionId: string; readonly startedAt: string }>(
		page: Page<Item>,
		filter: InspectionFilter,
		after: string | null,
		as: (inspection: Inspection) => Item,
	): Promise<Page<Item>> => {
		const shown = await allShown();
		if (shown.length === 0) return page;
		const mine = new Set(shown.map(({ item }) => item.inspectionId));
		const rest = page.items.filter(({ inspectionId }) => !mine.has(inspectionId));
		const newest = after === null ? shown.map(({ inspection }) => inspection) : [];
		const items = [...newest.filter((one) => fits(filter, one)).map(as), ...rest];
		return { ...page, items: items.sort((a, b) => (a.startedAt > b.startedAt ? -1 : 1)) };
	};

	/** Adds a step to what is hidden, under the rules of a real decision. */
	const step = async (shown: Shown, taken: HiddenStep): Promise<Exception> => {
		const item = { ...shown.item, steps: [...shown.item.steps, taken] };
		// what has just been done can be over at once only by the clock; the answer is the state right after it
		const inspection = asShown(shown.original, item, taken.at) ?? shown.inspection;
		const exception = inspection.exceptions.find((one) => one.exceptionId === item.exceptionId);
		if (!exception) throw new VinspectError("exception_missing", `No exception ${item.exceptionId}.`);
		const standing = standingDecisions(inspection, exception).at(-1);
		const outcome = { verdict: verdictOf(inspection, exception), judgedAt: standing?.at ?? null };
		if (await changing(agreement.addStep(shown.item, taken, outcome))) return exception;
		throw new VinspectError("revision_conflict", "The exception changed since it was read.");
	};

	/** The decision stands whatever becomes of the books about it. */
	const quietly = async (work: Promise<void>): Promise<void> => {
		await work.catch((error: unknown) =>
			deps.logger.warn({ err: error }, "agreement: a decision was not counted"),
		);
	};

	const decide: InspectionGateway["decide"] = async (exceptionId, decision, by) => {
		const shown = await shownException(exceptionId);
		if (!shown) {
			const exception = await deps.gateway.decide(exceptionId, decision, by);
			await quietly(draw.offerReading(exceptionId));
			await quietly(changing(draw.afterDecision(person, decision.decisionId)));
			return exception;
		}
		const { inspection, exception } = shown;
		const objection = whyNotDecidable(inspection, exceptionId, decision, by);
		if (objection) throw new VinspectError(objection.code, objection.message);
		if (isDecided(exception, decision.decisionId)) return exception;
		const decided = await step(shown, { step: "decided", decision, at: nowOf(deps).toISOString() });
		await quietly(changing(draw.afterDecision(person, decision.decisionId)));
		return decided;
	};

	return {
		...deps,
		gateway: changedBy(deps.gateway, {
			decide,
			async undo(exceptionId, by, requestId) {
				const shown = await shownException(exceptionId);
				if (!shown) return deps.gateway.undo(exceptionId, by, requestId);
				const objection = whyNotUndoable(shown.inspection, exceptionId);
				if (objection) throw new VinspectError(objection.code, objection.message);
				return step(shown, { step: "undone", at: nowOf(deps).toISOString() });
			},
		}),
		store: changedBy(deps.store, {
			exceptions: changedBy(exceptions, {
				async get(exceptionId) {
					const shown = await shownException(exceptionId);
					return shown ? claimed(shown) : exceptions.get(exceptionId);
				},
				async queue(statuses, after, limit, filter) {
					const [page, shown] = await Promise.all([
						exceptions.queue(statuses, after, limit, filter),
						allShown(),
					]);
					if (shown.length === 0) return page;
					const hidden = shown.map(claimed);
					const mine = new Set(hidden.map(({ exceptionId }) => exceptionId));
					const items = withShown(
						{ ...page, items: page.items.filter(({ exceptionId }) => !mine.has(exceptionId)) },
						hidden.filter(
							({ status, escalated }) =>
								statuses.includes(status) && (escalated || filter?.escalated === undefined),
						),
						after,
					);
					return { ...page, items };
				},
				async claim(exceptionId, by, seconds) {
					const shown = await shownException(exceptionId);
					if (!shown) return exceptions.claim(exceptionId, by, seconds);
					const claim = {
						by,
						expiresAt: new Date(nowOf(deps).getTime() + seconds * 1000).toISOString(),
					};
					await changing(agreement.claim(shown.item.itemId, claim));
					return claim;
				},
				async release(exceptionId, by) {
					const shown = await shownException(exceptionId);
					if (shown) await changing(agreement.claim(shown.item.itemId, null));
					else await exceptions.release(exceptionId, by);
				},
			}),
			inspections: changedBy(inspections, {
				async get(inspectionId) {
					const shown = (await allShown()).find(({ item }) => item.inspectionId === inspectionId);
					return shown ? shown.inspection : inspections.get(inspectionId);
				},
				list: async (filter, after, limit) =>
					withNewest(await inspections.list(filter, after, limit), filter, after, (one) => one),
				rows: async (filter, after, limit) =>
					withNewest(await inspections.rows(filter, after, limit), filter, after, rowOf),
				async waitingExceptions() {
					const [waiting, shown] = await Promise.all([inspections.waitingExceptions(), allShown()]);
					return waiting + shown.filter(({ exception }) => WAITING.includes(exception.status)).length;
				},
				async counts() {
					const [counts, shown] = await Promise.all([inspections.counts(), allShown()]);
					const seen = { ...counts };
					for (const { original, inspection } of shown) {
						seen[original.status] -= 1;
						seen[inspection.status] += 1;
						if (original.disposition) seen[original.disposition] -= 1;
					}
					return seen;
				},
			}),
		}),
	};
}

/**
 * The line as each person sees it: the very store and gateway, but for what is hidden in an operator's queue. Such
 * an exception looks open to them, its vehicle as it did then, and their decisions on it reach no vehicle.
 *
 * `deps` serves whoever the current request comes from, which `open` notes; so no route can forget to ask for it,
 * and none can tell.
 */
export function lineAsSeen(deps: WebDeps): { readonly deps: WebDeps; readonly open: RequestHandler } {
	const seen = new AsyncLocalStorage<WebDeps>();
	const current = (): WebDeps => seen.getStore() ?? deps;
	const currently = <T extends object>(base: T, of: () => T): T =>
		new Proxy(base, { get: (_base, name) => Reflect.get(of(), name) });
	return {
		deps: {
			...deps,
			store: currently(deps.store, () => current().store),
			gateway: currently(deps.gateway, () => current().gateway),
		},
		open(request, _response, next) {
			const person = identityOf(request);
			seen.run(person?.role === "operator" ? hiding(deps, person) : deps, next);
		},
	};
}
