import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createS3ContentStore } from "../../src/storage/s3-content-store.js";
import { describeContentStore } from "../support/content-store-contract.js";
import { type S3Server, startS3Server } from "../support/s3-server.js";

let server: S3Server;
beforeAll(async () => {
	server = await startS3Server();
});
afterAll(() => server.remove());

describeContentStore("a bucket", async () => {
	const prefix = `test-${randomUUID()}`;
	return {
		store: createS3ContentStore(server.settings, prefix),
		spoil: (sha256, bytes) => server.spoil(prefix, sha256, bytes),
	};
});

it("lists more contents than one answer of the server holds", async () => {
	const store = createS3ContentStore(server.settings, "many");
	const put = new Set<string>();
	for (let i = 0; i < 1_100; i += 100) {
		const some = await Promise.all(Array.from({ length: 100 }, () => store.put(randomBytes(16))));
		for (const { sha256 } of some) put.add(sha256);
	}
	const listed = new Set<string>();
	for await (const name of store.list()) listed.add(name);
	expect(listed).toEqual(put);
});

it("wrong keys and a missing bucket are told as something to mend, and a picture is never called missing for it", async () => {
	const strangers = createS3ContentStore({ ...server.settings, secretAccessKey: "wrong" }, "captures");
	await expect(strangers.put(randomBytes(10))).rejects.toMatchObject({ code: "storage_unavailable" });
	await expect(strangers.ping()).rejects.toThrow(/S3_SECRET_ACCESS_KEY/);
	const elsewhere = createS3ContentStore({ ...server.settings, bucket: "no-such-bucket" }, "captures");
	await expect(elsewhere.get("0".repeat(64))).rejects.toMatchObject({ code: "storage_unavailable" });
	await expect(elsewhere.remove("0".repeat(64))).rejects.toMatchObject({ code: "storage_unavailable" });
	await expect(strangers.remove("0".repeat(64))).rejects.toMatchObject({ code: "storage_unavailable" });
	await expect(elsewhere.put(randomBytes(10))).rejects.toMatchObject({ code: "storage_unavailable" });
});

it("a server that is away is an error that trying again mends", async () => {
	const store = createS3ContentStore(server.settings, "outage");
	const bytes = randomBytes(1_000);
	const { sha256 } = await store.put(bytes);
	await server.stop();
	for (const call of [
		() => store.put(randomBytes(10)),
		() => store.get(sha256),
		() => store.has(sha256),
		() => store.remove(sha256),
		() => store.ping(),
	])
		await expect(call()).rejects.toMatchObject({
			code: "storage_unavailable",
			kind: { retryable: true, status: 503 },
		});
	await server.start();
	expect((await store.get(sha256)).equals(bytes)).toBe(true);
});
