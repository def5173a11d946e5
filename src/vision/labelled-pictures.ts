import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Observation, WitnessKind } from "../contracts/reading.js";

/** One line of `labels.jsonl`; further members are let through. */
const LabelledPicture = z.object({
	/** Relative to the folder of the labels. */
	file: z.string(),
	kind: z.enum(["stamp", "dot_peen", "plate", "nameplate", "label", "certificate", "gear", "other"]),
	vin: z.string().nullish(),
	/** A person could not read it. */
	confidence: z.string().optional(),
	toothCounts: z.array(z.number()).nullish(),
	/** Of a gear: whether something on it is missing, broken or worn. */
	defect: z.boolean().nullish(),
	/** Drawn, not photographed. */
	synthetic: z.boolean().optional(),
});
export type LabelledPicture = z.infer<typeof LabelledPicture>;

/** Reads `labels.jsonl` of a folder. Throws with the line's number where one is not as described. */
export async function readLabels(folder: string): Promise<LabelledPicture[]> {
	const lines = (await readFile(join(folder, "labels.jsonl"), "utf8")).split("\n");
	return lines.flatMap((line, index) => {
		if (line.trim() === "") return [];
		const parsed = LabelledPicture.safeParse(JSON.parse(line));
		if (!parsed.success) throw new Error(`labels.jsonl, line ${index + 1}: ${z.prettifyError(parsed.error)}`);
		return [parsed.data];
	});
}

export function witnessKindOf({ kind }: LabelledPicture): WitnessKind {
	switch (kind) {
		case "stamp":
		case "dot_peen":
		case "other":
			return "stamp";
		case "plate":
		case "nameplate":
			return "nameplate";
		case "label":
		case "certificate":
		case "gear":
			return kind;
	}
}

/** How the readings of one group of pictures compare with what is on them. */
export interface Tally {
	pictures: number;
	/** Pictures with a VIN a person could read. */
	withVin: number;
	/** … whose VIN the reading gives letter for letter, accepted or not. */
	exact: number;
	accepted: number;
	/** Accepted, and not what is on the picture: must be 0. */
	acceptedWrong: number;
	/** Pictures no person could read, and how many of those were not accepted. */
	unreadable: number;
	unreadableRefused: number;
	/** Gears whose number of teeth is known, accepted counts, and wrong ones among them. */
	gears: number;
	gearsAccepted: number;
	gearsAcceptedWrong: number;
	/** Gears with damage and how many of them were called damaged; the same of sound ones. */
	damaged: number;
	damagedFlagged: number;
	sound: number;
	soundFlagged: number;
	failed: number;
	milliseconds: number[];
}

export function emptyTally(): Tally {
	return {
		...{
			pictures: 0,
			withVin: 0,
			exact: 0,
			accepted: 0,
			acceptedWrong: 0,
			unreadable: 0,
			unreadableRefused: 0,
		},
		...{ gears: 0, gearsAccepted: 0, gearsAcceptedWrong: 0 },
		...{ damaged: 0, damagedFlagged: 0, sound: 0, soundFlagged: 0, failed: 0, milliseconds: [] },
	};
}

/** Adds one picture to its group; `observation` is null where the picture could not be taken in. */
export function tallyPicture(tally: Tally, label: LabelledPicture, observation: Observation | null): void {
	tally.pictures++;
	if (observation === null) {
		tally.failed++;
		return;
	}
	tally.milliseconds.push(observation.ms.total ?? 0);
	const [reading] = observation.readings;
	const vin = reading?.fields.vin;
	const unreadable = label.confidence === "unreadable";
	if (unreadable) tally.unreadable++;
	if (unreadable && !vin?.accepted) tally.unreadableRefused++;
	if (label.vin) tally.withVin++;
	if (label.vin && vin?.value === label.vin) tally.exact++;
	if (vin?.accepted) tally.accepted++;
	if (vin?.accepted && vin.value !== label.vin) tally.acceptedWrong++;
	const teeth = label.kind === "gear" ? (label.toothCounts ?? []) : [];
	const count = reading?.fields.toothCount;
	if (teeth.length > 0) tally.gears++;
	if (count?.accepted) tally.gearsAccepted++;
	if (count?.accepted && teeth.length > 0 && !teeth.some((known) => known === count.value))
		tally.gearsAcceptedWrong++;
	if (label.kind !== "gear" || label.defect == null) return;
	const flagged = observation.readings.some(({ defects }) => defects !== undefined && defects.length > 0);
	tally[label.defect ? "damaged" : "sound"]++;
	if (flagged) tally[label.defect ? "damagedFlagged" : "soundFlagged"]++;
}

export function quantileOf(values: readonly number[], share: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
