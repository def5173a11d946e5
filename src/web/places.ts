/** An answer that takes this long was asked for beside too many others. */
const SLOW_MS = 3_000;
/** Share of the places that is left after a slow answer. */
const AFTER_SLOW = 0.5;
/** So many are let in however slow the answers: where nobody is, nobody finds out that it is quick again. */
const FEWEST = 4;

/** A request that was let in. */
export interface Place {
	/** The request is here whole: from now on its time is the service's own, not its sender's. */
	working(): void;
	/** Gives the place back, once. */
	leave(): void;
}

/**
 * How many requests are answered at once: as many as are answered in time, within a bound. A slow answer halves
 * the places, a quick one at a time when half of them are taken adds one (additive increase, multiplicative
 * decrease: Chiu and Jain, 1989), so that whoever finds no place is told at once instead of waiting in vain. What
 * was let in before the places were halved does not halve them again.
 */
export class Places {
	#taken = 0;
	#limit: number;
	#halvedAt = Number.NEGATIVE_INFINITY;

	/** `now` in milliseconds. */
	constructor(
		private readonly most: number,
		private readonly now: () => number,
	) {
		this.#limit = most;
	}

	get taken(): number {
		return this.#taken;
	}

	/** Null where all places are taken. */
	take(): Place | null {
		if (this.#taken >= Math.floor(this.#limit)) return null;
		this.#taken += 1;
		const takenAt = this.now();
		let workingSince: number | null = null;
		let left = false;
		return {
			working: () => {
				workingSince = this.now();
			},
			leave: () => {
				if (left) return;
				left = true;
				if (workingSince !== null) this.#learn(takenAt, this.now() - workingSince);
				this.#taken -= 1;
			},
		};
	}

	#learn(takenAt: number, took: number): void {
		if (took < SLOW_MS) {
			if (this.#taken * 2 >= this.#limit) this.#limit = Math.min(this.most, this.#limit + 1);
		} else if (takenAt >= this.#halvedAt) {
			this.#limit = Math.max(Math.min(FEWEST, this.most), this.#limit * AFTER_SLOW);
			this.#halvedAt = this.now();
		}
	}
}
