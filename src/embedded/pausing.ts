/** Puts back to work what was paused. */
export type Resume = () => Promise<void>;

/** Whether something that is kept running rests on purpose, so that its end is no crash. */
export interface Pausing {
	/** Resolves when the rest is over; null while there is none. */
	readonly resting: Promise<void> | null;
	/** Rests from before `stop` until `start`, called by the answer, has ended, well or not. */
	pause(stop: () => Promise<void>, start: () => Promise<void>): Promise<Resume>;
}

/** What watches over a process asks this one before it starts it again. */
export function createPausing(): Pausing {
	let resting: Promise<void> | null = null;
	return {
		get resting() {
			return resting;
		},
		async pause(stop, start) {
			let over = () => {};
			resting = new Promise((resolve) => {
				over = resolve;
			});
			await stop();
			return async () => {
				try {
					await start();
				} finally {
					// What could not be started now is started by who watches, as after any end.
					resting = null;
					over();
				}
			};
		},
	};
}
