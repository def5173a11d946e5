import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import mongoose from "mongoose";
import { expect, inject, test } from "vitest";
import { loadSettings } from "../../src/config/settings.js";
import { startMongo } from "../../src/embedded/mongo-server.js";
import { ProcessIdentity } from "../../src/embedded/process-identity.js";
import { SILENT } from "../../src/embedded/progress.js";
import { uniqueDatabase } from "../support/servers.js";

test("the store keeps what thirty concurrent callers count, and claims one thing once", async () => {
	const connection = await mongoose.createConnection(uniqueDatabase(inject("mongoUri"))).asPromise();
	try {
		const tallies = connection.collection<{ _id: string; n: number; by: string | null }>("tallies");
		const callers = Array.from({ length: 30 }, (_, i) => `caller ${i}`);
		await Promise.all(
			callers.map(() => tallies.updateOne({ _id: "sum" }, { $inc: { n: 1 } }, { upsert: true })),
		);
		expect(await tallies.findOne({ _id: "sum" })).toMatchObject({ n: 30 });

		await tallies.insertOne({ _id: "task", n: 0, by: null });
		const claims = await Promise.all(
			callers.map((by) => tallies.findOneAndUpdate({ _id: "task", by: null }, { $set: { by } })),
		);
		expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
	} finally {
		await connection.close();
	}
});

/** What a killed store must have kept: each answered write, and no index that speaks of a document that is not there. */
test("a store killed in the middle of writes comes back with every one it answered, each of them whole", {
	timeout: 60_000,
}, async () => {
	const folder = await mkdtemp(join(tmpdir(), "vinspect-killed-"));
	const settings = loadSettings(process.env);
	const source = { serversDir: settings.serversDir, downloads: settings.downloads, progress: SILENT };
	const server = await startMongo(folder, source);
	const connection = await mongoose
		.createConnection(server.uri, {
			bufferCommands: false,
			serverSelectionTimeoutMS: 30_000,
			writeConcern: { w: "majority", journal: true },
		})
		.asPromise();
	try {
		const things = connection.collection<{ _id: number; key: string }>("things");
		await things.createIndex({ key: 1 }, { unique: true });
		const answered: number[] = [];
		let next = 0;
		for (let round = 1; round <= 2; round++) {
			// One that was answered just before the kill would find the new server, and go on for ever.
			let killed = false;
			const write = async () => {
				while (!killed) {
					const _id = next++;
					await things.updateOne({ _id }, { $set: { key: `k${_id}` } }, { upsert: true });
					answered.push(_id);
				}
			};
			const writing = Promise.allSettled(Array.from({ length: 16 }, write));
			while (answered.length < round * 80) await delay(5);
			const note = await readFile(join(folder, "run", "mongo.json"), "utf8");
			process.kill(ProcessIdentity.parse(JSON.parse(note)).pid, "SIGKILL");
			killed = true;
			await writing;
			// started again by itself, at the same address
			expect(await things.countDocuments()).toBeGreaterThanOrEqual(answered.length);
		}
		const kept = new Set((await things.find().toArray()).map(({ _id }) => _id));
		expect(answered.filter((id) => !kept.has(id))).toEqual([]);
		for (let _id = 0; _id < next; _id++) {
			const [byId, byKey] = await Promise.all([things.findOne({ _id }), things.findOne({ key: `k${_id}` })]);
			expect(byId).toEqual(byKey);
			if (byId !== null) continue;
			await things.updateOne({ _id }, { $set: { key: `k${_id}` } }, { upsert: true });
			expect(await things.findOne({ key: `k${_id}` })).toMatchObject({ _id });
		}
	} finally {
		await connection.close();
		await server.stop();
		await rm(folder, { recursive: true, force: true });
	}
});
