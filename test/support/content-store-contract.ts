import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { OwnContentStore } from "../../src/storage/content-store.js";

const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function listed(store: OwnContentStore): Promise<string[]> {
	const names: string[] = [];
	for await (const name of store.list()) names.push(name);
	return names.sort();
}

export interface StoreUnderTest {
	readonly store: OwnContentStore;
	/** Changes the stored bytes behind the store's back. */
	spoil(sha256: string, bytes: Uint8Array): Promise<void>;
}

/** What every store of contents keeps to, whatever it keeps them in. `open` gives an empty one. */
export function describeContentStore(name: string, open: () => Promise<StoreUnderTest>): void {
	describe(`${name} keeps to the contract of content stores`, () => {
		it.each([0, 1, 70_000, 3_000_000])(
			"%d bytes come back as they were, named by their SHA-256",
			async (size) => {
				const { store } = await open();
				const bytes = randomBytes(size);
				const stored = await store.put(bytes);
				expect(stored).toEqual({ sha256: digest(bytes), bytes: size, created: true });
				expect((await store.get(stored.sha256)).equals(bytes)).toBe(true);
			},
		);

		it("a stream and the same bytes put whole are one content", async () => {
			const { store } = await open();
			const chunks = [randomBytes(1000), randomBytes(0), randomBytes(5)];
			const streamed = await store.put(Readable.from(chunks));
			expect(await store.put(Buffer.concat(chunks))).toEqual({ ...streamed, created: false });
			expect(await listed(store)).toEqual([streamed.sha256]);
		});

		it("20 puts of the same bytes at once store one content", async () => {
			const { store } = await open();
			const bytes = randomBytes(50_000);
			const stored = await Promise.all(Array.from({ length: 20 }, () => store.put(bytes)));
			expect(new Set(stored.map((s) => s.sha256)).size).toBe(1);
			expect(await listed(store)).toEqual([digest(bytes)]);
			expect((await store.get(digest(bytes))).equals(bytes)).toBe(true);
		});

		it("lists every content, and nothing else", async () => {
			const { store } = await open();
			const names: string[] = [];
			for (let i = 0; i < 25; i += 1) names.push((await store.put(randomBytes(10))).sha256);
			expect(await listed(store)).toEqual(names.sort());
		});

		it("hands out nothing that nobody stored, or that was changed where it lies", async () => {
			const { store, spoil } = await open();
			const { sha256 } = await store.put(randomBytes(100));
			expect(await store.has(sha256)).toBe(true);
			await spoil(sha256, Buffer.from("something else"));
			await expect(store.get(sha256)).rejects.toMatchObject({ code: "capture_missing" });
			const never = "0".repeat(64);
			expect(await store.has(never)).toBe(false);
			await expect(store.get(never)).rejects.toMatchObject({ code: "capture_missing" });
		});

		it("an upload larger than the limit is ended, and nothing of it stays", async () => {
			const { store } = await open();
			const endless = Readable.from(
				(function* () {
					for (;;) yield randomBytes(10_000);
				})(),
			);
			await expect(store.put(endless, 100_000)).rejects.toMatchObject({ code: "upload_too_large" });
			expect(await listed(store)).toEqual([]);
			expect(endless.destroyed).toBe(true);
		});

		it("nothing stays of an upload whose sender breaks off", async () => {
			const { store } = await open();
			const broken = Readable.from(
				(function* () {
					yield randomBytes(10_000);
					throw new Error("connection reset");
				})(),
			);
			await expect(store.put(broken)).rejects.toThrow("connection reset");
			expect(await listed(store)).toEqual([]);
		});

		it("takes out what it is told to, once or again, and nothing else; what is put anew is there anew", async () => {
			const { store } = await open();
			const [gone, stays] = [await store.put(randomBytes(100)), await store.put(randomBytes(100))];
			const bytes = await store.get(gone.sha256);
			for (let i = 0; i < 2; i += 1) await store.remove(gone.sha256);
			expect(await store.has(gone.sha256)).toBe(false);
			await expect(store.get(gone.sha256)).rejects.toMatchObject({ code: "capture_missing" });
			expect(await listed(store)).toEqual([stays.sha256]);
			expect(await store.put(bytes)).toEqual({ ...gone, created: true });
		});

		it("answers that it works", async () => {
			const { store } = await open();
			await store.ping();
		});
	});
}
