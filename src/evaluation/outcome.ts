import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { FieldReading, FieldValue, Observation, Reading } from "../contracts/reading.js";
import { type AlignedCharacter, alignCharacters } from "./alignment.js";
import type { Judged } from "./calibration.js";
import type { LabelledPicture } from "./labels.js";

/**
 * What became of a picture's VIN or tooth count. `accepted` and `exact` are right, the second left to a person;
 * `misread` and `unread` were left to one too; `refused` is right where nobody could read it or nothing is there;
 * `unjudged` is a count nobody knows. `accepted_wrong` must not happen.
 */
export type Verdict =
	| "accepted"
	| "accepted_wrong"
	| "exact"
	| "misread"
	| "unread"
	| "refused"
	| "unjudged"
	| "failed";

/** One picture, judged against its label. */
export interface Outcome {
	readonly file: string;
	/** SHA-256 of the file: names the picture wherever it lies and whatever it is called. */
	readonly capture: string;
	readonly kind: LabelledPicture["kind"];
	/** What the file's name begins with, where it has several parts. */
	readonly source: string | null;
	readonly rendered: boolean;
	readonly verdict: Verdict;
	/** What the verdict is about; null where the label names nothing to read. */
	readonly target: "vin" | "toothCount" | "unreadable" | null;
	/** The reading of the target with its confidence, where one was given and the truth is known. */
	readonly reading: Judged | null;
	/** Characters of the VIN: what is there beside what was read. Empty without a VIN on the label. */
	readonly characters: readonly (AlignedCharacter & { readonly p: number | null })[];
	/** Gears with a label: whether a defect is there, and whether the reading names one; null where readers look for none. */
	readonly defect: { readonly there: boolean; readonly flagged: boolean | null } | null;
	/** Fields the label names, besides the VIN. */
	readonly fields: {
		readonly named: number;
		readonly exact: number;
		readonly accepted: number;
		readonly wrong: number;
	};
	/** Milliseconds by step. */
	readonly ms: Readonly<Record<string, number>>;
}

const same = (read: FieldValue | null | undefined, truth: FieldValue) =>
	typeof read === "number" || typeof truth === "number" ? Number(read) === Number(truth) : read === truth;

function verdictOf(field: FieldReading | undefined, right: boolean): Verdict {
	if (field?.accepted) return right ? "accepted" : "accepted_wrong";
	if (right) return "exact";
	return field && field.text !== "" ? "misread" : "unread";
}

/** What the label asks for, and how the reading answers it. */
function judge(
	label: LabelledPicture,
	reading: Reading | undefined,
): Pick<Outcome, "verdict" | "target" | "reading"> {
	const judgedAs = (target: Outcome["target"], field: FieldReading | undefined, right: boolean) => ({
		target,
		verdict: verdictOf(field, right),
		reading: field && field.value !== null ? { p: field.confidence, correct: right } : null,
	});
	const { vin, toothCount } = reading?.fields ?? {};
	if (label.kind === "gear") {
		const known = label.toothCounts ?? [];
		if (known.length === 0) return { target: null, verdict: "unjudged", reading: null };
		return judgedAs(
			"toothCount",
			toothCount,
			known.some((count) => count === toothCount?.value),
		);
	}
	if (label.vin) return judgedAs("vin", vin, vin?.value === label.vin);
	return {
		target: label.confidence === "unreadable" ? "unreadable" : null,
		verdict: vin?.accepted ? "accepted_wrong" : "refused",
		reading: vin && vin.value !== null ? { p: vin.confidence, correct: false } : null,
	};
}

function charactersOf(label: LabelledPicture, reading: Reading | undefined): Outcome["characters"] {
	if (!label.vin || label.kind === "gear") return [];
	const read = reading?.fields.vin?.characters ?? [];
	return alignCharacters(label.vin, read.map(({ char }) => char).join("")).map((aligned) => ({
		...aligned,
		p: read[aligned.at]?.p ?? null,
	}));
}

function defectOf(label: LabelledPicture, reading: Reading | undefined): Outcome["defect"] {
	if (label.kind !== "gear" || typeof label.defect !== "boolean") return null;
	const defects = reading && "defects" in reading ? reading.defects : null;
	return { there: label.defect, flagged: Array.isArray(defects) ? defects.length > 0 : null };
}

function fieldsOf(label: LabelledPicture, reading: Reading | undefined): Outcome["fields"] {
	const named = Object.entries(label.fields ?? {}).filter(
		([name]) => name !== "vin" && name !== "toothCount",
	);
	const judged = named.map(([name, truth]) => {
		const field = reading?.fields[name];
		return { exact: same(field?.value, truth), accepted: field?.accepted ?? false };
	});
	const count = (fits: (field: (typeof judged)[number]) => boolean) => judged.filter(fits).length;
	return {
		named: named.length,
		exact: count(({ exact }) => exact),
		accepted: count(({ accepted }) => accepted),
		wrong: count(({ exact, accepted }) => accepted && !exact),
	};
}

/** Judges one picture. `observation` is null where the picture could not be taken in. */
export function outcomeOf(
	label: LabelledPicture,
	picture: Uint8Array,
	observation: Observation | null,
): Outcome {
	const [reading] = observation?.readings ?? [];
	const [source, ...rest] = basename(label.file).split("_");
	const judged = judge(label, reading);
	return {
		file: label.file,
		capture: createHash("sha256").update(picture).digest("hex"),
		kind: label.kind,
		source: rest.length > 0 ? (source ?? null) : null,
		rendered: label.synthetic ?? false,
		...(observation ? judged : { ...judged, verdict: "failed" as const }),
		characters: charactersOf(label, reading),
		defect: defectOf(label, reading),
		fields: fieldsOf(label, reading),
		ms: observation?.ms ?? {},
	};
}
