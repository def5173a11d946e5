import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ProcessIdentity } from "../../src/embedded/process-identity.js";
import { keepChild } from "../../src/supervision/child-process.js";

it("outlives a child that can't be started again, and starts it when that has passed", {
	timeout: 60_000,
}, async () => {
	const folder = await mkdtemp(join(tmpdir(), "vinspect-child-"));
	const module = join(folder, "child.mjs");
	await mkdir(join(folder, "run"));
	await writeFile(module, 'process.send({ state: "ready" }); setInterval(() => {}, 1000);');
	const said: string[] = [];
	const say = (sentence: string) => said.push(sentence);
	const child = await keepChild({
		name: "part",
		module,
		environment: process.env,
		dataFolder: folder,
		stopWithinMs: 5_000,
		say,
	});
	try {
		const note = join(folder, "run", "part.json");
		const { pid } = ProcessIdentity.parse(JSON.parse(await readFile(note, "utf8")));
		// no process can be noted where a folder lies, as none can be where the disk is full
		await rm(note);
		await mkdir(note);
		process.kill(pid, "SIGKILL");
		await expect.poll(() => said.join("\n"), { timeout: 20_000 }).toContain("can't be started");
		await rm(note, { recursive: true });
		await expect.poll(() => said.at(-1), { timeout: 20_000 }).toBe("The part process works again.");
		const again = ProcessIdentity.parse(JSON.parse(await readFile(note, "utf8")));
		expect(again.pid).not.toBe(pid);
	} finally {
		await child.stop();
		await rm(folder, { recursive: true, force: true });
	}
});
