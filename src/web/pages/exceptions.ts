import type { Router } from "express";
import { z } from "zod";
import type { ExceptionStatus } from "../../contracts/exception.js";
import type { ClaimedException, QueueFilter, Store } from "../../persistence/store.js";
import { blinded } from "../blind-second.js";
import { nowOf, type WebDeps } from "../deps.js";
import { mayDecide } from "./decide-form.js";
import { personOf, type Site } from "./site.js";
import { DECIDABLE, isForOthers } from "./views/exception.js";

const PAGE_SIZE = 50;

export const LISTS = ["waiting", "escalated", "captures", "expired", "done"] as const;
type List = (typeof LISTS)[number];
const STATUSES: Readonly<Record<List, readonly ExceptionStatus[]>> = {
	waiting: DECIDABLE,
	escalated: DECIDABLE,
	captures: ["awaiting_capture"],
	expired: ["expired"],
	done: ["resolved", "superseded"],
};
const filterOf = (list: List): QueueFilter => (list === "escalated" ? { escalated: true } : {});

const Query = z.object({
	list: z.enum(LISTS).catch("waiting").default("waiting"),
	after: z.string().min(1).max(200).nullable().catch(null).default(null),
});

/** Whether this person could decide it now: not held by somebody else, and not waiting for another than them. */
export function isFor(person: string, exception: ClaimedException, now: Date): boolean {
	const held = exception.claim !== null && new Date(exception.claim.expiresAt) > now;
	if (held && exception.claim?.by !== person) return false;
	return !isForOthers(exception, person);
}

/** The exception this person should look at after `current`: by deadline, starting over at the end. */
export async function nextFor(
	store: Store,
	person: string,
	current: string | null,
	now: Date,
): Promise<string | null> {
	const { items } = await store.exceptions.queue(DECIDABLE, null, PAGE_SIZE);
	const at = items.findIndex(({ exceptionId }) => exceptionId === current);
	const inTurn = [...items.slice(at + 1), ...items.slice(0, Math.max(at, 0))];
	return inTurn.find((exception) => isFor(person, exception, now))?.exceptionId ?? null;
}

function addressOf(list: List, after: string | null): string {
	const parameters = new URLSearchParams(list === "waiting" ? {} : { list });
	if (after !== null) parameters.set("after", after);
	return parameters.size === 0 ? "/exceptions" : `/exceptions?${parameters}`;
}

/** The queue of exceptions, nearest deadline first. */
export function exceptionQueueRoutes(
	router: Router,
	deps: WebDeps,
	site: Site,
	noticeOf: (decided: unknown) => Promise<object | null>,
): void {
	router.get("/exceptions", async (request, response) => {
		const { list, after } = Query.parse(request.query);
		const page = await deps.store.exceptions.queue(STATUSES[list], after, PAGE_SIZE, filterOf(list));
		const now = nowOf(deps);
		const person = personOf(request);
		// whoever may be asked for a second look must not find here what was read
		const shown = mayDecide(person) ? await blinded(deps.store, page.items, person.name) : page.items;
		const items = shown.map((exception) => ({
			...exception,
			claim: exception.claim && new Date(exception.claim.expiresAt) > now ? exception.claim : null,
		}));
		const timed = list === "waiting" || list === "escalated";
		const view = {
			lists: LISTS.map((one) => ({ list: one, current: one === list, href: addressOf(one, null) })),
			items,
			empty: items.length === 0,
			list,
			timed,
			me: person.name,
			first: timed ? (items.find((one) => isFor(person.name, one, now))?.exceptionId ?? null) : null,
			here: addressOf(list, after),
			back: after === null ? null : addressOf(list, null),
			more: page.next === null ? null : addressOf(list, page.next),
			notice: await noticeOf(request.query.decided),
		};
		await site.show(request, response, "exceptions", view, { eventsUrl: "/api/v1/events" });
	});
}
