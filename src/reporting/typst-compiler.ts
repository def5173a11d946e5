import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { TypstAnswer, TypstJob } from "./typst-job.js";

export type Typeset = Exclude<TypstAnswer, { error: string }>;

interface Waiting {
	resolve(answer: Typeset): void;
	reject(error: Error): void;
}

/**
 * Reports a process typesets before another takes over: the compiler keeps what it has seen of every text for ever,
 * a tenth to a quarter of a megabyte a report.
 */
const REPORTS_A_PROCESS = 200;
const PROGRAM = fileURLToPath(new URL("./typst-process.mjs", import.meta.url));

/** One process with the compiler in it. It is no reason for ours to stay, unless something is being typeset. */
class TypstProcess {
	#child: ChildProcess;
	#waiting = new Map<number, Waiting>();
	#asked = 0;
	#isLast = false;

	constructor(fonts: readonly string[], ended: (process: TypstProcess) => void) {
		this.#child = fork(PROGRAM, [...fonts], { serialization: "advanced", execArgv: [] });
		this.#child.on("message", (answer: TypstAnswer) => this.#settle(answer));
		this.#child.on("disconnect", () => ended(this));
		const fail = (reason: string) => {
			ended(this);
			for (const { reject } of this.#waiting.values()) reject(new Error(reason));
			this.#waiting.clear();
		};
		this.#child.on("error", (error) => fail(error.message));
		this.#child.on("exit", () => fail("the Typst compiler stopped"));
		this.#hold(false);
	}

	get isWorn(): boolean {
		return this.#asked >= REPORTS_A_PROCESS;
	}

	compile(job: Omit<TypstJob, "id">): Promise<Typeset> {
		const id = this.#asked++;
		return new Promise((resolve, reject) => {
			this.#waiting.set(id, { resolve, reject });
			this.#hold(true);
			this.#child.send({ ...job, id } satisfies TypstJob, (error) => {
				if (!error || !this.#waiting.delete(id)) return;
				reject(error);
			});
		});
	}

	/** Ends it when it has answered everything it was asked. */
	retire(): void {
		this.#isLast = true;
		if (this.#waiting.size === 0) this.end();
	}

	/** What it has not answered is rejected. */
	end(): void {
		if (this.#child.connected) this.#child.disconnect();
	}

	#settle(answer: TypstAnswer): void {
		const waiting = this.#waiting.get(answer.id);
		this.#waiting.delete(answer.id);
		if (this.#waiting.size === 0) this.#hold(false);
		if ("error" in answer) waiting?.reject(new Error(`Typst: ${answer.error}`));
		else waiting?.resolve(answer);
		if (this.#isLast) this.retire();
	}

	#hold(isBusy: boolean): void {
		if (isBusy) {
			this.#child.ref();
			this.#child.channel?.ref();
		} else {
			this.#child.unref();
			this.#child.channel?.unref();
		}
	}
}

/** Typst in a process of its own: started with the first report, and again after a crash or when it is worn. */
export class TypstCompiler {
	#current: TypstProcess | null = null;

	/** @param fonts paths of TrueType files; there are no others but the compiler's own */
	constructor(private readonly fonts: readonly string[]) {}

	/** Errors: a plain Error with the compiler's diagnostics. */
	compile(job: Omit<TypstJob, "id">): Promise<Typeset> {
		return this.#running().compile(job);
	}

	async close(): Promise<void> {
		this.#current?.end();
		this.#current = null;
	}

	#running(): TypstProcess {
		if (this.#current?.isWorn) {
			this.#current.retire();
			this.#current = null;
		}
		this.#current ??= new TypstProcess(this.fonts, (ended) => {
			if (this.#current === ended) this.#current = null;
		});
		return this.#current;
	}
}
