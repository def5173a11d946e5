import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { findFreePort } from "../../src/embedded/free-port.js";
import { startOwnedServer } from "../../src/embedded/owned-server.js";
import { isAlive, readIdentity } from "../../src/embedded/process-identity.js";

let folder: string;
let note: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "vinspect-owned-"));
	note = join(folder, "run", "part.json");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function start(said: string[]) {
	const port = await findFreePort();
	const program = join(folder, "server.mjs");
	await writeFile(
		program,
		`import { createServer } from "node:http"; createServer((_, r) => r.end()).listen(${port}, "127.0.0.1");`,
	);
	return startOwnedServer(
		folder,
		{
			name: "part",
			command: process.execPath,
			args: [program],
			ready: async () => void (await fetch(`http://127.0.0.1:${port}`)),
			readyWithinMs: 20_000,
		},
		(sentence) => said.push(sentence),
	);
}

it("starts over half a note, as a full disk leaves it", async () => {
	await mkdir(join(folder, "run"));
	await writeFile(note, "");
	const server = await start([]);
	expect(await readIdentity(note)).not.toBeNull();
	await server.stop();
});

it("starts a server again when what kept it from being noted has passed", {
	timeout: 60_000,
}, async () => {
	const said: string[] = [];
	const server = await start(said);
	try {
		const first = await readIdentity(note);
		if (first === null) throw new Error("no note");
		await rm(join(folder, "run"), { recursive: true });
		// nothing can be written below a file, as nothing can be where the disk is full
		await writeFile(join(folder, "run"), "");
		process.kill(first.pid, "SIGKILL");
		await expect.poll(() => said.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
		expect(await isAlive(first)).toBe(false);
		await rm(join(folder, "run"));
		await expect.poll(() => readFile(note, "utf8").catch(() => ""), { timeout: 30_000 }).not.toBe("");
		const again = await readIdentity(note);
		expect(again && (await isAlive(again))).toBe(true);
	} finally {
		await server.stop();
	}
});
