import type { CaptureImage } from "../../contracts/capture.js";
import type { PlannedWitness } from "../../contracts/plan.js";
import type { Box } from "../../contracts/primitives.js";
import type {
	CharacterReading,
	Defect,
	FieldReading,
	FieldValue,
	Observation,
	ObservationSummary,
	Refusal,
} from "../../contracts/reading.js";
import type { Random } from "../render/random.js";

/** How a capture turned out: what it shows instead, and what kept it from being read. */
export interface Mishap {
	/** Field that shows another value than the vehicle's record has. */
	readonly wrong?: { readonly field: string; readonly value: FieldValue };
	/** Field that can be seen but is not believed. */
	readonly doubtful?: { readonly field: string; readonly refusal: Refusal };
	/** The picture itself is no use. */
	readonly retake?: Refusal;
	readonly defect?: Defect["kind"];
}

/** Characters taken for each other at sight. */
const TWINS: Readonly<Record<string, string>> = {
	...{ "8": "B", B: "8", "0": "D", D: "0", "1": "7", "7": "1", "5": "S", S: "5", "2": "Z", Z: "2" },
	...{ "6": "G", G: "6", "4": "A", A: "4", "3": "9", "9": "3" },
};

export const twinOf = (char: string): string => TWINS[char] ?? (char === "X" ? "K" : "X");

function charactersOf(text: string, doubt: number | null): CharacterReading[] {
	return [...text].map((char, index) =>
		index === doubt ? { char, p: 0.58, alternatives: [{ char: twinOf(char), p: 0.37 }] } : { char, p: 0.998 },
	);
}

/** Fields stand under each other in the middle of the picture; the marked number takes its width. */
function boxOf(index: number, count: number, { width, height }: CaptureImage): Box {
	const row = (0.6 * height) / Math.max(count, 1);
	return [0.2 * width, 0.2 * height + index * row, 0.6 * width, 0.8 * row].map(Math.round) as Box;
}

function readField(
	[field, value]: readonly [string, FieldValue],
	box: Box,
	mishap: Mishap,
	random: Random,
): FieldReading {
	const text = String(mishap.wrong?.field === field ? mishap.wrong.value : value);
	const refusal = mishap.doubtful?.field === field ? mishap.doubtful.refusal : null;
	const confidence = refusal === null ? 0.97 + 0.029 * random.next() : 0.4 + 0.2 * random.next();
	const reader = (name: string, seen: string) => ({
		reader: name,
		version: "generated",
		text: seen,
		confidence,
	});
	const doubt = refusal === null ? null : random.whole(3, Math.max(3, text.length - 1));
	return {
		text,
		value: typeof value === "number" && mishap.wrong?.field !== field ? value : text,
		unit: null,
		characters: charactersOf(text, doubt),
		confidence,
		accepted: refusal === null,
		refusal,
		box,
		evidence: [reader("first", text), reader("second", text)],
	};
}

/** What a reader says of one picture of one witness that shows these values, in full and summed up. */
export function seen(
	planned: PlannedWitness,
	image: CaptureImage,
	shown: Readonly<Record<string, FieldValue>>,
	mishap: Mishap,
	at: string,
	random: Random,
): { readonly observation: Observation; readonly summary: ObservationSummary } {
	const { kind, id: witness } = planned;
	const { sha256: capture, width, height } = image;
	const retake = mishap.retake ?? null;
	// what the plan does not ask for would only make every document longer
	const named =
		retake === null ? Object.entries(shown).filter(([field]) => planned.fields.includes(field)) : [];
	const fields = Object.fromEntries(
		named.map((entry, index) => [
			entry[0],
			readField(entry, boxOf(index, named.length, image), mishap, random),
		]),
	);
	const whole: Box = [0.15 * width, 0.15 * height, 0.7 * width, 0.7 * height];
	const [x, y, w, h] = whole;
	const defects: Defect[] | undefined =
		kind === "gear" && retake === null
			? mishap.defect === undefined
				? []
				: [{ kind: mishap.defect, box: [x + 0.4 * w, y, 0.1 * w, 0.1 * h], confidence: 0.86 }]
			: undefined;
	const vin = fields.vin;
	const accepted = Object.values(fields).every((field) => field.accepted);
	const refusal = Object.values(fields).find((field) => field.refusal !== null)?.refusal ?? null;
	const quad: Observation["detections"][number]["quad"] = [
		[x, y],
		[x + w, y],
		[x + w, y + h],
		[x, y + h],
	];
	const observation: Observation = {
		capture,
		kind,
		quality: { sharpness: retake === null ? 180 : 12, luminance: 118, clipped: 0.004, retake },
		detections: retake === null ? [{ kind, box: whole, quad, score: 0.97 }] : [],
		readings:
			retake === null
				? [
						{
							kind,
							text: vin?.text ?? named.map(([, value]) => String(value)).join(" "),
							vin: vin?.accepted ? vin.text : null,
							characters: vin?.characters ?? [],
							confidence: Math.min(1, ...Object.values(fields).map((field) => field.confidence)),
							accepted,
							refusal,
							fields,
							box: whole,
							...(defects && { defects }),
						},
					]
				: [],
		readers: { first: "generated", second: "generated" },
		ms: { decode: 40, detect: 60, read: 180, total: 280 },
	};
	const summary: ObservationSummary = {
		capture,
		witness,
		kind,
		retake,
		absent: false,
		refusal,
		fields: Object.fromEntries(
			Object.entries(fields).map(
				([field, { text, value, confidence, accepted: believed, refusal: why, box }]) => [
					field,
					{ text, value, confidence, accepted: believed, refusal: why, box },
				],
			),
		),
		...(defects && { defects }),
		observedAt: at,
	};
	return { observation, summary };
}
