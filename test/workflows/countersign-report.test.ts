import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { Inspection } from "../../src/contracts/inspection.js";
import { type ClosableReportSealer, createReportSealer } from "../../src/reporting/create-report-sealer.js";
import { createReportCountersigner } from "../../src/reporting/report-countersigner.js";
import { openSigner } from "../../src/signing/signer.js";
import { verifyReport } from "../../src/signing/verify-report.js";
import { ANNA, decision, PLANT, VIN } from "../support/sample-vehicle.js";
import { GOOD, TestPlant } from "../support/test-plant.js";

const WRONG_STAMP = { ...GOOD, stamp: { kind: "stamp", shows: { vin: `${VIN.slice(0, 16)}5` } } } as const;
const AUDITOR = { name: "fang", role: "auditor", displayName: "王芳 Wang Fang" } as const;

let keys: string;
let sealer: ClosableReportSealer;
let plant: TestPlant;
beforeAll(async () => {
	keys = await mkdtemp(join(tmpdir(), "vinspect-keys-"));
	const signer = await openSigner({ folder: keys, plant: PLANT });
	const auditor = await openSigner({ folder: keys, plant: PLANT, who: "auditor" });
	const roots = [signer, auditor].flatMap((one) => one.certificates.at(-1) ?? []);
	sealer = createReportSealer({ signer });
	const countersigner = createReportCountersigner(auditor, roots);
	plant = await TestPlant.start(inject("temporalAddress"), inject("mongoUri"), { sealer, countersigner });
});
afterAll(async () => {
	await plant?.stop();
	await sealer?.close();
	await rm(keys, { recursive: true, force: true });
});

/** A vehicle whose wrong stamp Anna sent to rework. */
async function reworked(): Promise<Inspection> {
	const { inspectionId } = await plant.vehicle();
	await plant.send(inspectionId, WRONG_STAMP);
	const { exceptions } = await plant.until(inspectionId, ({ status }) => status === "reviewing");
	for (const { exceptionId } of exceptions)
		await plant.gateway.decide(exceptionId, decision("confirm_discrepancy"), ANNA);
	return plant.sealed(inspectionId);
}

describe("countersigning", () => {
	it("archives a second PDF beside the sealed one, once, whoever asks again", async () => {
		const { inspectionId, report } = await reworked();
		const order = { inspectionId, by: AUDITOR, reason: "looked at the stamp myself" };
		const [first, twin] = await Promise.all([
			plant.gateway.countersign(order),
			plant.gateway.countersign(order),
		]);
		expect(twin).toEqual(first);
		const other = { ...AUDITOR, name: "jun", displayName: "Jun" };
		expect(await plant.gateway.countersign({ ...order, by: other, reason: "me too" })).toEqual(first);
		expect(first).toMatchObject({ by: "fang", reason: order.reason, sealed: report?.pdf });
		expect(await plant.store.countersignatures.get(inspectionId)).toEqual(first);
		await plant.record(`${inspectionId}~countersign`, "countersigned");
		const [sealed, countersigned] = await Promise.all([
			plant.reports.get(first.sealed),
			plant.reports.get(first.pdf),
		]);
		expect(await verifyReport(sealed)).toMatchObject({ valid: true, countersignature: null });
		expect(await verifyReport(countersigned)).toMatchObject({
			valid: true,
			inspectionId,
			countersignature: { reason: "王芳 Wang Fang (fang): looked at the stamp myself", signedAt: first.at },
		});
	});

	it("is refused to whoever decided on the inspection, to other roles, and before the report is there", async () => {
		const { inspectionId } = await reworked();
		const ask = (name: string, role: string) =>
			plant.gateway.countersign({ inspectionId, by: { name, role, displayName: name }, reason: "fine" });
		await expect(ask(ANNA.name, "auditor")).rejects.toMatchObject({ code: "countersign_refused" });
		await expect(ask("boss", "administrator")).rejects.toMatchObject({ code: "countersign_refused" });
		expect(await plant.store.countersignatures.get(inspectionId)).toBeNull();
		// a refusal bars nobody else
		expect(await ask("fang", "auditor")).toMatchObject({ by: "fang" });
		const open = await plant.vehicle();
		await expect(
			plant.gateway.countersign({ inspectionId: open.inspectionId, by: AUDITOR, reason: "early" }),
		).rejects.toMatchObject({ code: "report_not_ready" });
	});
});
