import type { Router } from "express";
import type { ClaimedException } from "../../persistence/store.js";
import { limitsOf, nowOf, type WebDeps } from "../deps.js";
import { existingException } from "../existing-exception.js";
import type { Live } from "../live/live.js";
import type { Identity } from "../request-context.js";
import { mayDecide } from "./decide-form.js";
import { formOf, readForm, requireCsrf } from "./forms.js";
import { personOf, type Site } from "./site.js";
import { DECIDABLE, isForOthers, seenMark } from "./views/exception.js";

/**
 * What the claim line says: whose the exception is now. `had` says that this page held the claim before, so
 * that a claim that ran out is explained; `seconds` is how long a new claim holds.
 */
export function claimView(
	exception: ClaimedException,
	person: Identity,
	{ now, had, seconds }: { readonly now: Date; readonly had: boolean; readonly seconds: number },
) {
	const { claim, exceptionId, status } = exception;
	const held = claim !== null && new Date(claim.expiresAt) > now ? claim : null;
	const mine = held?.by === person.name;
	return {
		exceptionId,
		seconds,
		// whoever waits for a second person must not keep that person out
		claimable: mayDecide(person) && DECIDABLE.includes(status) && !isForOthers(exception, person.name),
		claim: held,
		mine,
		had: had || mine,
		lost: had && !mine,
		state: mine ? "mine" : held ? "other" : "free",
	};
}

/** What an open exception page asks again and again: whose it is now, and whether it changed. */
export function claimRoutes(router: Router, deps: WebDeps, live: Live, site: Site): void {
	const { claimSeconds: seconds } = limitsOf(deps);

	router.get("/exceptions/:exceptionId/state", async (request, response) => {
		const exception = await existingException(deps.store, request.params.exceptionId);
		const changed = request.query.seen !== seenMark(exception);
		const { exceptionId, status } = exception;
		site.showPart(request, response, "exception-state", { exceptionId, status, changed });
	});

	router.get("/exceptions/:exceptionId/claim", async (request, response) => {
		const exception = await existingException(deps.store, request.params.exceptionId);
		const had = request.query.had === "1";
		site.showPart(
			request,
			response,
			"claim",
			claimView(exception, personOf(request), { now: nowOf(deps), had, seconds }),
		);
	});

	router.post("/exceptions/:exceptionId/claim", readForm, requireCsrf, async (request, response) => {
		const person = personOf(request);
		const before = await existingException(deps.store, request.params.exceptionId);
		const { exceptionId } = before;
		const had = formOf(request).had === "1";
		// what waits for nobody's decision is nobody's: a renewal may arrive just after the decision
		const { claimable } = claimView(before, person, { now: nowOf(deps), had, seconds });
		if (claimable && (await deps.store.exceptions.claim(exceptionId, person.name, seconds))) {
			live.claimChanged(exceptionId);
		}
		const exception = await existingException(deps.store, exceptionId);
		site.showPart(
			request,
			response,
			"claim",
			claimView(exception, person, { now: nowOf(deps), had, seconds }),
		);
	});
}
