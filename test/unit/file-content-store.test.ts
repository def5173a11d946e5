import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OwnContentStore } from "../../src/storage/content-store.js";
import { createFileContentStore } from "../../src/storage/file-content-store.js";
import { describeContentStore } from "../support/content-store-contract.js";

let folder: string;
let store: OwnContentStore;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "vinspect-content-"));
	store = await createFileContentStore(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function filesIn(path: string): Promise<string[]> {
	const entries = await readdir(path, { recursive: true, withFileTypes: true });
	return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

describeContentStore("a folder", async () => ({
	store,
	spoil: (sha256, bytes) => writeFile(join(folder, sha256.slice(0, 2), sha256), bytes),
}));

describe("an upload that fails leaves nothing behind", () => {
	it("when what is left is kept for work begun, before a byte is taken", async () => {
		const careful = await createFileContentStore(folder, Number.MAX_SAFE_INTEGER);
		let asked = false;
		const unread = Readable.from(
			(function* () {
				asked = true;
				yield randomBytes(10);
			})(),
		);
		await expect(careful.put(unread)).rejects.toMatchObject({ code: "storage_full" });
		expect(asked).toBe(false);
		expect(await filesIn(folder)).toEqual([]);
	});

	it("when the disk is full", async () => {
		const fullDisk = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
		const filling = Readable.from(
			(function* () {
				yield randomBytes(10_000);
				throw fullDisk;
			})(),
		);
		await expect(store.put(filling)).rejects.toMatchObject({ code: "storage_full", cause: fullDisk });
		expect(await filesIn(folder)).toEqual([]);
	});
});

it("clears what an interrupted process left, and nothing another one is writing", async () => {
	const old = join(folder, "arriving", "left-behind");
	const fresh = join(folder, "arriving", "being-written");
	await writeFile(old, "half");
	await writeFile(fresh, "half");
	const hoursAgo = new Date(Date.now() - 3 * 60 * 60 * 1000);
	await utimes(old, hoursAgo, hoursAgo);
	await createFileContentStore(folder);
	expect(await filesIn(folder)).toEqual(["being-written"]);
	expect(await readFile(fresh, "utf8")).toBe("half");
});
