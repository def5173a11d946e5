import type { SignInAttempts } from "../../persistence/sign-in-attempts.js";
import { TooManyRequests } from "./too-many-requests.js";

/** Wrong passwords that cost nothing, for people who mistype. */
const FREE_FAILURES = 5;
const LONGEST_WAIT_MS = 15 * 60_000;
/** Failures are forgotten after this long without another. */
const MEMORY_MS = 60 * 60_000;
/** Attempts at the same moment that are sorted out one after the other; more are asked to come again. */
const MOST_ROUNDS = 20;

/** Milliseconds until the next attempt after so many failures: doubling from 1 s to 15 min. */
function waitAfter(failures: number): number {
	if (failures < FREE_FAILURES) return 0;
	return Math.min(LONGEST_WAIT_MS, 1000 * 2 ** (failures - FREE_FAILURES));
}

function tooEarly(milliseconds: number): TooManyRequests {
	const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
	return new TooManyRequests(`Too many wrong passwords; wait ${seconds} s.`, seconds);
}

/**
 * Takes one attempt under a key before the password is checked, so that parallel guesses, at whichever web process,
 * can't slip past the limit together. An attempt that comes too early is refused and not counted, so it makes nobody
 * wait longer. Errors: `too_many_requests`.
 */
export async function takeAttempt(attempts: SignInAttempts, key: string, now: Date): Promise<void> {
	for (let round = 0; round < MOST_ROUNDS; round += 1) {
		const kept = await attempts.get(key);
		const early = (kept?.notBefore.getTime() ?? 0) - now.getTime();
		if (early > 0) throw tooEarly(early);
		const count = (kept?.count ?? 0) + 1;
		const notBefore = new Date(now.getTime() + waitAfter(count));
		const expiresAt = new Date(now.getTime() + MEMORY_MS);
		if (await attempts.advance(key, kept?.count ?? null, { count, notBefore }, expiresAt)) return;
	}
	throw tooEarly(1000);
}
