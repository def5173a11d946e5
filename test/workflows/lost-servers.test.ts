import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { connectStore } from "../../src/persistence/mongo-store.js";
import { connectGateway } from "../../src/temporal/temporal-gateway.js";
import { BreakableLine } from "../support/breakable-line.js";
import { RECORD, STATION } from "../support/sample-vehicle.js";
import { uniqueDatabase } from "../support/servers.js";
import { GOOD, TestPlant } from "../support/test-plant.js";

let mongo: BreakableLine;
let temporal: BreakableLine;
let mongoUri: string;
beforeEach(async () => {
	const uri = new URL(inject("mongoUri"));
	const [host = "127.0.0.1", port = "7233"] = inject("temporalAddress").split(":");
	mongo = await BreakableLine.to(uri.hostname, Number(uri.port));
	temporal = await BreakableLine.to(host, Number(port));
	uri.hostname = "127.0.0.1";
	uri.port = String(mongo.port);
	mongoUri = uri.toString();
});
afterEach(async () => {
	await mongo.close();
	await temporal.close();
});

describe("the store", () => {
	it("names its loss within seconds and comes back by itself", async () => {
		const store = await connectStore(uniqueDatabase(mongoUri));
		try {
			await store.records.save("plant", RECORD, "test");
			mongo.break();
			const lost = { code: "store_unavailable" };
			const started = Date.now();
			await expect(store.records.latest("plant", RECORD.productionNumber)).rejects.toMatchObject(lost);
			await expect(store.ping()).rejects.toMatchObject(lost);
			await expect(store.answers.begin("k", "h")).rejects.toMatchObject(lost);
			expect(Date.now() - started).toBeLessThan(15_000);
			mongo.mend();
			await expect
				.poll(() => store.records.latest("plant", RECORD.productionNumber).catch(() => null), {
					timeout: 20_000,
				})
				.toMatchObject({ vin: RECORD.vin });
		} finally {
			await store.close();
		}
	});
});

describe("the gateway", () => {
	it("is there before Temporal is, and names its absence", async () => {
		temporal.break();
		const gateway = await connectGateway({ address: `127.0.0.1:${temporal.port}`, namespace: "default" });
		const away = { code: "workflow_unavailable" };
		await expect(gateway.ping()).rejects.toMatchObject(away);
		await expect(gateway.current("a-b-1")).rejects.toMatchObject(away);
		temporal.mend();
		await expect
			.poll(
				() =>
					gateway.ping().then(
						() => "there",
						() => "away",
					),
				{ timeout: 20_000 },
			)
			.toBe("there");
		await expect(gateway.current("a-b-1")).rejects.toMatchObject({ code: "inspection_missing" });
		await gateway.close();
	});
});

describe("an inspection in flight", () => {
	it("goes on when Temporal and the store went away and came back", { timeout: 180_000 }, async () => {
		const plant = await TestPlant.start(`127.0.0.1:${temporal.port}`, mongoUri);
		try {
			const { inspectionId } = await plant.vehicle();
			await plant.send(inspectionId, { stamp: GOOD.stamp });
			temporal.break();
			const capture = await plant.capture("nameplate", GOOD.nameplate);
			await expect(plant.gateway.submitCapture(inspectionId, capture, STATION)).rejects.toMatchObject({
				code: "workflow_unavailable",
			});
			temporal.mend();
			const answered = () =>
				plant.gateway.submitCapture(inspectionId, capture, STATION).catch(() => "still away");
			// The first try may have reached the server before the line was cut.
			await expect.poll(answered, { timeout: 60_000 }).toMatch(/accepted|duplicate/);
			mongo.break();
			await plant.send(inspectionId, { certificate: GOOD.certificate });
			await new Promise((resolve) => setTimeout(resolve, 4000));
			mongo.mend();
			const sealed = () =>
				plant.store.inspections.get(inspectionId).then(
					(i) => i?.status,
					() => "store away",
				);
			await expect.poll(sealed, { timeout: 90_000 }).toBe("sealed");
			expect(await plant.store.inspections.get(inspectionId)).toMatchObject({ disposition: "pass" });
		} finally {
			await plant.stop();
		}
	});
});
