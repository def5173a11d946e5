import type { Capture } from "../../src/contracts/capture.js";
import type { Exception } from "../../src/contracts/exception.js";
import type { Finding } from "../../src/contracts/finding.js";
import { type Inspection, inspectionIdOf } from "../../src/contracts/inspection.js";
import type { InspectionPlan } from "../../src/contracts/plan.js";
import type { VehicleRecord } from "../../src/contracts/record.js";

export const PLANT = "HZ1";
const AT = "2026-03-02T08:00:00.000Z";

export const samplePlan: InspectionPlan = {
	model: "E5",
	label: { en: "E5 saloon", zh: "E5 轿车" },
	market: "CN",
	checkDigit: "mandatory",
	witnesses: [
		{
			id: "stamp",
			kind: "stamp",
			label: { en: "Chassis stamp", zh: "车架打刻码" },
			station: "S10",
			fields: ["vin"],
		},
		{
			id: "nameplate",
			kind: "nameplate",
			label: { en: "Nameplate", zh: "产品标牌" },
			station: "S20",
			fields: ["vin", "grossMass"],
		},
	],
	captureDeadlineMinutes: 60,
	decisionDeadlineMinutes: 30,
	undoSeconds: 5,
	plant: PLANT,
	revision: 1,
	status: "released",
	createdAt: AT,
	createdBy: "engineer",
};

export const sampleRecord: VehicleRecord = {
	productionNumber: "PN0001",
	vin: "LSGJA52U0EA000019",
	model: "E5",
	market: "CN",
	attributes: { grossMass: 1890 },
	plant: PLANT,
	revision: 1,
	createdAt: AT,
	createdBy: "engineer",
};

export function sampleInspection(overrides: Partial<Inspection> = {}): Inspection {
	const productionNumber = overrides.productionNumber ?? sampleRecord.productionNumber;
	return {
		inspectionId: inspectionIdOf(PLANT, productionNumber, 1),
		plant: PLANT,
		productionNumber,
		sequence: 1,
		version: 1,
		status: "collecting",
		disposition: null,
		closure: null,
		record: { ...sampleRecord, productionNumber },
		plan: samplePlan,
		captures: [],
		observations: [],
		findings: [],
		exceptions: [],
		events: [{ at: AT, type: "track_in", by: "S10", detail: { station: "S10" } }],
		startedAt: AT,
		captureDeadline: "2026-03-02T09:00:00.000Z",
		decisionDeadline: null,
		updatedAt: AT,
		sealedAt: null,
		report: null,
		judgedBy: "vinspect 0.1.0",
		...overrides,
	};
}

export const sampleFinding: Finding = {
	findingId: "stamp.vin",
	witness: "stamp",
	kind: "stamp",
	field: "vin",
	rule: "record_equality",
	outcome: "mismatch",
	read: "LSGJA52U0EA000018",
	expected: "LSGJA52U0EA000019",
	refusal: null,
	differences: [16],
	confidence: 0.98,
	capture: null,
	box: null,
};

export function sampleException(inspectionId: string): Exception {
	return {
		exceptionId: `${inspectionId}~stamp.vin`,
		inspectionId,
		finding: sampleFinding,
		status: "open",
		escalated: false,
		openedAt: AT,
		deadline: "2026-03-02T09:30:00.000Z",
		decisions: [],
	};
}

/** Sealed, with a report whose digests are given. */
export function sealedInspection(pdf: string, record: string): Inspection {
	return sampleInspection({
		version: 9,
		status: "sealed",
		disposition: "pass",
		closure: "completed",
		sealedAt: AT,
		report: { pdf, record, pages: 2, bytes: 1234, sealedAt: AT },
	});
}

export function withCapture(inspection: Inspection, capture: Capture): Inspection {
	return { ...inspection, version: inspection.version + 1, captures: [...inspection.captures, capture] };
}
