import { Worker } from "node:worker_threads";
import type { TypstAnswer, TypstJob } from "./typst-job.js";

export type Typeset = Exclude<TypstAnswer, { error: string }>;

interface Waiting {
	resolve(answer: Typeset): void;
	reject(error: Error): void;
}

/**
 * Typst in a worker thread of its own: started with the first report, started again after a crash, and no
 * reason for the process to stay.
 */
export class TypstCompiler {
	private worker: Worker | null = null;
	private readonly waiting = new Map<number, Waiting>();
	private nextId = 1;

	/** @param fonts paths of TrueType files; there are no others but the compiler's own */
	constructor(private readonly fonts: readonly string[]) {}

	/** Errors: a plain Error with the compiler's diagnostics. */
	compile(job: Omit<TypstJob, "id">): Promise<Typeset> {
		const id = this.nextId++;
		const worker = this.running();
		return new Promise((resolve, reject) => {
			this.waiting.set(id, { resolve, reject });
			worker.ref();
			worker.postMessage({ ...job, id } satisfies TypstJob);
		});
	}

	async close(): Promise<void> {
		await this.worker?.terminate();
	}

	private running(): Worker {
		if (this.worker) return this.worker;
		const worker = new Worker(new URL("./typst-worker.mjs", import.meta.url), {
			workerData: { fonts: this.fonts },
		});
		worker.on("message", (answer: TypstAnswer) => this.settle(worker, answer));
		worker.on("error", (error) => this.fail(error));
		worker.on("exit", () => this.fail(new Error("the Typst compiler stopped")));
		this.worker = worker;
		return worker;
	}

	private settle(worker: Worker, answer: TypstAnswer): void {
		const waiting = this.waiting.get(answer.id);
		this.waiting.delete(answer.id);
		if (this.waiting.size === 0) worker.unref();
		if ("error" in answer) waiting?.reject(new Error(`Typst: ${answer.error}`));
		else waiting?.resolve(answer);
	}

	private fail(error: Error): void {
		this.worker = null;
		for (const { reject } of this.waiting.values()) reject(error);
		this.waiting.clear();
	}
}
