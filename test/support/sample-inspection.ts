import { createHash } from "node:crypto";
import sharp from "sharp";
import type { Capture } from "../../src/contracts/capture.js";
import type { Decision, Exception } from "../../src/contracts/exception.js";
import type { Finding } from "../../src/contracts/finding.js";
import { type Inspection, type InspectionEvent, inspectionIdOf } from "../../src/contracts/inspection.js";
import type { Box, Quad, Sha256 } from "../../src/contracts/primitives.js";
import type { FieldReading, Observation, Reading, WitnessKind } from "../../src/contracts/reading.js";
import { samplePlan } from "./sample-plan.js";

export interface SampleInspection {
	readonly inspection: Inspection;
	readonly observations: readonly (Observation & { witness: string })[];
	/** The captures' bytes by their SHA-256. */
	readonly pictures: ReadonlyMap<Sha256, Buffer>;
}

export const SAMPLE_VIN = "LXKAB2C41RM104729";
const PRODUCTION_NUMBER = "A24-104729";
const PLANT = "suzhou-2";
const READERS = { "pp-ocr-v4": "sha256:5a8f1c", tesseract: "7.0.0" };

const INK: Readonly<Record<WitnessKind, { paper: string; ink: string }>> = {
	stamp: { paper: "#8f969c", ink: "#3b4046" },
	nameplate: { paper: "#c9ced2", ink: "#15181b" },
	certificate: { paper: "#f4efdf", ink: "#22211d" },
	label: { paper: "#ffffff", ink: "#000000" },
	gear: { paper: "#4a4f55", ink: "#aab2b9" },
};

interface WrittenLine {
	readonly field: string;
	readonly caption: string;
	/** What stands in the picture. */
	readonly text: string;
	readonly refusal?: "readers_disagree";
	readonly confidence?: number;
}

const LINES: Readonly<Record<string, { kind: WitnessKind; lines: readonly WrittenLine[] }>> = {
	"vin-stamp": { kind: "stamp", lines: [{ field: "vin", caption: "", text: SAMPLE_VIN, confidence: 0.987 }] },
	nameplate: {
		kind: "nameplate",
		lines: [
			{ field: "vin", caption: "车辆识别代号", text: SAMPLE_VIN, confidence: 0.993 },
			{
				field: "engineNumber",
				caption: "发动机号",
				text: "H4J7O2915",
				refusal: "readers_disagree",
				confidence: 0.41,
			},
			{ field: "engineModel", caption: "发动机型号", text: "XK15T-4A", confidence: 0.972 },
			{ field: "grossMass", caption: "最大设计总质量 kg", text: "1980", confidence: 0.991 },
		],
	},
	certificate: {
		kind: "certificate",
		lines: [
			{ field: "vin", caption: "车辆识别代号", text: SAMPLE_VIN, confidence: 0.995 },
			{ field: "colour", caption: "车身颜色", text: "珠光白", confidence: 0.968 },
			{ field: "certificateNumber", caption: "合格证编号", text: "WAC051004729183", confidence: 0.981 },
			{ field: "manufactureDate", caption: "车辆制造日期", text: "2026-03-14", confidence: 0.99 },
		],
	},
	"drive-gear": {
		kind: "gear",
		lines: [{ field: "toothCount", caption: "Z", text: "41", confidence: 0.998 }],
	},
};

const EXPECTED: Readonly<Record<string, string | number>> = {
	vin: SAMPLE_VIN,
	engineNumber: "H4J702915",
	engineModel: "XK15T-4A",
	grossMass: 1980,
	colour: "极地白",
	certificateNumber: "WAC051004729183",
	manufactureDate: "2026-03-14",
	toothCount: 41,
};

const WIDTH = 1600;
const lineTop = (index: number): number => 150 + index * 170;
/** Where a line is written, and for a gear where the gear is. */
const boxOf = (kind: WitnessKind, index: number): Box =>
	kind === "gear" ? [132, 82, 276, 276] : [520, lineTop(index), 960, 96];
const quadOf = ([x, y, w, h]: Box): Quad => [
	[x, y],
	[x + w, y],
	[x + w, y + h],
	[x, y + h],
];

async function draw(kind: WitnessKind, lines: readonly WrittenLine[]): Promise<Buffer> {
	const { paper, ink } = INK[kind];
	const height = lineTop(lines.length) + 120;
	const teeth = Array.from({ length: 41 }, (_, i) => {
		const angle = (i * 360) / 41;
		return `<rect x="-9" y="-118" width="18" height="34" fill="${ink}" transform="rotate(${angle})"/>`;
	}).join("");
	const gear = `<g transform="translate(270 ${height / 2})"><circle r="96" fill="${ink}"/><circle r="34" fill="${paper}"/>${teeth}</g>`;
	const rows = lines.map((line, i) => {
		const [x, y, w, h] = boxOf("stamp", i);
		return `<text x="60" y="${y + 66}" font-size="44" fill="${ink}" opacity="0.8">${kind === "gear" ? "" : line.caption}</text>
		<text x="${x + 8}" y="${y + h - 18}" font-size="82" font-family="DejaVu Sans Mono, monospace" textLength="${w - 16}" lengthAdjust="spacingAndGlyphs" fill="${ink}">${line.text}</text>`;
	});
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}">
		<defs><linearGradient id="light" x2="1" y2="1"><stop offset="0" stop-color="#fff" stop-opacity="0.45"/><stop offset="1" stop-color="#000" stop-opacity="0.3"/></linearGradient></defs>
		<rect width="100%" height="100%" fill="${paper}"/><rect width="100%" height="100%" fill="url(#light)"/>
		<rect x="30" y="30" width="${WIDTH - 60}" height="${height - 60}" rx="22" fill="none" stroke="${ink}" stroke-width="4"/>
		${kind === "gear" ? gear : ""}${rows.join("\n")}</svg>`;
	return sharp(Buffer.from(svg)).jpeg({ quality: 88 }).toBuffer();
}

function fieldReading(kind: WitnessKind, line: WrittenLine, index: number): FieldReading {
	const confidence = line.confidence ?? 0.99;
	const numeric = typeof EXPECTED[line.field] === "number";
	return {
		text: line.text,
		value: numeric ? Number(line.text) : line.text,
		unit: line.field === "grossMass" ? "kg" : null,
		characters: [...line.text].map((char, i) => ({
			char,
			p: i === 4 ? confidence : Math.min(1, confidence + 0.004),
			...(line.refusal && i === 4 ? { alternatives: [{ char: "0", p: 0.39 }] } : {}),
		})),
		confidence,
		accepted: line.refusal === undefined,
		refusal: line.refusal ?? null,
		box: boxOf(kind, index),
		evidence: [
			{ reader: "pp-ocr-v4", version: READERS["pp-ocr-v4"], text: line.text, confidence },
			{
				reader: "tesseract",
				version: READERS.tesseract,
				text: line.refusal ? line.text.replace("O", "0") : line.text,
				confidence: Math.max(0, confidence - 0.05),
			},
		],
	};
}

function observe(capture: Sha256, kind: WitnessKind, lines: readonly WrittenLine[]): Observation {
	const fields = Object.fromEntries(lines.map((line, i) => [line.field, fieldReading(kind, line, i)]));
	const vin = fields.vin;
	const first = vin ?? fields[lines[0]?.field ?? ""];
	const reading: Reading = {
		kind,
		text: lines.map((line) => line.text).join("\n"),
		vin: vin ? vin.text : null,
		characters: first?.characters ?? [],
		confidence: first?.confidence ?? 0,
		accepted: true,
		refusal: null,
		fields,
		box: [30, 30, WIDTH - 60, lineTop(lines.length) + 60],
	};
	return {
		capture,
		kind,
		quality: { sharpness: 412.5, luminance: 131.2, clipped: 0.004, retake: null },
		detections: lines.map((_, i) => ({
			kind: kind === "stamp" ? "vin_line" : "text_line",
			box: boxOf(kind, i),
			quad: quadOf(boxOf(kind, i)),
			score: 0.94,
		})),
		readings: [reading],
		readers: READERS,
		ms: { decode: 21, detect: 140, read: 230, total: 391 },
	};
}

function finding(
	witness: string,
	kind: WitnessKind,
	line: WrittenLine,
	index: number,
	capture: Sha256,
): Finding {
	const expected = String(EXPECTED[line.field]);
	const outcome = line.refusal ? "unreadable" : line.text === expected ? "match" : "mismatch";
	return {
		findingId: `${witness}.${line.field}`,
		witness,
		kind,
		field: line.field,
		rule: "record_equality",
		outcome,
		read: line.text,
		expected,
		refusal: line.refusal ?? null,
		differences:
			outcome === "match" ? [] : [...line.text].flatMap((char, i) => (char === [...expected][i] ? [] : [i])),
		confidence: line.confidence ?? 0.99,
		capture,
		box: boxOf(kind, index),
	};
}

const at = (clock: string): string => `2026-03-14T${clock}.000Z`;

function decision(
	exceptionId: string,
	fill: Partial<Decision> & Pick<Decision, "decisionId" | "action" | "by" | "at">,
) {
	return {
		exceptionId,
		correctedText: null,
		disposition: null,
		reason: null,
		comment: null,
		role: "operator",
		undoneAt: null,
		undoneBy: null,
		...fill,
	} satisfies Decision;
}

function exceptionsOf(inspectionId: string, findings: readonly Finding[]): Exception[] {
	return findings
		.filter((found) => found.outcome !== "match")
		.map((found) => {
			const exceptionId = `${inspectionId}~${found.findingId}`;
			const decisions =
				found.outcome === "unreadable"
					? [
							decision(exceptionId, {
								decisionId: "0b6c1d9e-6f0a-4c7e-9a51-0e2f4a1b7c01",
								action: "retake",
								by: "li.na",
								at: at("08:21:40"),
								undoneAt: at("08:21:55"),
								undoneBy: "li.na",
							}),
							decision(exceptionId, {
								decisionId: "0b6c1d9e-6f0a-4c7e-9a51-0e2f4a1b7c02",
								action: "correct_reading",
								correctedText: "H4J702915",
								comment: "第五位是数字 0，铭牌上有油污。 Digit zero, oil film on the plate.",
								by: "li.na",
								at: at("08:22:31"),
							}),
						]
					: [
							decision(exceptionId, {
								decisionId: "0b6c1d9e-6f0a-4c7e-9a51-0e2f4a1b7c03",
								action: "override",
								reason: "approved-deviation",
								comment: "偏差许可 DV-2026-0311：颜色名称变更。 Colour renamed by the paint shop.",
								by: "li.na",
								at: at("08:24:02"),
							}),
							decision(exceptionId, {
								decisionId: "0b6c1d9e-6f0a-4c7e-9a51-0e2f4a1b7c04",
								action: "second_override",
								reason: "approved-deviation",
								by: "wang.qiang",
								role: "engineer",
								at: at("08:31:47"),
								blindReading: { text: found.read, sight: null, at: at("08:30:51") },
							}),
						];
			return {
				exceptionId,
				inspectionId,
				finding: found,
				status: "resolved",
				escalated: false,
				openedAt: at("08:20:12"),
				deadline: at("09:20:12"),
				decisions,
			} satisfies Exception;
		});
}

/**
 * A vehicle of the Chinese market, inspected and about to be sealed: four witnesses, Chinese and English
 * text. `pass` has no exception; `concession` (the default) has an unreadable engine number that a person
 * corrected and a colour that differs and was released by two.
 */
export async function sampleInspection(
	options: { readonly outcome?: "pass" | "concession" } = {},
): Promise<SampleInspection> {
	const outcome = options.outcome ?? "concession";
	const inspectionId = inspectionIdOf(PLANT, PRODUCTION_NUMBER, 1);
	const plan = samplePlan(PLANT);
	const pictures = new Map<Sha256, Buffer>();
	const captures: Capture[] = [];
	const observations: (Observation & { witness: string })[] = [];
	const findings: Finding[] = [];
	for (const planned of plan.witnesses) {
		const sample = LINES[planned.id];
		if (!sample) throw new Error(`no sample lines for ${planned.id}`);
		const lines =
			outcome === "pass"
				? sample.lines.map(({ refusal: _, ...line }) => ({
						...line,
						text: String(EXPECTED[line.field]),
						confidence: Math.max(0.96, line.confidence ?? 0),
					}))
				: sample.lines;
		const bytes = await draw(sample.kind, lines);
		const sha256 = createHash("sha256").update(bytes).digest("hex");
		const { width, height } = await sharp(bytes).metadata();
		pictures.set(sha256, bytes);
		captures.push({
			sha256,
			mediaType: "image/jpeg",
			bytes: bytes.length,
			width,
			height,
			witness: planned.id,
			station: planned.station,
			capturedAt: at("08:20:03"),
			receivedAt: at("08:20:04"),
		});
		observations.push({ ...observe(sha256, sample.kind, lines), witness: planned.id });
		findings.push(...lines.map((line, i) => finding(planned.id, sample.kind, line, i, sha256)));
	}
	findings.push({
		findingId: "vehicle.vin",
		witness: "vehicle",
		kind: null,
		field: "vin",
		rule: "witness_agreement",
		outcome: "match",
		read: SAMPLE_VIN,
		expected: null,
		refusal: null,
		differences: [],
		confidence: null,
		capture: null,
		box: null,
		statements: { "vin-stamp": SAMPLE_VIN, nameplate: SAMPLE_VIN, certificate: SAMPLE_VIN },
	});
	const exceptions = exceptionsOf(inspectionId, findings);
	const event = (
		clock: string,
		type: InspectionEvent["type"],
		by: string,
		detail: Record<string, string>,
	): InspectionEvent => ({ at: at(clock), type, by, detail });
	const events = [
		event("08:19:58", "track_in", "final-line-1", { productionNumber: PRODUCTION_NUMBER }),
		...captures.map((c) =>
			event("08:20:04", "capture_received", c.station, { witness: c.witness, sha256: c.sha256 }),
		),
		...captures.map((c) => event("08:20:09", "observed", "vinspect", { witness: c.witness })),
		...exceptions.map((e) =>
			event("08:20:12", "exception_opened", "vinspect", { finding: e.finding.findingId }),
		),
		...exceptions.flatMap((e) =>
			e.decisions.flatMap((d) => {
				const detail = { finding: e.finding.findingId, action: d.action };
				const clock = (instant: string): string => instant.slice(11, 19);
				return [
					event(clock(d.at), "decided", d.by, detail),
					...(d.undoneAt && d.undoneBy
						? [event(clock(d.undoneAt), "decision_undone", d.undoneBy, detail)]
						: []),
				];
			}),
		),
		event("08:32:00", "disposition_reached", "vinspect", { disposition: outcome }),
	];
	return {
		pictures,
		observations,
		inspection: {
			inspectionId,
			plant: PLANT,
			productionNumber: PRODUCTION_NUMBER,
			sequence: 1,
			version: events.length,
			status: "sealing",
			disposition: outcome,
			closure: "completed",
			record: {
				productionNumber: PRODUCTION_NUMBER,
				vin: SAMPLE_VIN,
				model: plan.model,
				market: "CN",
				attributes: { ...EXPECTED, brand: "星驰牌", vehicleName: "纯电动轿车" },
				plant: PLANT,
				revision: 3,
				createdAt: at("05:00:00"),
				createdBy: "mes",
			},
			plan,
			captures,
			observations: observations.map((o) => {
				const reading = o.readings[0];
				return {
					capture: o.capture,
					witness: o.witness,
					kind: o.kind,
					retake: null,
					absent: false,
					refusal: null,
					fields: Object.fromEntries(
						Object.entries(reading?.fields ?? {}).map(([name, f]) => [
							name,
							{
								text: f.text,
								value: f.value,
								confidence: f.confidence,
								accepted: f.accepted,
								refusal: f.refusal,
								box: f.box,
							},
						]),
					),
					observedAt: at("08:20:09"),
				};
			}),
			findings,
			exceptions,
			events,
			startedAt: at("08:19:58"),
			captureDeadline: at("09:19:58"),
			decisionDeadline: at("09:20:12"),
			updatedAt: at("08:32:00"),
			sealedAt: at("08:32:00"),
			report: null,
			judgedBy: "vinspect 0.1.0",
		},
	};
}
