import { type ChildProcess, fork } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { PACKAGE_ROOT } from "../config/package-root.js";
import { CaptureImage } from "../contracts/capture.js";
import { isErrorCode, VinspectError } from "../domain/errors.js";

/** What one picture may cost before it is given up. */
export interface GuardLimits {
	/** Processes that decode at the same time; what comes meanwhile waits. */
	readonly processes: number;
	/** Milliseconds of processor time one picture may take. 100 megapixels, the most taken in, need a fifth of it. */
	readonly cpuMs: number;
	/** Resident bytes of a process; a progressive JPEG of 100 megapixels needs two thirds of it. */
	readonly memoryBytes: number;
}

export const GUARD_LIMITS: GuardLimits = {
	processes: 2,
	cpuMs: 20_000,
	memoryBytes: 1536 * 1024 * 1024,
};

const DECODER = join(PACKAGE_ROOT, "dist", "src", "vision", "decoder-process.js");
const WATCH_MS = 200;
/** Units of /proc/PID/stat on every Linux machine that Node is built for; on a few ARM servers a page is more. */
const PAGE_BYTES = 4096;
const TICK_MS = 10;
/** Where the processor is busy with other things, a picture is not given up for it before so many times its share. */
const PATIENCE = 6;
/** A picture whose process died is tried once more: the death may have been another's fault. */
const TRIES = 2;

const Answer = z.union([
	/** It has started and waits for its first picture. */
	z.strictObject({ ready: z.literal(true) }),
	z.strictObject({ image: CaptureImage }),
	z.strictObject({ error: z.strictObject({ code: z.string(), message: z.string() }) }),
]);
export type DecoderAnswer = z.infer<typeof Answer>;

interface Job {
	readonly bytes: Uint8Array;
	tries: number;
	resolve(image: CaptureImage): void;
	reject(error: Error): void;
}

const givenUp = (why: string) =>
	new VinspectError(
		"picture_undecodable",
		`The picture can't be decoded: ${why}. Send it as a plain JPEG or PNG.`,
	);

const unstartable = () =>
	new VinspectError("reader_unavailable", "The process that decodes pictures can't be started; try again.");

/** What a process has cost so far; null where the system does not tell (proc(5), on Linux). */
async function costOf(pid: number): Promise<{ cpuMs: number; residentBytes: number } | null> {
	const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
	if (text === null) return null;
	// behind the name, which may hold anything: field 3 and those after it
	const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
	const ticks = Number(fields[11]) + Number(fields[12]);
	return { cpuMs: ticks * TICK_MS, residentBytes: Number(fields[21]) * PAGE_BYTES };
}

/** One decoding process and the picture it is at. */
class Decoder {
	readonly #child: ChildProcess;
	#job: Job | null = null;
	#watch: NodeJS.Timeout | undefined;
	#gone = false;
	/** Since when it has been able to decode; starting it is no fault of the picture's. */
	#readySince: number | null = null;
	/** Processor time it had used when it was last looked at. */
	#cpuMs = 0;

	constructor(
		module: string,
		private readonly limits: GuardLimits,
		private readonly done: (decoder: Decoder, unfinished: Job | null) => void,
	) {
		// what decodes strangers' bytes is told no address, no passphrase and no key
		this.#child = fork(module, { env: {}, serialization: "advanced", stdio: "ignore" });
		this.#child.on("message", (message) => this.#settle(message));
		this.#child.once("error", () => this.#end());
		this.#child.once("exit", () => this.#end());
		this.#rest();
	}

	/** Its process has ended. */
	get gone(): boolean {
		return this.#gone;
	}

	get pid(): number | undefined {
		return this.#child.pid;
	}

	/** It got as far as waiting for pictures. */
	get started(): boolean {
		return this.#readySince !== null;
	}

	take(job: Job): void {
		this.#job = job;
		this.#child.ref();
		this.#child.channel?.ref();
		// where it can't be told, it has ended, and its end is heard of
		this.#child.send({ bytes: job.bytes }, () => undefined);
		const taken = performance.now();
		const before = this.#cpuMs;
		this.#watch = setInterval(() => void this.#look(job, taken, before), WATCH_MS);
	}

	kill(): void {
		this.#child.kill("SIGKILL");
	}

	/** Waiting for work is no reason for the process to stay. */
	#rest(): void {
		this.#child.unref();
		this.#child.channel?.unref();
	}

	async #look(job: Job, taken: number, before: number): Promise<void> {
		const { cpuMs, memoryBytes } = this.limits;
		const { pid } = this.#child;
		const cost = pid === undefined ? null : await costOf(pid);
		if (cost !== null) this.#cpuMs = cost.cpuMs;
		if (this.#job !== job || this.#readySince === null) return;
		const waited = performance.now() - Math.max(taken, this.#readySince);
		if (waited > PATIENCE * cpuMs || (cost !== null && cost.cpuMs - before > cpuMs))
			this.#giveUp(job, `it takes longer than ${cpuMs / 1000} s`);
		else if (cost !== null && cost.residentBytes > memoryBytes)
			this.#giveUp(job, `it takes more than ${Math.round(memoryBytes / 2 ** 20)} MiB of memory`);
	}

	#giveUp(job: Job, why: string): void {
		this.#job = null;
		job.reject(givenUp(why));
		this.kill();
	}

	#settle(message: unknown): void {
		const answer = Answer.safeParse(message).data;
		// a decoder that was taken over may say anything
		if (answer === undefined) {
			this.kill();
			return;
		}
		if ("ready" in answer) {
			this.#readySince = performance.now();
			return;
		}
		const job = this.#job;
		if (job === null) return;
		this.#job = null;
		clearInterval(this.#watch);
		this.#rest();
		if ("image" in answer) job.resolve(answer.image);
		else {
			const { code, message: why } = answer.error;
			job.reject(isErrorCode(code) ? new VinspectError(code, why) : new Error(why));
		}
		this.done(this, null);
	}

	#end(): void {
		if (this.#gone) return;
		this.#gone = true;
		clearInterval(this.#watch);
		const job = this.#job;
		this.#job = null;
		this.done(this, job);
	}
}

/**
 * Decodes pictures of strangers in processes of their own: a decoder that crashes, hangs or eats memory takes
 * nothing with it. Every picture is proved here before anything else decodes it.
 */
export class PictureGuard {
	readonly #waiting: Job[] = [];
	readonly #idle: Decoder[] = [];
	readonly #all = new Set<Decoder>();
	#closed = false;

	/** @param module another decoding process; for tests */
	constructor(
		private readonly limits: GuardLimits = GUARD_LIMITS,
		private readonly module: string = DECODER,
	) {
		// started ahead, so that the first picture need not wait
		for (let n = 0; n < limits.processes; n++) {
			const decoder = this.#another();
			if (decoder !== null) this.#idle.push(decoder);
		}
	}

	/** The processes that decode, for whoever watches them. */
	get processIds(): readonly number[] {
		return [...this.#all].flatMap(({ pid }) => pid ?? []);
	}

	/** Proves a picture decodable. Errors: the `picture_*` codes. */
	probe(bytes: Uint8Array): Promise<CaptureImage> {
		return new Promise((resolve, reject) => {
			this.#waiting.push({ bytes, tries: 0, resolve, reject });
			this.#next();
		});
	}

	/** Ends the processes; what they are at is not answered. */
	close(): void {
		this.#closed = true;
		for (const decoder of this.#all) decoder.kill();
	}

	#next(): void {
		while (this.#waiting.length > 0) {
			const decoder = this.#idle.pop() ?? this.#another();
			if (decoder === null) return;
			const job = this.#waiting.shift();
			if (job === undefined) return;
			job.tries += 1;
			decoder.take(job);
		}
	}

	#another(): Decoder | null {
		if (this.#all.size >= this.limits.processes) return null;
		const decoder = new Decoder(this.module, this.limits, (ready, unfinished) =>
			this.#done(ready, unfinished),
		);
		this.#all.add(decoder);
		return decoder;
	}

	#done(decoder: Decoder, unfinished: Job | null): void {
		if (decoder.gone) {
			this.#all.delete(decoder);
			const at = this.#idle.indexOf(decoder);
			if (at >= 0) this.#idle.splice(at, 1);
		} else this.#idle.push(decoder);
		if (unfinished !== null && unfinished.tries < TRIES && !this.#closed) this.#waiting.unshift(unfinished);
		else unfinished?.reject(decoder.started ? givenUp("the decoder breaks down over it") : unstartable());
		this.#next();
	}
}
