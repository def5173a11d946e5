import { ApplicationFailure, condition } from "@temporalio/workflow";
import type { Inspection } from "../src/contracts/inspection.js";
import type { Objection } from "../src/domain/review.js";
import { records } from "./activity-proxies.js";

/** How long an answer waits for the store to show what it says. */
const PROJECTION_WAIT = "2 s";

export const now = (): string => new Date(Date.now()).toISOString();

/** A refusal by name; thrown from a validator it leaves no trace in history. */
export function refusal({ code, message }: Objection): ApplicationFailure {
	return ApplicationFailure.nonRetryable(message, code);
}

export function refuse(objection: Objection | null): void {
	if (objection) throw refusal(objection);
}

/** The state of this vehicle's inspection, and its projection into the store. */
export class CurrentInspection {
	private inspection: Inspection | null = null;
	private projectedVersion = 0;

	get isOpen(): boolean {
		return this.inspection !== null;
	}

	get state(): Inspection {
		if (!this.inspection) {
			throw refusal({
				code: "workflow_unavailable",
				message: "The inspection is being opened: ask again shortly. 检验正在开始，请稍后再试。",
			});
		}
		return this.inspection;
	}

	open(inspection: Inspection): void {
		this.inspection = inspection;
	}

	change(next: (inspection: Inspection, at: string) => Inspection): void {
		this.inspection = next(this.state, now());
	}

	/** Resolves when the store shows the present version, or after a moment where the store is slow. */
	async projected(): Promise<void> {
		const { version } = this.state;
		await condition(() => this.projectedVersion >= version, PROJECTION_WAIT);
	}

	/** Projects every change, the newest only where several came together, until the inspection is sealed. */
	async keepProjected(): Promise<void> {
		do {
			await condition(() => this.state.version > this.projectedVersion);
			const snapshot = this.state;
			await records.projectInspection(snapshot);
			this.projectedVersion = snapshot.version;
		} while (this.state.status !== "sealed" || this.state.version > this.projectedVersion);
	}
}
