import type { Inspection } from "../contracts/inspection.js";
import type { FoundInspection } from "../contracts/search.js";

/**
 * Lengths of the pieces a VIN or production number is found by. Three is the shortest part that can be asked
 * for; six, the serial number of a VIN (ISO 3779), is what people read out, and hardly two vehicles share it.
 */
const SHORT_GRAM = 3;
const LONG_GRAM = 6;

/** Every run of three and of six characters of a text, each once, in capitals. */
export function gramsOf(text: string): readonly string[] {
	const capitals = text.toUpperCase();
	const grams = new Set<string>();
	for (const length of [SHORT_GRAM, LONG_GRAM]) {
		for (let at = 0; at + length <= capitals.length; at += 1) grams.add(capitals.slice(at, at + length));
	}
	return [...grams];
}

/**
 * The piece of a part by which an index finds the texts that may contain it: its end, because numbers count up
 * at their end. Every text that contains the part has this piece.
 */
export function gramFor(part: string): string {
	return part.toUpperCase().slice(part.length >= LONG_GRAM ? -LONG_GRAM : -SHORT_GRAM);
}

/** What a search shows of an inspection. */
export function foundInspection(inspection: Inspection): FoundInspection {
	const { record, plan } = inspection;
	const trackedIn = inspection.events.flatMap(({ type, detail }) =>
		type === "track_in" && detail.station !== undefined ? [detail.station] : [],
	);
	const decisions = inspection.exceptions.flatMap((exception) => exception.decisions);
	const people = decisions.flatMap(({ by, undoneBy }) => (undoneBy === null ? [by] : [by, undoneBy]));
	return {
		inspectionId: inspection.inspectionId,
		productionNumber: inspection.productionNumber,
		sequence: inspection.sequence,
		vin: record.vin,
		model: record.model,
		modelLabel: plan.label,
		status: inspection.status,
		disposition: inspection.disposition,
		stations: [...new Set([...trackedIn, ...inspection.captures.map(({ station }) => station)])],
		operators: [...new Set(people)],
		discrepancies: inspection.findings.filter(({ outcome }) => outcome !== "match").length,
		startedAt: inspection.startedAt,
		sealedAt: inspection.sealedAt,
	};
}
