import { VinspectError } from "../domain/errors.js";
import { type Place, Places } from "./places.js";

export interface AdmissionLimits {
	/** Requests of the line (track-in, captures) that are answered at once at most; more are refused. */
	readonly lineRequests: number;
	/** Captures that may wait for a reader before new ones are refused. */
	readonly waitingReadings: number;
}

/** What a request asks for: a place in the web alone, or a reading as well. */
export type Load = "line" | "reading";

/** The queue is looked at no more often than this: between two looks it grows by what fits through the door. */
const LOOK_EVERY_MS = 1_000;

/**
 * The door of the line. What can't be worked off is refused at once, before its bytes are taken, and told when to
 * come back: everything that was let in then ends in a time that does not grow with what is asked.
 */
export class Admission {
	readonly #places: Places;
	#waiting = 0;
	#lookedAt = Number.NEGATIVE_INFINITY;
	#looking: Promise<void> | null = null;

	/** `readingsWaiting` may reject: while the queue can't be seen, what was seen last counts. */
	constructor(
		private readonly limits: AdmissionLimits,
		private readonly readingsWaiting: () => Promise<number>,
		private readonly now: () => number = () => performance.now(),
	) {
		this.#places = new Places(limits.lineRequests, now);
	}

	/** Lets a request in. Errors: `overloaded`. */
	async enter(load: Load): Promise<Place> {
		const place = this.#places.take();
		if (place === null) {
			throw new VinspectError(
				"overloaded",
				`${this.#places.taken} requests of the line are being answered, as many as can be in time; send it again shortly.`,
			);
		}
		if (load === "reading") {
			await this.#look();
			if (this.#waiting >= this.limits.waitingReadings) {
				place.leave();
				throw new VinspectError(
					"overloaded",
					`${this.#waiting} captures wait for a reader, as many as may; send it again when some have been read.`,
				);
			}
		}
		return place;
	}

	#look(): Promise<void> {
		if (this.#looking === null && this.now() - this.#lookedAt >= LOOK_EVERY_MS) {
			this.#looking = this.readingsWaiting()
				.then(
					(count) => {
						this.#waiting = count;
					},
					() => undefined,
				)
				.finally(() => {
					this.#lookedAt = this.now();
					this.#looking = null;
				});
		}
		return this.#looking ?? Promise.resolve();
	}
}
