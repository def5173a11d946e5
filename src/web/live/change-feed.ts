import type { Logger } from "pino";
import type { InspectionRow } from "../../contracts/inspection-row.js";
import type { Page } from "../../persistence/store.js";

/** Inspections that changed together, and the cursor after them. */
export interface Changes {
	readonly inspections: readonly InspectionRow[];
	readonly cursor: string | null;
}

type ChangedSince = (cursor: string | null, limit: number) => Promise<Page<InspectionRow>>;

const INTERVAL_MS = 400;
/** Longest pause between tries while the store does not answer. */
const LONGEST_PAUSE_MS = 5_000;
const PAGE = 100;

interface Run {
	timer: NodeJS.Timeout | null;
	cursor: string | null;
	readonly begun: Promise<void>;
}

/**
 * One poller of the store for all who wait for changes. It runs while somebody is subscribed, starts with
 * what changes from then on, and outlives a store that goes away for a while.
 */
export class ChangeFeed {
	readonly #changedSince: ChangedSince;
	readonly #logger: Logger;
	readonly #listeners = new Set<(changes: Changes) => void>();
	/** A new object for each run of the poller, so that a run that was stopped knows it. */
	#run: Run | null = null;

	constructor(changedSince: ChangedSince, logger: Logger) {
		this.#changedSince = changedSince;
		this.#logger = logger;
	}

	/** Calls the listener with every change after `begun` has resolved, until `stop`. */
	subscribe(listener: (changes: Changes) => void): { readonly begun: Promise<void>; stop(): void } {
		this.#listeners.add(listener);
		this.#run ??= this.#start();
		return {
			begun: this.#run.begun,
			stop: () => {
				this.#listeners.delete(listener);
				if (this.#listeners.size === 0) this.close();
			},
		};
	}

	/** Where the poller stands: everything up to here has been told; null while it does not run. */
	get cursor(): string | null {
		return this.#run?.cursor ?? null;
	}

	/** Every change after a cursor a client has kept, page by page, up to now. */
	async *since(cursor: string): AsyncGenerator<Changes> {
		for (let at = cursor; ; ) {
			const page = await this.#changedSince(at, PAGE);
			if (page.items.length === 0) return;
			yield { inspections: page.items, cursor: page.next };
			if (page.next === null || page.next === at) return;
			at = page.next;
		}
	}

	close(): void {
		this.#listeners.clear();
		if (this.#run?.timer) clearTimeout(this.#run.timer);
		this.#run = null;
	}

	#start(): Run {
		let begin = () => {};
		const begun = new Promise<void>((resolve) => {
			begin = resolve;
		});
		const run: Run = { timer: null, cursor: null, begun };
		let failures = 0;
		const poll = async () => {
			let pause = INTERVAL_MS;
			try {
				const page = await this.#changedSince(run.cursor, PAGE);
				run.cursor = page.next ?? run.cursor;
				failures = 0;
				if (this.#run === run && page.items.length > 0) {
					this.#tell({ inspections: page.items, cursor: run.cursor });
				}
				if (page.items.length === PAGE) pause = 0;
			} catch (error) {
				failures += 1;
				pause = Math.min(LONGEST_PAUSE_MS, INTERVAL_MS * 2 ** failures);
				if (failures === 1)
					this.#logger.warn({ err: error }, "live changes pause: the store does not answer");
			}
			begin();
			if (this.#run === run) run.timer = setTimeout(() => void poll(), pause).unref();
		};
		// the first poll begins after #run is set to this run
		queueMicrotask(() => void poll());
		return run;
	}

	#tell(changes: Changes): void {
		for (const listener of [...this.#listeners]) listener(changes);
	}
}
