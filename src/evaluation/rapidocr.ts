import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { PACKAGE_ROOT } from "../config/package-root.js";

/** Another reader of the same files, timed in the same run. */
export interface Rival {
	readonly name: string;
	/** Milliseconds it takes for a picture file, decoding included. Throws where it can't. */
	time(file: string): Promise<number>;
	close(): Promise<void>;
}

const Answer = z.object({ ms: z.number() });

/** Starts RapidOCR in a Python of the name given. Throws, saying what is missing, where it does not start. */
export async function openRapidOcr(python: string, threads: number): Promise<Rival> {
	const child = spawn(python, [join(PACKAGE_ROOT, "scripts", "time-rapidocr.py"), String(threads)], {
		stdio: ["pipe", "pipe", "pipe"],
	});
	let said = "";
	child.stderr.on("data", (chunk) => {
		said = `${said}${chunk}`.slice(-2000);
	});
	// A rival that has ended is told by its answers; a pipe that breaks meanwhile says nothing more.
	child.stdin.on("error", () => undefined);
	const ended = new Promise<string>((resolveEnded) => {
		child.once("error", (error) => resolveEnded(error.message));
		child.once("close", (code) => resolveEnded(`exit code ${code}`));
	});
	try {
		await once(child, "spawn");
	} catch (error) {
		throw new Error(
			`RapidOCR can't be timed: ${error instanceof Error ? error.message : error}; name a Python 3.11 that has rapidocr-onnxruntime==1.4.4 with --python`,
		);
	}
	const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	return {
		name: "RapidOCR 1.4.4",
		async time(file) {
			child.stdin.write(`${resolve(file)}\n`);
			const { value, done } = await answers.next();
			if (done)
				throw new Error(
					`RapidOCR ended (${await ended}): ${said.trim()}; name a Python 3.11 that has rapidocr-onnxruntime==1.4.4 with --python`,
				);
			return Answer.parse(JSON.parse(value)).ms;
		},
		async close() {
			child.stdin.end();
			await ended;
		},
	};
}
