import mongoose from "mongoose";
import { expect, inject, test } from "vitest";
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
