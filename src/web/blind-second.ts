import type {
	BlindAnswer,
	BlindReading,
	DecisionInput,
	DecisionOrder,
	Exception,
} from "../contracts/exception.js";
import type { Inspection } from "../contracts/inspection.js";
import { VinspectError } from "../domain/errors.js";
import { awaitedRelease } from "../domain/review.js";
import type { ClaimedException, Store } from "../persistence/store.js";

type Kept = Pick<Store, "blindReadings">;

/** What this person read blind on the release that waits; null where they did not, or none waits. */
export async function blindReadingOf(
	store: Kept,
	exception: ClaimedException,
	person: string,
): Promise<BlindReading | null> {
	const release = awaitedRelease(exception);
	return release && store.blindReadings.get(release.decisionId, person);
}

/** Whether this person, who decides exceptions, has yet to read the picture before being shown the rest. */
export async function mustReadBlind(
	store: Kept,
	exception: Pick<Exception, "status" | "decisions">,
	person: string,
): Promise<boolean> {
	const release = awaitedRelease(exception);
	if (release === null || release.by === person) return false;
	return (await store.blindReadings.get(release.decisionId, person)) === null;
}

/** The exception without anything that tells what was read, what is expected or what the first person thinks. */
export function withoutReading(exception: ClaimedException): ClaimedException {
	const { statements, defects, fusedFrom, crossRule, ...finding } = exception.finding;
	return {
		...exception,
		vin: "",
		finding: { ...finding, read: null, expected: null, refusal: null, differences: [], confidence: null },
		decisions: exception.decisions.map(({ blindReading, ...decision }) => ({
			...decision,
			correctedText: null,
			reason: null,
			comment: null,
		})),
	};
}

/**
 * The exception of this vehicle that this person, who decides exceptions, is asked to read blind before its dossier
 * tells them what was read and expected; null where there is none.
 */
export async function toReadBlindFirst(
	store: Kept,
	{ exceptions }: Pick<Inspection, "exceptions">,
	person: string,
): Promise<string | null> {
	for (const exception of exceptions)
		if (await mustReadBlind(store, exception, person)) return exception.exceptionId;
	return null;
}

/** Exceptions as this person, who decides exceptions, may be shown them now. */
export function blinded(
	store: Kept,
	exceptions: readonly ClaimedException[],
	person: string,
): Promise<ClaimedException[]> {
	return Promise.all(
		exceptions.map(async (exception) =>
			(await mustReadBlind(store, exception, person)) ? withoutReading(exception) : exception,
		),
	);
}

/**
 * Keeps a second person's answer; the first one stands. Errors: `decision_rejected` where no release of
 * somebody else waits, `exception_claimed`.
 */
export async function keepBlindReading(
	store: Kept,
	exception: ClaimedException,
	answer: BlindAnswer,
	person: string,
	at: Date,
): Promise<BlindReading> {
	const release = awaitedRelease(exception);
	if (release === null || release.by === person) {
		throw new VinspectError(
			"decision_rejected",
			"No release of somebody else waits for you here. 此处没有等待您确认的放行。",
		);
	}
	if (exception.claim !== null && exception.claim.by !== person) {
		throw new VinspectError("exception_claimed", `${exception.claim.by} works on this exception.`);
	}
	return store.blindReadings.keep(release.decisionId, person, { ...answer, at: at.toISOString() });
}

/** The decision with what this person read blind, where a release waited for them. */
export async function withBlindReading(
	store: Kept,
	exception: ClaimedException | null,
	order: DecisionOrder,
	person: string,
): Promise<DecisionInput> {
	const kept = exception && (await blindReadingOf(store, exception, person));
	return kept ? { ...order, blindReading: kept } : order;
}
