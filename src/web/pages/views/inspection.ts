import type { Capture } from "../../../contracts/capture.js";
import type { Finding } from "../../../contracts/finding.js";
import type { Inspection } from "../../../contracts/inspection.js";
import type { PlannedWitness } from "../../../contracts/plan.js";
import type { Bilingual, Box } from "../../../contracts/primitives.js";
import type { FieldReading, Observation, Reading } from "../../../contracts/reading.js";
import { SYMBOLOGY_NAMES } from "../../../domain/code-vin.js";
import { FIELDS, isFieldName } from "../../../domain/fields.js";
import { type CountedDamage, countDamage } from "../../../domain/gear-condition.js";
import { ruleNamed } from "../../../domain/rules/index.js";
import { type CharacterView, characterView } from "./characters.js";
import { groupVin } from "./vin.js";
import { stateOfWitness, type WitnessState } from "./witness-progress.js";

export type WitnessObservation = Observation & { readonly witness: string };

/** A rectangle to draw over a picture, in pixels of the upright picture. */
export interface OverlayBox {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
	/** Names the style: a detection, a field that was read, or the outcome of its finding. */
	readonly style: string;
	/** Field name, or null for a detection. */
	readonly field: string | null;
}

export interface FieldRow {
	readonly field: string;
	readonly read: string | null;
	readonly damage: readonly CountedDamage[];
	readonly expected: string | null;
	readonly compared: boolean;
	readonly outcome: Finding["outcome"] | null;
	readonly refusal: Finding["refusal"];
	readonly confidence: number | null;
	readonly crop: string | null;
	readonly exceptionId: string | null;
}

/** Share of the shorter side: enough to see where the field ends, too little to show its neighbours. */
const CROP_MARGIN = 0.3;

/** Address of a part of a capture, with a little of its surroundings, scaled for the page. */
export function cropAddress(capture: string, [x, y, w, h]: Box, width: number): string {
	const margin = Math.round(Math.min(w, h) * CROP_MARGIN);
	const left = Math.max(0, Math.floor(x) - margin);
	const top = Math.max(0, Math.floor(y) - margin);
	const box = [left, top, Math.ceil(w) + 2 * margin, Math.ceil(h) + 2 * margin].join(",");
	return `/api/v1/captures/${capture}?box=${box}&width=${width}`;
}

function overlay(box: Box, style: string, field: string | null): OverlayBox {
	const [x, y, width, height] = box;
	return { x, y, width, height, style, field };
}

/** Boxes to draw: what was detected, what was read, and over them what was judged. */
export function overlaysOf(
	observation: Observation | undefined,
	findings: readonly Finding[],
): readonly OverlayBox[] {
	const judged = new Set(findings.filter(({ box }) => box !== null).map(({ field }) => field));
	const fields = Object.entries(observation?.readings[0]?.fields ?? {});
	return [
		...(observation?.detections ?? [])
			.filter(({ kind }) => kind !== "text_line")
			.map(({ box }) => overlay(box, "detection", null)),
		...fields.flatMap(([field, { box }]) =>
			box === null || judged.has(field) ? [] : [overlay(box, "read", field)],
		),
		...findings.flatMap(overlaysOfFinding),
	];
}

/** Boxes of one finding: each defect's, or the one place it stands on. */
export function overlaysOfFinding({ box, defects, outcome, field }: Finding): readonly OverlayBox[] {
	const boxes = defects?.map((defect) => defect.box) ?? (box === null ? [] : [box]);
	return boxes.map((one) => overlay(one, outcome, field));
}

function rowOfFinding(finding: Finding, inspection: Inspection, reading: FieldReading | undefined): FieldRow {
	const box = finding.box ?? reading?.box ?? null;
	const exception = inspection.exceptions.find((one) => one.finding.findingId === finding.findingId);
	return {
		field: finding.field,
		read: finding.read ?? (reading?.text || null),
		damage: countDamage(finding.defects ?? []),
		expected: finding.expected,
		compared: true,
		outcome: finding.outcome,
		refusal: finding.refusal,
		confidence: finding.confidence ?? reading?.confidence ?? null,
		crop: box && finding.capture ? cropAddress(finding.capture, box, 320) : null,
		exceptionId: exception?.exceptionId ?? null,
	};
}

function rowOfReading(field: string, reading: FieldReading, capture: string): FieldRow {
	return {
		field,
		read: reading.text || null,
		damage: [],
		expected: null,
		compared: false,
		outcome: null,
		refusal: reading.refusal,
		confidence: reading.confidence,
		crop: reading.box ? cropAddress(capture, reading.box, 320) : null,
		exceptionId: null,
	};
}

interface CaptureView {
	readonly sha256: string;
	readonly width: number;
	readonly height: number;
	readonly receivedAt: string;
	readonly number: number;
	readonly shown: boolean;
}

export interface WitnessPanel {
	readonly id: string;
	readonly kind: PlannedWitness["kind"];
	readonly label: PlannedWitness["label"];
	readonly station: string;
	readonly state: WitnessState;
	readonly capture: CaptureView | null;
	readonly captures: readonly CaptureView[];
	readonly overlays: readonly OverlayBox[];
	/** Changes with what the viewer shows, so that a live update keeps a viewer that shows the same. */
	readonly viewerId: string;
	readonly observed: boolean;
	readonly absent: boolean;
	readonly retake: Reading["refusal"];
	readonly refusal: Reading["refusal"];
	readonly characters: readonly CharacterView[];
	readonly evidence: FieldReading["evidence"];
	readonly codes: readonly { readonly symbology: string; readonly text: string }[];
	readonly compared: readonly FieldRow[];
	readonly alsoRead: readonly FieldRow[];
}

/** Characters of a code that are shown: a certificate's matrix code can hold kilobytes. */
const SHOWN_CODE = 80;

function shownCapture(captures: readonly Capture[], chosen: string | null): Capture | undefined {
	return captures.find(({ sha256 }) => sha256 === chosen) ?? captures.at(-1);
}

function panelOf(
	planned: PlannedWitness,
	inspection: Inspection,
	observations: readonly WitnessObservation[],
	chosenCapture: string | null,
): WitnessPanel {
	const captures = inspection.captures.filter(({ witness }) => witness === planned.id);
	const shown = shownCapture(captures, chosenCapture);
	const observation = observations.findLast(
		({ witness, capture }) => witness === planned.id && capture === shown?.sha256,
	);
	const reading = observation?.readings[0];
	const findings = inspection.findings.filter(({ witness }) => witness === planned.id);
	const drawn = findings.filter(({ capture }) => capture === shown?.sha256);
	const overlays = overlaysOf(observation, drawn);
	const comparedFields = new Set(findings.map(({ field }) => field));
	const views = captures.map((capture, index) => ({
		sha256: capture.sha256,
		width: capture.width,
		height: capture.height,
		receivedAt: capture.receivedAt,
		number: index + 1,
		shown: capture === shown,
	}));
	return {
		id: planned.id,
		kind: planned.kind,
		label: planned.label,
		station: planned.station,
		state: stateOfWitness(inspection, planned.id),
		capture: views.find((view) => view.shown) ?? null,
		captures: views,
		overlays,
		viewerId: `viewer-${planned.id}-${shown?.sha256.slice(0, 8) ?? "none"}-${overlays.map(({ style }) => style[0]).join("")}`,
		observed: observation !== undefined,
		absent: observation !== undefined && observation.detections.length === 0 && reading === undefined,
		retake: observation?.quality.retake ?? null,
		refusal: reading?.refusal ?? null,
		characters: (reading?.characters ?? []).map(characterView),
		evidence: reading?.fields.vin?.evidence ?? [],
		codes: (observation?.codes ?? []).map(({ symbology, text }) => ({
			symbology: SYMBOLOGY_NAMES[symbology],
			text: text.length > SHOWN_CODE ? `${text.slice(0, SHOWN_CODE)}…` : text,
		})),
		// That the witness is there and fit to read goes without saying, once its fields are shown.
		compared: findings
			.filter(({ rule, outcome }) => rule !== "presence" || outcome !== "match")
			.map((finding) => rowOfFinding(finding, inspection, reading?.fields[finding.field])),
		alsoRead: Object.entries(reading?.fields ?? {})
			.filter(([field]) => !comparedFields.has(field))
			.map(([field, value]) => rowOfReading(field, value, shown?.sha256 ?? "")),
	};
}

export interface FindingView extends Finding {
	readonly witnessLabel: PlannedWitness["label"] | null;
	readonly exceptionId: string | null;
	readonly exceptionOpen: boolean;
	readonly damage: readonly CountedDamage[];
	/** Positions as a person counts them, from 1. */
	readonly positions: string;
	/** Words of the rule between fields; null for the other rules. */
	readonly ruleWords: Bilingual | null;
	readonly said: readonly { label: PlannedWitness["label"] | null; witness: string; text: string }[];
}

/** Who says it: a witness, or a field of a witness (`witness@field`); null where the plan knows neither. */
export function statementLabel(key: string, { plan }: Inspection): Bilingual | null {
	const [id = key, field = ""] = key.split("@");
	const label = plan.witnesses.find((witness) => witness.id === id)?.label ?? null;
	if (label === null || !isFieldName(field)) return label;
	const { en, zh } = FIELDS[field];
	return { en: `${label.en} · ${en}`, zh: `${label.zh} · ${zh}` };
}

/** A finding with its exception and its witnesses' names. */
export function findingView(finding: Finding, inspection: Inspection): FindingView {
	const labelOf = (witness: string) =>
		inspection.plan.witnesses.find(({ id }) => id === witness)?.label ?? null;
	const ruleWords = ruleNamed(finding.crossRule ?? "")?.words ?? null;
	const exception = inspection.exceptions.find((one) => one.finding.findingId === finding.findingId);
	return {
		...finding,
		witnessLabel: labelOf(finding.witness),
		ruleWords,
		exceptionId: exception?.exceptionId ?? null,
		exceptionOpen: exception?.status === "open" || exception?.status === "awaiting_second",
		damage: countDamage(finding.defects ?? []),
		positions: finding.differences.map((index) => index + 1).join(", "),
		said: Object.entries(finding.statements ?? {}).map(([witness, text]) => ({
			witness,
			label: statementLabel(witness, inspection),
			text,
		})),
	};
}

/** Facts of an event a person can use; ids that only tie entries together are left to the record. */
export const SHOWN_FACTS = [
	"station",
	"witness",
	"sha256",
	"exception",
	"outcome",
	"action",
	"blind",
	"sight",
	"disposition",
	"closure",
	"reason",
	"pdf",
	"record",
	"capturesDue",
	"decisionDue",
] as const;
/** Facts whose values are words of a contract, and under which prefix those words stand. */
const FACT_TERMS: Readonly<Record<string, string>> = {
	outcome: "outcome",
	action: "action",
	sight: "sight",
	disposition: "disposition",
	closure: "closure",
};
const FACT_INSTANTS: readonly string[] = ["capturesDue", "decisionDue"];
/** Who the workflow says acts when nobody does. */
const SYSTEM = "vinspect";

function factsOf(detail: Readonly<Record<string, string>>) {
	return SHOWN_FACTS.flatMap((name) => {
		const value = detail[name];
		if (value === undefined) return [];
		return [{ name, value, words: FACT_TERMS[name] ?? null, instant: FACT_INSTANTS.includes(name) }];
	});
}

/** Everything the page of one inspection shows. */
export function inspectionView(
	inspection: Inspection,
	observations: readonly WitnessObservation[],
	chosenCapture: string | null,
) {
	const wrong = inspection.findings.filter(({ outcome }) => outcome !== "match");
	return {
		inspection,
		vin: groupVin(inspection.record.vin),
		panels: inspection.plan.witnesses.map((planned) =>
			panelOf(planned, inspection, observations, chosenCapture),
		),
		findings: wrong.map((finding) => findingView(finding, inspection)),
		matching: inspection.findings.length - wrong.length,
		compared: inspection.findings.length,
		events: inspection.events.toReversed().map((event) => ({
			...event,
			bySystem: event.by === SYSTEM,
			facts: factsOf(event.detail),
		})),
		here: `/inspections/${inspection.inspectionId}${chosenCapture ? `?capture=${chosenCapture}` : ""}`,
	};
}
