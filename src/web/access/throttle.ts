/** Wrong passwords that cost nothing, for people who mistype. */
const FREE_FAILURES = 5;
const LONGEST_WAIT_MS = 15 * 60_000;
/** Failures are forgotten after this long without another. */
const MEMORY_MS = 60 * 60_000;
const MOST_ENTRIES = 10_000;

interface Failures {
	readonly count: number;
	readonly last: number;
}

/** Slows guessing of passwords: after five failures by one name and address the wait doubles, from 1 s to 15 min. */
export class SignInThrottle {
	readonly #failures = new Map<string, Failures>();

	/** Milliseconds this name and address must still wait; 0 when it may try. */
	waitFor(key: string, now: number): number {
		const failures = this.#failures.get(key);
		if (!failures || failures.count < FREE_FAILURES) return 0;
		const wait = Math.min(LONGEST_WAIT_MS, 1000 * 2 ** (failures.count - FREE_FAILURES));
		return Math.max(0, failures.last + wait - now);
	}

	failed(key: string, now: number): void {
		const before = this.#failures.get(key);
		const count = before && now - before.last < MEMORY_MS ? before.count : 0;
		// re-inserted, so that the map's order is by last failure and the oldest can go
		this.#failures.delete(key);
		this.#failures.set(key, { count: count + 1, last: now });
		if (this.#failures.size > MOST_ENTRIES) {
			const [oldest] = this.#failures.keys();
			if (oldest !== undefined) this.#failures.delete(oldest);
		}
	}

	succeeded(key: string): void {
		this.#failures.delete(key);
	}
}
