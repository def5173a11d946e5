import { createHash, randomUUID } from "node:crypto";
import type { Capture } from "../../src/contracts/capture.js";
import type { DecisionInput, Exception } from "../../src/contracts/exception.js";
import type { Inspection } from "../../src/contracts/inspection.js";
import type { InspectionPlanInput } from "../../src/contracts/plan.js";
import type {
	Defect,
	FieldValue,
	ObservationSummary,
	ObservedField,
	Refusal,
} from "../../src/contracts/reading.js";
import type { VehicleRecordInput } from "../../src/contracts/record.js";
import { cancelled, conclusionDue, withDeadlines } from "../../src/domain/deadlines.js";
import { withDecision, withoutLastDecision } from "../../src/domain/decisions.js";
import {
	concluded,
	hasCapture,
	openInspection,
	whyNotCapturable,
	withCapture,
	withObservation,
} from "../../src/domain/inspection.js";
import { isFinished, type Person, whyNotDecidable, whyNotUndoable } from "../../src/domain/review.js";
import { PLAN, RECORD, STATION } from "./sample-vehicle.js";

/** What a capture shows of a witness, as the readers would sum it up. */
export interface Sight {
	readonly shows?: Readonly<Record<string, FieldValue>>;
	readonly unclear?: Readonly<Record<string, FieldValue>>;
	/** Fields as a reader would sum them up, whole. */
	readonly observed?: Readonly<Record<string, ObservedField>>;
	readonly retake?: Refusal;
	readonly absent?: boolean;
	readonly refusal?: Refusal;
	readonly defects?: readonly Defect[];
}

function observed(value: FieldValue, accepted: boolean): ObservedField {
	const refusal = accepted ? null : "readers_disagree";
	return { text: String(value), value, confidence: accepted ? 0.99 : 0.3, accepted, refusal, box: null };
}

const START = Date.parse("2026-03-14T08:00:00.000Z");

/** Drives an inspection through its pure rules with a clock of its own, as the workflow would. */
export class Scenario {
	state: Inspection;
	private clock = START;
	private pictures = 0;

	constructor(plan: Partial<InspectionPlanInput> = {}, record: Partial<VehicleRecordInput> = {}) {
		const revision = { plant: "plant", revision: 1, createdAt: this.now, createdBy: "test" };
		this.state = openInspection(
			{
				inspectionId: "plant-P-1-1",
				plant: "plant",
				productionNumber: "P-1",
				sequence: 1,
				station: "station-1",
				by: STATION,
			},
			{
				record: { ...RECORD, ...record, ...revision },
				plan: { ...PLAN, ...plan, ...revision, status: "released" },
				judgedBy: "test",
			},
			this.now,
		);
	}

	get now(): string {
		return new Date(this.clock).toISOString();
	}

	/** A capture arrives; null where it was refused or was there already. */
	arrives(witness: string, sha256 = this.anotherDigest()): Capture | null {
		const capture: Capture = {
			witness,
			station: "station-1",
			sha256,
			bytes: 1,
			mediaType: "image/jpeg",
			width: 1,
			height: 1,
			capturedAt: null,
			receivedAt: this.now,
		};
		if (whyNotCapturable(this.state, capture) || hasCapture(this.state, capture)) return null;
		this.state = withCapture(this.state, capture, STATION, this.now);
		return capture;
	}

	private anotherDigest(): string {
		this.pictures += 1;
		return createHash("sha256").update(`picture ${this.pictures}`).digest("hex");
	}

	read(capture: Capture, sight: Sight): void {
		const planned = this.state.plan.witnesses.find((w) => w.id === capture.witness);
		if (!planned) throw new Error(`no witness ${capture.witness} is planned`);
		const fields = Object.fromEntries([
			...Object.entries(sight.shows ?? {}).map(([name, value]) => [name, observed(value, true)]),
			...Object.entries(sight.unclear ?? {}).map(([name, value]) => [name, observed(value, false)]),
			...Object.entries(sight.observed ?? {}),
		]);
		const summary: ObservationSummary = {
			capture: capture.sha256,
			witness: planned.id,
			kind: planned.kind,
			retake: sight.retake ?? null,
			absent: sight.absent ?? false,
			refusal: sight.refusal ?? null,
			fields,
			...(sight.defects && { defects: [...sight.defects] }),
			observedAt: this.now,
		};
		this.state = withObservation(this.state, summary, this.now);
	}

	/** A capture arrives and is read at once. */
	shows(witness: string, sight: Sight): void {
		const capture = this.arrives(witness);
		if (capture) this.read(capture, sight);
	}

	showsAll(sights: Readonly<Record<string, Sight>>): void {
		for (const [witness, sight] of Object.entries(sights)) this.shows(witness, sight);
	}

	/** Time goes on, and the clock does what it does. */
	passes(minutes: number): void {
		this.clock += minutes * 60_000;
		this.state = withDeadlines(this.state, this.now);
	}

	/** The objection, or null where the decision was taken. */
	decides(
		finding: string,
		action: DecisionInput["action"],
		by: Person,
		more: Partial<DecisionInput> = {},
	): string | null {
		const exceptionId = `${this.state.inspectionId}~${finding}`;
		const input = { decisionId: randomUUID(), action, ...more };
		const objection = whyNotDecidable(this.state, exceptionId, input, by);
		if (objection) return objection.code;
		this.state = withDecision(this.state, exceptionId, input, by, this.now);
		return null;
	}

	undoes(finding: string, by: Person): string | null {
		const exceptionId = `${this.state.inspectionId}~${finding}`;
		const objection = whyNotUndoable(this.state, exceptionId);
		if (objection) return objection.code;
		this.state = withoutLastDecision(this.state, exceptionId, by, this.now);
		return null;
	}

	isCancelled(by: Person): void {
		this.state = cancelled(this.state, "test", by, this.now);
	}

	/** Concludes where the outcome stands by now. */
	settles(): Inspection {
		const due = conclusionDue(this.state);
		const open = this.state.status !== "sealing" && this.state.status !== "sealed";
		if (open && due !== null && due <= this.now) this.state = concluded(this.state, this.now);
		return this.state;
	}

	get finished(): boolean {
		return isFinished(this.state);
	}

	exception(finding: string): Exception {
		const found = this.state.exceptions.find((e) => e.finding.findingId === finding);
		if (!found) throw new Error(`no exception on ${finding}`);
		return found;
	}

	/** Outcome by finding, without the witnesses that are simply there. */
	get outcomes(): Readonly<Record<string, string>> {
		return Object.fromEntries(
			this.state.findings
				.filter((f) => f.rule !== "presence" || f.outcome !== "match")
				.map((f) => [f.findingId, f.outcome]),
		);
	}
}
