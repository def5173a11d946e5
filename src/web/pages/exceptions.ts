import type { Router } from "express";
import { z } from "zod";
import type { ExceptionStatus } from "../../contracts/exception.js";
import type { ClaimedException, Store } from "../../persistence/store.js";
import type { WebDeps } from "../deps.js";
import { personOf, type Site } from "./site.js";
import { DECIDABLE, waitingOverride } from "./views/exception.js";

const PAGE_SIZE = 50;

export const LISTS = ["waiting", "captures", "done"] as const;
const STATUSES: Readonly<Record<(typeof LISTS)[number], readonly ExceptionStatus[]>> = {
	waiting: DECIDABLE,
	captures: ["awaiting_capture"],
	done: ["resolved", "superseded", "expired"],
};

const Query = z.object({
	list: z.enum(LISTS).catch("waiting").default("waiting"),
	after: z.string().min(1).max(200).nullable().catch(null).default(null),
});

/** Whether this person could decide it now: not held by somebody else, and not their own override. */
export function isFor(person: string, exception: ClaimedException, now: Date): boolean {
	const held = exception.claim !== null && new Date(exception.claim.expiresAt) > now;
	if (held && exception.claim?.by !== person) return false;
	return waitingOverride(exception)?.by !== person;
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

function addressOf(list: (typeof LISTS)[number], after: string | null): string {
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
		const page = await deps.store.exceptions.queue(STATUSES[list], after, PAGE_SIZE);
		const now = new Date();
		const person = personOf(request).name;
		const items = page.items.map((exception) => ({
			...exception,
			claim: exception.claim && new Date(exception.claim.expiresAt) > now ? exception.claim : null,
		}));
		const view = {
			lists: LISTS.map((one) => ({ list: one, current: one === list, href: addressOf(one, null) })),
			items,
			empty: items.length === 0,
			waitingList: list === "waiting",
			first: list === "waiting" ? (items.find((one) => isFor(person, one, now))?.exceptionId ?? null) : null,
			here: addressOf(list, after),
			back: after === null ? null : addressOf(list, null),
			more: page.next === null ? null : addressOf(list, page.next),
			notice: await noticeOf(request.query.decided),
		};
		await site.show(request, response, "exceptions", view, { eventsUrl: "/api/v1/events" });
	});
}
