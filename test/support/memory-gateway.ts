import type { Exception } from "../../src/contracts/exception.js";
import { type Inspection, inspectionIdOf } from "../../src/contracts/inspection.js";
import { VinspectError } from "../../src/domain/errors.js";
import type { Store } from "../../src/persistence/store.js";
import type { InspectionGateway } from "../../src/temporal/inspection-gateway.js";
import { sampleInspection, withCapture } from "./inspections.js";

export interface MemoryGateway extends InspectionGateway {
	down: boolean;
	/** Calls that changed something, in order. */
	readonly calls: string[];
}

/** Inspections without a workflow behind them, to test what HTTP makes of a gateway's answers. */
export function createMemoryGateway(store: Store): MemoryGateway {
	const calls: string[] = [];
	const current = async (inspectionId: string): Promise<Inspection> => {
		const inspection = await store.inspections.get(inspectionId);
		if (inspection) return inspection;
		throw new VinspectError("inspection_missing", `There is no inspection ${inspectionId}.`);
	};
	const changed = async (exceptionId: string, change: (e: Exception) => Exception): Promise<Exception> => {
		const inspection = await current(exceptionId.split("~", 1)[0] ?? "");
		const found = inspection.exceptions.find((e) => e.exceptionId === exceptionId);
		if (!found) throw new VinspectError("exception_missing", `There is no exception ${exceptionId}.`);
		const exception = change(found);
		const exceptions = inspection.exceptions.map((e) => (e === found ? exception : e));
		await store.inspections.project({ ...inspection, version: inspection.version + 1, exceptions });
		return exception;
	};
	const gateway: MemoryGateway = {
		down: false,
		calls,
		async trackIn({ plant, productionNumber, sequence }) {
			const inspectionId = inspectionIdOf(plant, productionNumber, sequence);
			const known = await store.inspections.get(inspectionId);
			if (known) return known;
			const record = await store.records.latest(plant, productionNumber);
			if (!record) throw new VinspectError("record_missing", `No vehicle record for ${productionNumber}.`);
			calls.push(`trackIn ${inspectionId}`);
			const inspection = sampleInspection({ inspectionId, productionNumber, sequence, record });
			await store.inspections.project(inspection);
			return inspection;
		},
		async submitCapture(inspectionId, capture) {
			const inspection = await current(inspectionId);
			const { witness, sha256 } = capture;
			if (inspection.captures.some((c) => c.witness === witness && c.sha256 === sha256)) return "duplicate";
			if (inspection.status === "sealed") {
				throw new VinspectError("inspection_finished", `Inspection ${inspectionId} is sealed.`);
			}
			if (!inspection.plan.witnesses.some(({ id }) => id === witness)) {
				throw new VinspectError("witness_unknown", `The plan has no witness ${witness}.`);
			}
			calls.push(`submitCapture ${inspectionId} ${witness}`);
			await store.inspections.project(withCapture(inspection, capture));
			return "accepted";
		},
		async tryOut() {
			throw new VinspectError("workflow_unavailable", "There is no reader behind this gateway.");
		},
		async decide(exceptionId, decision, by) {
			return changed(exceptionId, (exception) => {
				if (exception.status === "resolved") {
					throw new VinspectError("decision_rejected", "The exception is resolved.");
				}
				calls.push(`decide ${exceptionId}`);
				const made = {
					decisionId: decision.decisionId,
					exceptionId,
					action: decision.action,
					correctedText: decision.correctedText ?? null,
					disposition: decision.disposition ?? null,
					reason: decision.reason ?? null,
					comment: decision.comment ?? null,
					by: by.name,
					role: by.role,
					at: new Date().toISOString(),
					undoneAt: null,
					undoneBy: null,
				};
				return { ...exception, status: "resolved", decisions: [...exception.decisions, made] };
			});
		},
		async undo(exceptionId) {
			return changed(exceptionId, (exception) => {
				if (exception.decisions.length === 0) {
					throw new VinspectError("decision_rejected", "There is no decision to undo.");
				}
				return { ...exception, status: "open", decisions: [] };
			});
		},
		async cancel(inspectionId) {
			const inspection = await current(inspectionId);
			const cancelled = { ...inspection, version: inspection.version + 1, status: "sealing" as const };
			await store.inspections.project({ ...cancelled, disposition: "hold", closure: "cancelled" });
			return current(inspectionId);
		},
		async countersign({ inspectionId, by, reason }) {
			const { report } = await current(inspectionId);
			if (!report) throw new VinspectError("report_not_ready", "The report is not sealed yet.");
			calls.push(`countersign ${inspectionId}`);
			return store.countersignatures.keep({
				inspectionId,
				by: by.name,
				displayName: by.displayName,
				reason,
				at: new Date().toISOString(),
				signer: "Auditor",
				pdf: report.pdf,
				bytes: report.bytes,
				sealed: report.pdf,
			});
		},
		current,
		ping: async () => {},
		close: async () => {},
	};
	const refuse = () =>
		Promise.reject(new VinspectError("workflow_unavailable", "The workflow service does not answer."));
	return new Proxy(gateway, {
		get: (target, name) =>
			target.down && name !== "down" && name !== "calls" ? refuse : Reflect.get(target, name),
	});
}
