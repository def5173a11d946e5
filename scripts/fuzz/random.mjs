// Chance that a seed decides: the same seed, the same choices.
import { createHash } from "node:crypto";

/** Choices by the digest of a seed and a counter: few are made for each request, so speed is no matter. */
export class Chance {
	#seed;
	#count = 0;

	constructor(...seed) {
		this.#seed = JSON.stringify(seed);
	}

	/** A whole number from 0 up to, not including, `end`. */
	below(end) {
		this.#count += 1;
		const digest = createHash("sha256").update(`${this.#seed}:${this.#count}`).digest();
		return digest.readUIntBE(0, 6) % end;
	}

	/** One of them. */
	of(list) {
		return list[this.below(list.length)];
	}

	/** True once in `times`. */
	once(times) {
		return this.below(times) === 0;
	}

	/** All of them in another order. */
	shuffled(list) {
		const left = [...list];
		return list.map(() => left.splice(this.below(left.length), 1)[0]);
	}
}
