import type { FindingOutcome } from "../contracts/finding.js";
import type { InspectionPlanInput, PlannedWitness } from "../contracts/plan.js";
import type { Bilingual } from "../contracts/primitives.js";
import type { VehicleRecordInput } from "../contracts/record.js";
import type { CameraFault, PictureOrder, Subject } from "./render/picture.js";

/** A finding other than `match` that a planted discrepancy must lead to. */
export interface ExpectedFinding {
	/** Planned witness, or `vehicle` for a finding between witnesses or on the record. */
	readonly witness: string;
	readonly field: string;
	readonly outcome: Exclude<FindingOutcome, "match">;
}

/** What a vehicle shows, by the id of the planned witness. */
export type Shown = Readonly<Record<string, Subject>>;

/** Something wrong with one vehicle, and what must come of it. */
export interface Discrepancy<W extends Shown> {
	readonly what: Bilingual;
	readonly expected: readonly ExpectedFinding[];
	/** What the vehicle shows instead. */
	readonly shown?: (good: W) => W;
	/** What the record holds instead. */
	readonly record?: (good: VehicleRecordInput) => VehicleRecordInput;
	/** Pictures that fail at the camera. */
	readonly faults?: Readonly<Partial<Record<keyof W, CameraFault>>>;
}

/** One picture a station sends, and for which witness. */
export interface PlantCapture {
	readonly witness: PlannedWitness;
	readonly order: PictureOrder;
}

/** A vehicle on the demonstration plant's line. */
export interface PlantVehicle {
	readonly record: VehicleRecordInput;
	/** In the order in which the vehicle passes the stations. */
	readonly captures: readonly PlantCapture[];
	/** Null for a good vehicle. */
	readonly what: Bilingual | null;
	/** Empty for a good vehicle, which passes by itself; otherwise each of these becomes an exception. */
	readonly expected: readonly ExpectedFinding[];
}

/** A vehicle as it comes off the line: good, but for the discrepancy planted in it. */
export function plantVehicle<W extends Shown>(
	plan: InspectionPlanInput,
	record: VehicleRecordInput,
	good: W,
	discrepancy: Discrepancy<W> | null,
): PlantVehicle {
	const shown: Shown = discrepancy?.shown?.(good) ?? good;
	const faults: Readonly<Record<string, CameraFault | undefined>> = discrepancy?.faults ?? {};
	return {
		record: discrepancy?.record?.(record) ?? record,
		captures: plan.witnesses.flatMap((witness) => {
			const subject = shown[witness.id];
			const seed = `${record.productionNumber}/${witness.id}`;
			return subject ? [{ witness, order: { seed, subject, fault: faults[witness.id] ?? null } }] : [];
		}),
		what: discrepancy?.what ?? null,
		expected: discrepancy?.expected ?? [],
	};
}
