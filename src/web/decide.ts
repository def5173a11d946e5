import type { DecisionOrder, Exception } from "../contracts/exception.js";
import { VinspectError } from "../domain/errors.js";
import { isDecided } from "../domain/review.js";
import type { ClaimedException } from "../persistence/store.js";
import { withBlindReading } from "./blind-second.js";
import { nowOf, type WebDeps } from "./deps.js";
import { existingException } from "./existing-exception.js";
import type { Live } from "./live/live.js";
import type { Identity } from "./request-context.js";

/**
 * Seconds an exception is taken for one decision, where its decider did not hold it: longer than the workflow may
 * take to answer. A process that dies in between keeps everybody else from deciding for no longer.
 */
const DECIDING_SECONDS = 30;

/** The refusal of what somebody else works on. */
export function claimedBy(name: string | undefined, exceptionId: string): VinspectError {
	return new VinspectError(
		"exception_claimed",
		`${name ?? "Somebody else"} is working on ${exceptionId}; take the next one, or wait.`,
	);
}

export interface Deciding {
	readonly deps: WebDeps;
	readonly live: Live;
	readonly exceptionId: string;
	readonly order: DecisionOrder;
	readonly person: Identity;
	/** Looks at the exception once nobody else can decide it, and throws what speaks against deciding. */
	readonly check?: (exception: ClaimedException) => void;
}

/**
 * Decides, as the one person who holds the exception: whoever does not hold it takes it in one step of the store, or
 * is refused before the workflow is asked. With the decision it is given back; after a refusal only if it was taken
 * for this decision alone. A decision sent again needs no claim: the workflow knows it. Errors:
 * `exception_missing`, `exception_claimed`, what `check` throws, and what the gateway refuses with.
 */
export async function decide(deciding: Deciding): Promise<Exception> {
	const { deps, exceptionId, order, person, check } = deciding;
	const send = async (exception: ClaimedException): Promise<Exception> => {
		const decision = await withBlindReading(deps.store, exception, order, person.name);
		return deps.gateway.decide(exceptionId, decision, { name: person.name, role: person.role });
	};
	const standing = await existingException(deps.store, exceptionId);
	if (isDecided(standing, order.decisionId)) return send(standing);
	const { claim } = standing;
	if (claim !== null && claim.by !== person.name) throw claimedBy(claim.by, exceptionId);
	const until = new Date(nowOf(deps).getTime() + DECIDING_SECONDS * 1000).toISOString();
	const holds = claim !== null && claim.expiresAt >= until;
	if (!holds && !(await deps.store.exceptions.claim(exceptionId, person.name, DECIDING_SECONDS))) {
		const taken = await existingException(deps.store, exceptionId);
		// the same decision, sent at the same moment, may have been taken and given back before this one came
		if (isDecided(taken, order.decisionId)) return send(taken);
		throw claimedBy(taken.claim?.by, exceptionId);
	}
	let decided = false;
	try {
		const exception = holds ? standing : await existingException(deps.store, exceptionId);
		check?.(exception);
		const answer = await send(exception);
		decided = true;
		return answer;
	} finally {
		if (decided || claim === null) await giveBack(deciding);
	}
}

/** The decision stands, or is refused, whatever becomes of the claim: it also runs out by itself. */
async function giveBack({ deps, live, exceptionId, person }: Deciding): Promise<void> {
	try {
		await deps.store.exceptions.release(exceptionId, person.name);
	} catch (error) {
		deps.logger.warn({ err: error, exceptionId }, "an exception could not be given back after a decision");
		return;
	}
	// a page that was opened in between shows somebody at work
	live.claimChanged(exceptionId);
}
