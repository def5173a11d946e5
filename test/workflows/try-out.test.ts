import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, Connection } from "@temporalio/client";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { CaptureImage } from "../../src/contracts/capture.js";
import { TryOutAnswer } from "../../src/contracts/try-out.js";
import { renderPicture } from "../../src/demonstration/render/picture.js";
import { connectStore } from "../../src/persistence/mongo-store.js";
import { createFileContentStore } from "../../src/storage/file-content-store.js";
import type { InspectionGateway } from "../../src/temporal/inspection-gateway.js";
import { connectGateway } from "../../src/temporal/temporal-gateway.js";
import { runWorkers } from "../../src/temporal/workers.js";
import { createInspector } from "../../src/vision/create-inspector.js";
import { PLANT } from "../support/inspections.js";
import { PLAN, RECORD } from "../support/sample-vehicle.js";
import { ScriptedSealer } from "../support/scripted-sealer.js";
import { problemIn, serveWeb } from "../support/serve-web.js";
import { uniqueDatabase } from "../support/servers.js";
import { GOOD, ownNamespace, TestPlant } from "../support/test-plant.js";
import { historyOf, recordHistory } from "../support/workflow-history.js";

describe("the workflow that tries a plan out", () => {
	let plant: TestPlant;
	beforeAll(async () => {
		plant = await TestPlant.start(inject("temporalAddress"), inject("mongoUri"));
	});
	afterAll(() => plant.stop());

	const request = (capture: string) => ({
		capture,
		witness: "stamp",
		kind: "stamp" as const,
		fields: ["vin"],
	});

	it("tells what is seen and what would be judged, and leaves nothing in the store", async () => {
		const { sha256 } = await plant.capture("stamp", GOOD.stamp);
		const { observation, summary } = await plant.gateway.tryOut(request(sha256));
		expect(observation.readings[0]?.fields.vin?.value).toBe(RECORD.vin);
		expect(summary).toMatchObject({ capture: sha256, witness: "stamp", absent: false });
		expect(summary.fields.vin?.accepted).toBe(true);
		expect((await plant.store.inspections.list({}, null, 10)).items).toEqual([]);
		expect((await plant.store.exceptions.queue(["open"], null, 10)).items).toEqual([]);
		expect(await plant.store.observations.of("try-out")).toEqual([]);
	});

	it("names what is wrong with a picture", async () => {
		const broken = await plant.capture("stamp", { kind: "stamp", fails: "picture_truncated" });
		await expect(plant.gateway.tryOut(request(broken.sha256))).rejects.toMatchObject({
			code: "picture_truncated",
		});
		await expect(plant.gateway.tryOut(request("0".repeat(64)))).rejects.toMatchObject({
			code: "capture_missing",
		});
	});

	it("waits for readers that are away for a moment", async () => {
		plant.inspector.outages = 2;
		const { sha256 } = await plant.capture("stamp", GOOD.stamp);
		expect((await plant.gateway.tryOut(request(sha256))).summary.retake).toBeNull();
		expect(plant.inspector.outages).toBe(0);
	});
});

describe("a plan tried out through the API, on a rendered stamp with the readers of the product", () => {
	it("reads it, judges it by the record, and tells the reader nothing of it", {
		timeout: 180_000,
	}, async () => {
		const folder = await mkdtemp(join(tmpdir(), "vinspect-try-out-"));
		const address = inject("temporalAddress");
		const namespace = await ownNamespace(address);
		const store = await connectStore(uniqueDatabase(inject("mongoUri")));
		const captures = await createFileContentStore(folder);
		const workers = await runWorkers({
			...{ address, namespace, store, captures, reports: captures },
			inspector: () => createInspector(),
			sealer: new ScriptedSealer(),
			calendar: { shifts: ["06:00"], zone: "Asia/Shanghai" },
		});
		const temporal = await connectGateway({ address, namespace });
		const asked: unknown[] = [];
		const gateway: InspectionGateway = {
			...temporal,
			tryOut: (request) => {
				asked.push(request);
				return temporal.tryOut(request);
			},
		};
		const web = await serveWeb({ store, gateway, captures });
		const connection = await Connection.connect({ address });
		try {
			// The record's number differs from the stamped one in its last character.
			const shown = "LMGKT1G80N1145942";
			const ordered = "LMGKT1G80N1145943";
			await store.records.save(PLANT, { ...RECORD, vin: ordered }, "test");
			const { jpeg } = await renderPicture({
				seed: "inspector-test",
				subject: { form: "stamp", vin: shown, process: "dot_peened", surface: "primer", paint: "#8a8f94" },
				fault: null,
			});
			const key = await web.key("engineer");
			const form = new FormData();
			form.append("file", new Blob([new Uint8Array(jpeg)]), "stamp.jpg");
			const kept = await web.call(key, "POST", "/plans/try-out/pictures", form);
			const { sha256 } = CaptureImage.parse(await kept.json());

			const body = { plan: PLAN, witness: "stamp", capture: sha256, productionNumber: "P-1" };
			const tried = await web.call(key, "POST", "/plans/try-out", body);
			const { observation, findings } = TryOutAnswer.parse(await tried.json());
			expect(observation.readings[0]?.vin).toBe(shown);
			expect(observation.detections.length).toBeGreaterThan(0);
			const vin = findings.find(({ findingId }) => findingId === "stamp.vin");
			expect(vin).toMatchObject({ outcome: "mismatch", read: shown, expected: ordered, differences: [16] });

			expect(asked).toEqual([{ capture: sha256, witness: "stamp", kind: "stamp", fields: ["vin"] }]);
			expect(JSON.stringify(observation)).not.toContain(ordered);
			expect((await store.inspections.list({}, null, 10)).items).toEqual([]);

			const client = new Client({ connection, namespace });
			for await (const { workflowId } of client.workflow.list()) {
				expect((await historyOf(client, workflowId)).largestPayload).toBeLessThan(100_000);
				await recordHistory(client, workflowId, "try-out");
			}

			const noRecord = await web.call(key, "POST", "/plans/try-out", { ...body, productionNumber: "P-9" });
			expect(await problemIn(noRecord)).toMatchObject({ code: "record_missing" });
			const noWitness = await web.call(key, "POST", "/plans/try-out", { ...body, witness: "gear" });
			expect(await problemIn(noWitness)).toMatchObject({ code: "request_invalid" });
		} finally {
			await connection.close();
			await web.listening.close();
			await workers.shutdown();
			await temporal.close();
			await store.close();
			await rm(folder, { recursive: true, force: true });
		}
	});
});
