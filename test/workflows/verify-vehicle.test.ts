import { randomUUID } from "node:crypto";
import { Client, Connection } from "@temporalio/client";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { ANNA, BEN, decision, PLAN, PLANT, RECORD, STATION, VIN } from "../support/sample-vehicle.js";
import { GOOD, TestPlant } from "../support/test-plant.js";
import { historyOf, recordHistory } from "../support/workflow-history.js";

const WRONG_VIN = `${VIN.slice(0, 16)}5`;
const WRONG_STAMP = { ...GOOD, stamp: { kind: "stamp", shows: { vin: WRONG_VIN } } } as const;
const UNCLEAR_STAMP = { ...GOOD, stamp: { kind: "stamp", unclear: { vin: VIN } } } as const;

let plant: TestPlant;
let connection: Connection;
let client: Client;
beforeAll(async () => {
	plant = await TestPlant.start(inject("temporalAddress"), inject("mongoUri"));
	connection = await Connection.connect({ address: plant.address });
	client = new Client({ connection, namespace: plant.namespace, identity: "vinspect-test" });
});
afterAll(async () => {
	await connection?.close();
	await plant?.stop();
});

/** Waits for the exception on a finding and returns its id. */
async function exceptionOn(inspectionId: string, finding: string): Promise<string> {
	const exceptionId = `${inspectionId}~${finding}`;
	await plant.until(inspectionId, (i) =>
		i.exceptions.some((e) => e.exceptionId === exceptionId && e.status === "open"),
	);
	return exceptionId;
}

describe("a good vehicle", () => {
	it("passes by itself; report, record and projection agree; no payload is large", async () => {
		const { inspectionId, version } = await plant.vehicle();
		expect(version).toBe(1);
		expect(await plant.store.inspections.get(inspectionId)).toMatchObject({ status: "collecting" });
		await plant.send(inspectionId, GOOD);
		const sealed = await plant.sealed(inspectionId);
		expect(sealed).toMatchObject({ disposition: "pass", closure: "completed", exceptions: [] });
		expect(sealed.events.map((e) => e.type).slice(-2)).toEqual(["disposition_reached", "sealed"]);
		expect(sealed.judgedBy).toMatch(/^vinspect \d.*, rules \d+$/);
		const report = sealed.report;
		if (!report) throw new Error("a sealed inspection has a report");
		expect((await plant.reports.get(report.pdf)).byteLength).toBe(report.bytes);
		const record = JSON.parse((await plant.reports.get(report.record)).toString());
		expect(record).toMatchObject({ inspection: { inspectionId, disposition: "pass" } });
		expect(record.observations).toHaveLength(3);
		const { largestPayload, updates } = await historyOf(client, inspectionId);
		expect(updates).toBe(4);
		expect(largestPayload).toBeLessThan(100_000);
		await recordHistory(client, inspectionId, "pass");
	});

	it("is one inspection however often and from wherever it is tracked in", async () => {
		const first = await plant.vehicle();
		const { productionNumber, inspectionId } = first;
		const again = await Promise.all(
			["station-1", "station-2", "station-3"].map((station) =>
				plant.gateway.trackIn({ plant: PLANT, productionNumber, sequence: 1, station, by: STATION }),
			),
		);
		expect(new Set(again.map((i) => i.startedAt))).toEqual(new Set([first.startedAt]));
		await plant.gateway.cancel(inspectionId, "test", ANNA);
	});

	it("takes a capture sent 8 times at once only once, and reads it once", async () => {
		const { inspectionId } = await plant.vehicle();
		const capture = await plant.capture("stamp", { kind: "stamp", shows: { vin: VIN } });
		const answers = await Promise.all(
			Array.from({ length: 8 }, () => plant.gateway.submitCapture(inspectionId, capture, STATION)),
		);
		expect(answers.filter((a) => a === "accepted")).toHaveLength(1);
		const { captures } = await plant.until(inspectionId, (i) => i.observations.length === 1);
		expect(captures).toHaveLength(1);
		expect(plant.inspector.inspected.filter((sha) => sha === capture.sha256)).toHaveLength(1);
		await plant.gateway.cancel(inspectionId, "test", ANNA);
	});
});

describe("an exception", () => {
	it("waits for a decision; the decision, sent twice, is one, and stands in the report", async () => {
		const { inspectionId } = await plant.vehicle();
		await plant.send(inspectionId, WRONG_STAMP);
		const exceptionId = await exceptionOn(inspectionId, "stamp.vin");
		const confirm = decision("confirm_discrepancy", { disposition: "rework", comment: "last digit" });
		const answers = await Promise.all([
			plant.gateway.decide(exceptionId, confirm, ANNA),
			plant.gateway.decide(exceptionId, confirm, ANNA),
		]);
		expect(answers.map((e) => e.decisions.length)).toEqual([1, 1]);
		expect(answers[0]).toMatchObject({ status: "resolved" });
		const sealed = await plant.sealed(inspectionId);
		expect(sealed).toMatchObject({ disposition: "rework", closure: "completed" });
		expect(sealed.findings.find((f) => f.findingId === "stamp.vin")).toMatchObject({ read: WRONG_VIN });
		await recordHistory(client, inspectionId, "exception-decided");
	});

	it("refuses by name what can't be decided, and leaves no trace of it in history", async () => {
		const { inspectionId } = await plant.vehicle();
		await plant.send(inspectionId, WRONG_STAMP);
		const exceptionId = await exceptionOn(inspectionId, "stamp.vin");
		const before = await historyOf(client, inspectionId);
		const override = decision("second_override", { reason: "urgent" });
		const refused = { code: "decision_rejected", message: expect.stringMatching(/second person.*第二人/s) };
		await expect(plant.gateway.decide(exceptionId, override, ANNA)).rejects.toMatchObject(refused);
		await expect(
			plant.gateway.decide(`${inspectionId}~stamp.colour`, decision("escalate"), ANNA),
		).rejects.toMatchObject({ code: "exception_missing" });
		await expect(plant.gateway.undo(exceptionId, ANNA)).rejects.toMatchObject({ code: "decision_rejected" });
		const after = await historyOf(client, inspectionId);
		expect(after.updates).toBe(before.updates);
		await plant.gateway.cancel(inspectionId, "test", ANNA);
	});

	it("is released by two people together only", async () => {
		const { inspectionId } = await plant.vehicle();
		await plant.send(inspectionId, WRONG_STAMP);
		const exceptionId = await exceptionOn(inspectionId, "stamp.vin");
		await plant.gateway.decide(exceptionId, decision("override", { reason: "known" }), ANNA);
		const blindReading = { text: WRONG_VIN, sight: null, at: new Date().toISOString() };
		const second = () => decision("second_override", { reason: "known", blindReading });
		await expect(
			plant.gateway.decide(exceptionId, decision("second_override", { reason: "known" }), BEN),
		).rejects.toMatchObject({ code: "blind_reading_missing" });
		await expect(plant.gateway.decide(exceptionId, second(), ANNA)).rejects.toMatchObject({
			code: "decision_rejected",
		});
		expect(await plant.gateway.current(inspectionId)).toMatchObject({ status: "reviewing" });
		await plant.gateway.decide(exceptionId, second(), BEN);
		const sealed = await plant.sealed(inspectionId);
		expect(sealed).toMatchObject({ disposition: "concession" });
		expect(sealed.exceptions[0]?.decisions.at(-1)).toMatchObject({ by: "ben", blindReading });
	});

	it("can be decided anew while the time for undo lasts", async () => {
		const { inspectionId } = await plant.vehicle({ undoSeconds: 4 });
		await plant.send(inspectionId, WRONG_STAMP);
		const exceptionId = await exceptionOn(inspectionId, "stamp.vin");
		await plant.gateway.decide(exceptionId, decision("confirm_discrepancy", { disposition: "scrap" }), ANNA);
		expect(await plant.gateway.undo(exceptionId, ANNA)).toMatchObject({ status: "open" });
		await plant.gateway.decide(exceptionId, decision("confirm_discrepancy", { disposition: "hold" }), BEN);
		const sealed = await plant.sealed(inspectionId);
		expect(sealed.disposition).toBe("hold");
		const [exception] = sealed.exceptions;
		expect(exception?.decisions.map((d) => d.undoneBy)).toEqual(["anna", null]);
		await recordHistory(client, inspectionId, "undone");
	});

	it("loses one decision by an undo that is sent again, not the one before it as well", async () => {
		const { inspectionId } = await plant.vehicle();
		await plant.send(inspectionId, WRONG_STAMP);
		const exceptionId = await exceptionOn(inspectionId, "stamp.vin");
		await plant.gateway.decide(exceptionId, decision("escalate"), ANNA);
		await plant.gateway.decide(exceptionId, decision("override", { reason: "known" }), BEN);
		await Promise.all([1, 2].map(() => plant.gateway.undo(exceptionId, BEN, "once")));
		const [exception] = (await plant.gateway.current(inspectionId)).exceptions;
		expect(exception?.decisions.map((d) => d.undoneBy)).toEqual([null, "ben"]);
		await plant.gateway.cancel(inspectionId, "test", ANNA);
	});

	it("is settled by a retake", async () => {
		const { inspectionId } = await plant.vehicle();
		await plant.send(inspectionId, UNCLEAR_STAMP);
		const exceptionId = await exceptionOn(inspectionId, "stamp.vin");
		expect(await plant.gateway.decide(exceptionId, decision("retake"), ANNA)).toMatchObject({
			status: "awaiting_capture",
		});
		await plant.send(inspectionId, { stamp: GOOD.stamp });
		const sealed = await plant.sealed(inspectionId);
		expect(sealed).toMatchObject({ disposition: "pass", exceptions: [{ status: "superseded" }] });
		expect(sealed.captures).toHaveLength(4);
		await recordHistory(client, inspectionId, "retake");
	});
});

describe("time", () => {
	it("makes a witness nobody captured missing, and holds a vehicle nobody decided on", async () => {
		const { inspectionId } = await plant.vehicle({
			captureDeadlineMinutes: 3 / 60,
			decisionDeadlineMinutes: 2 / 60,
		});
		await plant.send(inspectionId, { nameplate: GOOD.nameplate });
		const sealed = await plant.sealed(inspectionId);
		expect(sealed).toMatchObject({ disposition: "hold", closure: "decision_deadline" });
		expect(sealed.exceptions.map((e) => [e.finding.findingId, e.finding.outcome, e.status])).toEqual([
			["stamp.capture", "missing", "expired"],
			["certificate.capture", "missing", "expired"],
		]);
		await recordHistory(client, inspectionId, "deadline");
	});
});

describe("a picture or reader that fails", () => {
	it("makes an unreadable finding of a picture that can't be decoded", async () => {
		const { inspectionId } = await plant.vehicle();
		await plant.send(inspectionId, { ...GOOD, stamp: { kind: "stamp", fails: "picture_truncated" } });
		const { exceptions } = await plant.until(inspectionId, (i) => i.status === "reviewing");
		expect(exceptions).toMatchObject([
			{ finding: { findingId: "stamp.vin", outcome: "unreadable", refusal: "undecodable" } },
		]);
		await plant.gateway.cancel(inspectionId, "test", ANNA);
	});

	it("is tried again until the readers are back", async () => {
		const { inspectionId } = await plant.vehicle();
		plant.inspector.outages = 2;
		await plant.send(inspectionId, GOOD);
		expect(await plant.sealed(inspectionId)).toMatchObject({ disposition: "pass" });
		expect(plant.inspector.outages).toBe(0);
	});
});

describe("the end", () => {
	it("takes no capture and no decision any more, and says so", async () => {
		const { inspectionId, productionNumber } = await plant.vehicle();
		await plant.send(inspectionId, GOOD);
		await plant.sealed(inspectionId);
		const finished = { code: "inspection_finished" };
		const late = await plant.capture("stamp", { kind: "stamp", shows: { vin: VIN } });
		await expect(plant.gateway.submitCapture(inspectionId, late, STATION)).rejects.toMatchObject(finished);
		await expect(
			plant.gateway.decide(`${inspectionId}~stamp.vin`, decision("escalate"), ANNA),
		).rejects.toMatchObject(finished);
		await expect(plant.gateway.cancel(inspectionId, "late", ANNA)).rejects.toMatchObject(finished);
		await expect(
			plant.gateway.trackIn({ plant: PLANT, productionNumber, sequence: 1, station: "s", by: STATION }),
		).rejects.toMatchObject(finished);
		expect(await plant.gateway.current(inspectionId)).toMatchObject({ status: "sealed" });
	});

	it("is hold where somebody cancels the inspection", async () => {
		const { inspectionId } = await plant.vehicle();
		await plant.send(inspectionId, WRONG_STAMP);
		const cancelled = await plant.gateway.cancel(inspectionId, "wrong vehicle", ANNA);
		expect(cancelled).toMatchObject({ disposition: "hold", closure: "cancelled" });
		const sealed = await plant.sealed(inspectionId);
		expect(sealed.events.find((e) => e.type === "cancelled")).toMatchObject({
			by: "anna",
			detail: { reason: "wrong vehicle" },
		});
	});

	it("is hold, with a sealed report, where Temporal's own operator cancels the workflow", async () => {
		const { inspectionId } = await plant.vehicle();
		await plant.send(inspectionId, { stamp: WRONG_STAMP.stamp });
		await client.workflow.getHandle(inspectionId).cancel();
		const sealed = await plant.sealed(inspectionId);
		expect(sealed).toMatchObject({ disposition: "hold", closure: "cancelled" });
		expect(sealed.report).not.toBeNull();
		await recordHistory(client, inspectionId, "cancelled");
	});

	it("waits, visibly, for a signing key that is not there", async () => {
		plant.sealer.keyIsThere = false;
		const { inspectionId } = await plant.vehicle();
		await plant.send(inspectionId, GOOD);
		const waiting = await plant.until(inspectionId, (i) => i.status === "sealing");
		expect(waiting).toMatchObject({ disposition: "pass", report: null });
		plant.sealer.keyIsThere = true;
		expect((await plant.sealed(inspectionId)).report).not.toBeNull();
	});
});

describe("what is not there", () => {
	const trackIn = (productionNumber: string) =>
		plant.gateway.trackIn({ plant: PLANT, productionNumber, sequence: 1, station: "s", by: STATION });

	it("is told by name, and mended by bringing it", async () => {
		const productionNumber = `N-${randomUUID()}`;
		await expect(trackIn(productionNumber)).rejects.toMatchObject({ code: "record_missing" });
		await plant.store.records.save(PLANT, { ...RECORD, model: "late-model", productionNumber }, "test");
		await expect(trackIn(productionNumber)).rejects.toMatchObject({ code: "plan_missing" });
		await plant.store.plans.save(PLANT, { ...PLAN, model: "late-model" }, "released", "test");
		const opened = await trackIn(productionNumber);
		expect(opened.status).toBe("collecting");
		await plant.gateway.cancel(opened.inspectionId, "test", ANNA);
	});

	it("an inspection or witness is told by name", async () => {
		const capture = await plant.capture("stamp", { kind: "stamp" });
		await expect(plant.gateway.submitCapture("nobody-1-1", capture, STATION)).rejects.toMatchObject({
			code: "inspection_missing",
		});
		await expect(plant.gateway.current("nobody-1-1")).rejects.toMatchObject({ code: "inspection_missing" });
		const { inspectionId } = await plant.vehicle();
		const stray = await plant.capture("windshield", { kind: "label" });
		await expect(plant.gateway.submitCapture(inspectionId, stray, STATION)).rejects.toMatchObject({
			code: "witness_unknown",
			message: expect.stringContaining("stamp, nameplate, certificate"),
		});
		await plant.gateway.cancel(inspectionId, "test", ANNA);
	});
});

describe("the workers", () => {
	it("that stop and start again go on with an inspection in flight", async () => {
		const { inspectionId } = await plant.vehicle();
		await plant.send(inspectionId, { stamp: WRONG_STAMP.stamp });
		const exceptionId = await exceptionOn(inspectionId, "stamp.vin");
		await plant.stopWorkers();
		const capture = await plant.capture("nameplate", GOOD.nameplate);
		const started = Date.now();
		await expect(plant.gateway.submitCapture(inspectionId, capture, STATION)).rejects.toMatchObject({
			code: "workflow_unavailable",
		});
		expect(Date.now() - started).toBeLessThan(15_000);
		await plant.startWorkers();
		await plant.send(inspectionId, { nameplate: GOOD.nameplate, certificate: GOOD.certificate });
		await plant.gateway.decide(exceptionId, decision("confirm_discrepancy"), ANNA);
		expect(await plant.sealed(inspectionId)).toMatchObject({ disposition: "rework" });
	});
});
