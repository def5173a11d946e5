import { createHmac } from "node:crypto";
import type { GoldenItem, HiddenItem, Reference } from "../../contracts/agreement.js";
import type { Inspection } from "../../contracts/inspection.js";
import { canBeShownAgain, verdictOf } from "../../domain/hidden-item.js";
import { standingDecisions } from "../../domain/review.js";
import type { AgreementSettings } from "../../persistence/agreement-store.js";
import { nowOf, type WebDeps } from "../deps.js";
import type { Identity } from "../request-context.js";

/** More at once would be noticed, and would keep people from the line's own work. */
const OPEN_AT_ONCE = 2;
/** Golden items and awaited readings looked through for one that fits. */
const LOOKED_THROUGH = 200;
/** What nobody could read a second time in so many days is forgotten. */
const AWAITED_DAYS = 14;
/** An item seems to have come some moments before the decision that drew it, never at the very instant. */
const EARLIER_SECONDS = 150;

const DAY_MS = 24 * 60 * 60 * 1000;

/** A number below 2^32 that repeats, but can't be told without the plant's seed. */
export function drawn(seed: string, ...parts: readonly (string | number)[]): number {
	return createHmac("sha256", seed).update(parts.join("\n")).digest().readUInt32BE(0);
}

/** Whether the person's decision number `count` is the one of its block of `every` that a golden item follows. */
export function isGoldenTurn(seed: string, person: string, count: number, every: number): boolean {
	if (every === 0) return false;
	const block = Math.floor((count - 1) / every);
	return (count - 1) % every === drawn(seed, "golden", person, block) % every;
}

/** Whether this exception is one of those that are read a second time. */
export function isReadTwice(seed: string, exceptionId: string, every: number): boolean {
	return every !== 0 && drawn(seed, "second", exceptionId) % every === 0;
}

function hiddenItem(
	itemId: string,
	source: HiddenItem["source"],
	inspection: Inspection,
	exceptionId: string,
	reader: Identity,
	reference: Reference,
	shownAt: string,
): HiddenItem | null {
	const exception = inspection.exceptions.find((one) => one.exceptionId === exceptionId);
	if (!exception || !canBeShownAgain(inspection, exceptionId)) return null;
	const { kind, field, outcome } = exception.finding;
	const { inspectionId, productionNumber } = inspection;
	return {
		itemId,
		source,
		exceptionId,
		inspectionId,
		productionNumber,
		kind,
		field,
		outcome,
		person: reader.name,
		role: reader.role,
		shownAt,
		reference,
		steps: [],
		revision: 0,
		claim: null,
		verdict: null,
		judgedAt: null,
	};
}

/** What a decision of an operator draws: perhaps a golden item, perhaps a second reading, into their own queue. */
export function createDraw(deps: WebDeps) {
	const { agreement, inspections } = deps.store;

	const shownAt = (seed: string, person: string, count: number): string => {
		const earlier = drawn(seed, "moment", person, count) % EARLIER_SECONDS;
		return new Date(nowOf(deps).getTime() - earlier * 1000).toISOString();
	};

	const fittingGolden = async (
		person: string,
		count: number,
		{ seed, repeatWeeks }: AgreementSettings,
	): Promise<GoldenItem | null> => {
		const since = new Date(nowOf(deps).getTime() - repeatWeeks * 7 * DAY_MS).toISOString();
		const { shown } = await agreement.reader(person);
		const lately = new Set(shown.filter(({ at }) => at > since).map(({ exceptionId }) => exceptionId));
		const { items } = await agreement.listGolden(false, null, LOOKED_THROUGH);
		const fitting = items.filter(
			({ exceptionId, deciders, addedBy }) =>
				!lately.has(exceptionId) && !deciders.includes(person) && addedBy !== person,
		);
		const rank = ({ exceptionId }: GoldenItem): number => drawn(seed, "item", person, count, exceptionId);
		return fitting.sort((a, b) => rank(a) - rank(b))[0] ?? null;
	};

	const hideGolden = async (reader: Identity, count: number, settings: AgreementSettings): Promise<void> => {
		const golden = await fittingGolden(reader.name, count, settings);
		const inspection = golden && (await inspections.get(golden.inspectionId));
		if (!golden || !inspection) return;
		const { truth, addedBy, addedAt, exceptionId } = golden;
		const reference = { ...truth, by: addedBy, at: addedAt };
		const at = shownAt(settings.seed, reader.name, count);
		const itemId = `golden-${reader.name}-${count}`;
		const item = hiddenItem(itemId, "golden", inspection, exceptionId, reader, reference, at);
		const since = new Date(nowOf(deps).getTime() - settings.repeatWeeks * 7 * DAY_MS).toISOString();
		if (item) await agreement.show(item, since);
	};

	const hideSecondReading = async (
		reader: Identity,
		count: number,
		settings: AgreementSettings,
	): Promise<void> => {
		const forgotten = new Date(nowOf(deps).getTime() - AWAITED_DAYS * DAY_MS).toISOString();
		const since = new Date(nowOf(deps).getTime() - settings.repeatWeeks * 7 * DAY_MS).toISOString();
		for (const { exceptionId, inspectionId, decidedAt } of await agreement.awaitedReadings(LOOKED_THROUGH)) {
			const inspection = await inspections.get(inspectionId);
			const exception = inspection?.exceptions.find((one) => one.exceptionId === exceptionId);
			if (!inspection || !exception || decidedAt < forgotten) {
				await agreement.takeReading(exceptionId);
				continue;
			}
			if (exception.decisions.some(({ by }) => by === reader.name)) continue;
			const verdict = verdictOf(inspection, exception);
			const first = standingDecisions(inspection, exception).at(-1);
			if (verdict === null || !first) continue;
			const reference = { verdict, text: first.correctedText, by: first.by, at: first.at };
			const at = shownAt(settings.seed, reader.name, count);
			const itemId = `second-${exceptionId}`;
			const item = hiddenItem(itemId, "second_reading", inspection, exceptionId, reader, reference, at);
			if (item && (await agreement.takeReading(exceptionId))) {
				await agreement.show(item, since);
				return;
			}
		}
	};

	return {
		/** After a decision on a vehicle: whether somebody else shall read it too. */
		async offerReading(exceptionId: string): Promise<void> {
			const { seed, secondEvery } = await agreement.settings(deps.plant);
			if (!isReadTwice(seed, exceptionId, secondEvery)) return;
			const exception = await deps.store.exceptions.get(exceptionId);
			const inspectionId = exception?.inspectionId ?? exceptionId.split("~", 1)[0] ?? "";
			await agreement.awaitReading({ exceptionId, inspectionId, decidedAt: nowOf(deps).toISOString() });
		},
		/** After any decision of a person, hidden ones included: whether something comes into their queue. */
		async afterDecision(reader: Identity, decisionId: string): Promise<void> {
			const count = await agreement.countDecision(reader.name, decisionId);
			if (count === null) return;
			const settings = await agreement.settings(deps.plant);
			const { open } = await agreement.reader(reader.name);
			if (open.length >= OPEN_AT_ONCE) return;
			if (isGoldenTurn(settings.seed, reader.name, count, settings.goldenEvery)) {
				await hideGolden(reader, count, settings);
			} else if (settings.secondEvery > 0) await hideSecondReading(reader, count, settings);
		},
	};
}
