import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ContentStore } from "../../src/storage/content-store.js";
import { createFileContentStore } from "../../src/storage/file-content-store.js";

let folder: string;
let store: ContentStore;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "vinspect-content-"));
	store = await createFileContentStore(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function filesIn(path: string): Promise<string[]> {
	const entries = await readdir(path, { recursive: true, withFileTypes: true });
	return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

describe("bytes", () => {
	it.each([0, 1, 70_000, 3_000_000])(
		"%d of them come back as they were, named by their SHA-256",
		async (size) => {
			const bytes = randomBytes(size);
			const stored = await store.put(bytes);
			expect(stored).toEqual({ sha256: digest(bytes), bytes: size, created: true });
			expect((await store.get(stored.sha256)).equals(bytes)).toBe(true);
		},
	);

	it("are streamed, and one with the same bytes put whole", async () => {
		const chunks = [randomBytes(1000), randomBytes(0), randomBytes(5)];
		const streamed = await store.put(Readable.from(chunks));
		expect(await store.put(Buffer.concat(chunks))).toEqual({ ...streamed, created: false });
		expect(await filesIn(folder)).toEqual([streamed.sha256]);
	});

	it("put 20 times at once are stored once", async () => {
		const bytes = randomBytes(50_000);
		const stored = await Promise.all(Array.from({ length: 20 }, () => store.put(bytes)));
		expect(new Set(stored.map((s) => s.sha256)).size).toBe(1);
		expect(await filesIn(folder)).toEqual([digest(bytes)]);
	});

	it("that nobody stored, or that changed on disk, are not handed out", async () => {
		const { sha256 } = await store.put(randomBytes(100));
		expect(await store.has(sha256)).toBe(true);
		await writeFile(join(folder, sha256.slice(0, 2), sha256), "something else");
		await expect(store.get(sha256)).rejects.toMatchObject({ code: "capture_missing" });
		const never = "0".repeat(64);
		expect(await store.has(never)).toBe(false);
		await expect(store.get(never)).rejects.toMatchObject({ code: "capture_missing" });
	});
});

describe("an upload that fails leaves nothing behind", () => {
	it("when it is larger than the limit", async () => {
		const endless = Readable.from(
			(function* () {
				for (;;) yield randomBytes(10_000);
			})(),
		);
		await expect(store.put(endless, 100_000)).rejects.toMatchObject({ code: "upload_too_large" });
		expect(await filesIn(folder)).toEqual([]);
		expect(endless.destroyed).toBe(true);
	});

	it("when the sender breaks off", async () => {
		const broken = Readable.from(
			(function* () {
				yield randomBytes(10_000);
				throw new Error("connection reset");
			})(),
		);
		await expect(store.put(broken)).rejects.toThrow("connection reset");
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
