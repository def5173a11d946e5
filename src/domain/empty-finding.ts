import type { Finding } from "../contracts/finding.js";
import type { PlannedWitness } from "../contracts/plan.js";
import { VEHICLE } from "./plan.js";

type Unsaid = Omit<Finding, "rule" | "outcome">;

/** A finding on a witness's field before anything is said. */
export const witnessFinding = ({ id, kind }: Pick<PlannedWitness, "id" | "kind">, field: string): Unsaid =>
	emptyFinding(`${id}.${field}`, id, kind, field);

/** A finding between witnesses or on the record itself, before anything is said. */
export const vehicleFinding = (name: string, field: string): Unsaid =>
	emptyFinding(`${VEHICLE}.${name}`, VEHICLE, null, field);

function emptyFinding(findingId: string, witness: string, kind: Finding["kind"], field: string): Unsaid {
	return {
		...{ findingId, witness, kind, field },
		read: null,
		expected: null,
		refusal: null,
		differences: [],
		confidence: null,
		capture: null,
		box: null,
	};
}
