import type { ClaimedException } from "../../persistence/store.js";
import type { Identity } from "../request-context.js";
import { mayDecide } from "./decide-form.js";
import { DECIDABLE, isForOthers } from "./views/exception.js";

/**
 * What the claim line says: whose the exception is now. `had` says that this page held the claim before, so
 * that a claim that ran out is explained.
 */
export function claimView(exception: ClaimedException, person: Identity, now: Date, had: boolean) {
	const { claim, exceptionId, status } = exception;
	const held = claim !== null && new Date(claim.expiresAt) > now ? claim : null;
	const mine = held?.by === person.name;
	return {
		exceptionId,
		// whoever waits for a second person must not keep that person out
		claimable: mayDecide(person) && DECIDABLE.includes(status) && !isForOthers(exception, person.name),
		claim: held,
		mine,
		had: had || mine,
		lost: had && !mine,
		state: mine ? "mine" : held ? "other" : "free",
	};
}
