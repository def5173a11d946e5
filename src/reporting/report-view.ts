import type { Decision, Exception } from "../contracts/exception.js";
import type { Finding } from "../contracts/finding.js";
import type { PlannedWitness } from "../contracts/plan.js";
import type { Bilingual, Box, Sha256 } from "../contracts/primitives.js";
import type { InspectionRecord } from "../contracts/report.js";
import { blindAgreement, releaseBefore } from "../domain/blind-reading.js";
import { isFieldName } from "../domain/fields.js";
import { countDamage } from "../domain/gear-condition.js";
import {
	ACTION_WORDS,
	BLIND_AGREEMENT_WORDS,
	CLOSURE_WORDS,
	DEFECT_WORDS,
	DISPOSITION_WORDS,
	EVENT_WORDS,
	fieldWords,
	KIND_WORDS,
	MARKET_WORDS,
	OUTCOME_WORDS,
	REFUSAL_WORDS,
	ruleWords,
	SIGHT_WORDS,
	STATUS_WORDS,
	type TonedWord,
	UNDECIDED,
} from "./report-words.js";

/** Part of a text that was read; `differs` where the record has another character there. */
export interface ReadPart {
	readonly text: string;
	readonly differs: boolean;
}

export interface FindingView {
	/** Numbers the finding's box in the picture, from 1 within its witness. */
	readonly number: number;
	readonly field: Bilingual;
	readonly unit: string | null;
	readonly rule: Bilingual;
	readonly read: readonly ReadPart[];
	readonly expected: string | null;
	readonly outcome: TonedWord;
	readonly refusal: Bilingual | null;
	/** `98.7 %`, rounded down so that nothing looks surer than it is. */
	readonly confidence: string | null;
	/** Damage by kind: `broken tooth × 3`. */
	readonly damage: readonly Bilingual[];
	/** Where in the picture it stands; several for damage in several places. */
	readonly boxes: readonly Box[];
	readonly statements: readonly { readonly witness: Bilingual; readonly text: string }[];
}

export interface WitnessView {
	/** From 1, in the order of the plan. */
	readonly number: number;
	readonly id: string;
	readonly label: Bilingual;
	readonly kind: Bilingual;
	readonly station: string;
	readonly capture: {
		readonly sha256: Sha256;
		readonly width: number;
		readonly height: number;
		readonly at: string;
	} | null;
	readonly findings: readonly FindingView[];
}

export interface DecisionView {
	readonly action: Bilingual;
	readonly by: string;
	readonly role: string;
	readonly at: string;
	readonly correctedText: string | null;
	readonly disposition: Bilingual | null;
	readonly reason: string | null;
	readonly comment: string | null;
	/** What a second person read before they saw the rest, and how it stands to the first person's. */
	readonly blind: {
		readonly text: string | null;
		readonly sight: Bilingual | null;
		readonly agreement: TonedWord | null;
	} | null;
	readonly undone: { readonly by: string; readonly at: string } | null;
}

export interface ExceptionView {
	readonly witness: Bilingual;
	readonly field: Bilingual;
	readonly outcome: TonedWord;
	readonly status: TonedWord;
	readonly openedAt: string;
	readonly decisions: readonly DecisionView[];
}

export interface EventView {
	readonly at: string;
	readonly type: Bilingual;
	readonly by: string;
	readonly detail: string;
}

/** What a report shows, in words of both languages and in reading order; PDF and HTML are drawn from it. */
export interface ReportView {
	readonly inspectionId: string;
	readonly plant: string;
	readonly productionNumber: string;
	readonly sequence: number;
	readonly vin: string;
	/** World manufacturer identifier, descriptor and indicator sections (ISO 3779). */
	readonly vinSections: readonly string[];
	readonly disposition: TonedWord;
	readonly closure: Bilingual | null;
	readonly model: Bilingual;
	readonly modelCode: string;
	readonly market: Bilingual;
	readonly recordRevision: number;
	readonly planRevision: number;
	readonly startedAt: string;
	readonly sealedAt: string;
	readonly judgedBy: string;
	readonly tally: readonly { readonly word: TonedWord; readonly count: number }[];
	readonly witnesses: readonly WitnessView[];
	readonly vehicleFindings: readonly FindingView[];
	readonly exceptions: readonly ExceptionView[];
	readonly timeline: readonly EventView[];
	readonly readers: readonly string[];
	readonly auditHead: Sha256;
}

const VEHICLE: Bilingual = { en: "Vehicle", zh: "整车" };

/** `2026-03-14 08:20:04 UTC` */
export function instantText(instant: string): string {
	return `${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC`;
}

function readParts({ read, differences }: Finding): ReadPart[] {
	const parts: { text: string; differs: boolean }[] = [];
	for (const [position, char] of [...(read ?? "")].entries()) {
		const differs = differences.includes(position);
		const last = parts.at(-1);
		if (last && last.differs === differs) last.text += char;
		else parts.push({ text: char, differs });
	}
	return parts;
}

function findingView(finding: Finding, index: number, labelOf: (witness: string) => Bilingual): FindingView {
	const { unit, ...field } = fieldWords(finding.field);
	return {
		number: index + 1,
		field: { en: field.en, zh: field.zh },
		unit,
		rule: ruleWords(finding),
		read: readParts(finding),
		expected: finding.expected,
		outcome: OUTCOME_WORDS[finding.outcome],
		refusal: finding.refusal && REFUSAL_WORDS[finding.refusal],
		confidence:
			finding.confidence === null ? null : `${(Math.floor(finding.confidence * 1000) / 10).toFixed(1)} %`,
		damage: countDamage(finding.defects ?? []).map(({ kind, count }) => ({
			en: `${DEFECT_WORDS[kind].en} × ${count}`,
			zh: `${DEFECT_WORDS[kind].zh} × ${count}`,
		})),
		boxes: finding.defects?.map(({ box }) => box) ?? (finding.box === null ? [] : [finding.box]),
		statements: Object.entries(finding.statements ?? {}).map(([witness, text]) => ({
			witness: statementLabel(witness, labelOf),
			text,
		})),
	};
}

/** `witness@field` is a field of a witness; anything else a witness. */
function statementLabel(key: string, labelOf: (witness: string) => Bilingual): Bilingual {
	const [witness = key, field = ""] = key.split("@");
	if (!isFieldName(field)) return labelOf(key);
	const [label, name] = [labelOf(witness), fieldWords(field)];
	return { en: `${label.en} · ${name.en}`, zh: `${label.zh} · ${name.zh}` };
}

function blindView(exception: Exception, { decisionId, blindReading }: Decision): DecisionView["blind"] {
	if (blindReading === undefined) return null;
	const first = releaseBefore(exception, decisionId);
	return {
		text: blindReading.text,
		sight: blindReading.sight && SIGHT_WORDS[blindReading.sight],
		agreement: first && BLIND_AGREEMENT_WORDS[blindAgreement(exception.finding, first, blindReading)],
	};
}

function exceptionView(exception: Exception, labelOf: (witness: string) => Bilingual): ExceptionView {
	const { finding } = exception;
	const { en, zh } = fieldWords(finding.field);
	return {
		witness: labelOf(finding.witness),
		field: { en, zh },
		outcome: OUTCOME_WORDS[finding.outcome],
		status: STATUS_WORDS[exception.status],
		openedAt: instantText(exception.openedAt),
		decisions: exception.decisions.map((decision) => ({
			action: ACTION_WORDS[decision.action],
			by: decision.by,
			role: decision.role,
			at: instantText(decision.at),
			correctedText: decision.correctedText,
			disposition: decision.disposition && DISPOSITION_WORDS[decision.disposition],
			reason: decision.reason,
			comment: decision.comment,
			blind: blindView(exception, decision),
			undone:
				decision.undoneAt === null
					? null
					: { by: decision.undoneBy ?? "", at: instantText(decision.undoneAt) },
		})),
	};
}

/** Digests are shown short in the timeline; the record has them whole. */
function detailText(detail: Readonly<Record<string, string>>): string {
	return Object.entries(detail)
		.map(([name, value]) => `${name}: ${/^[0-9a-f]{64}$/.test(value) ? `${value.slice(0, 12)}…` : value}`)
		.join(", ");
}

function witnessView(
	planned: PlannedWitness,
	index: number,
	{ inspection }: InspectionRecord,
	labelOf: (witness: string) => Bilingual,
): WitnessView {
	const findings = inspection.findings.filter(({ witness }) => witness === planned.id);
	const judged = findings.find(({ capture }) => capture !== null)?.capture;
	const captures = inspection.captures.filter(({ witness }) => witness === planned.id);
	const shown = captures.find(({ sha256 }) => sha256 === judged) ?? captures.at(-1);
	return {
		number: index + 1,
		id: planned.id,
		label: planned.label,
		kind: KIND_WORDS[planned.kind],
		station: shown?.station ?? planned.station,
		capture: shown
			? {
					sha256: shown.sha256,
					width: shown.width,
					height: shown.height,
					at: instantText(shown.capturedAt ?? shown.receivedAt),
				}
			: null,
		// A box belongs to the picture it was found in.
		findings: findings.map((finding, i) => {
			const view = findingView(finding, i, labelOf);
			return finding.capture === shown?.sha256 ? view : { ...view, boxes: [] };
		}),
	};
}

/** Draws together what a report shows of a record. */
export function viewReport(record: InspectionRecord): ReportView {
	const { inspection } = record;
	const { plan, findings } = inspection;
	const labelOf = (witness: string): Bilingual =>
		plan.witnesses.find(({ id }) => id === witness)?.label ??
		(witness === "vehicle" ? VEHICLE : { en: witness, zh: witness });
	const { vin } = inspection.record;
	const readers = new Set(
		record.observations.flatMap((o) =>
			Object.entries(o.readers).map(([name, version]) => `${name} ${version}`),
		),
	);
	return {
		inspectionId: inspection.inspectionId,
		plant: inspection.plant,
		productionNumber: inspection.productionNumber,
		sequence: inspection.sequence,
		vin,
		vinSections: [vin.slice(0, 3), vin.slice(3, 9), vin.slice(9)],
		disposition: inspection.disposition ? DISPOSITION_WORDS[inspection.disposition] : UNDECIDED,
		closure: inspection.closure && CLOSURE_WORDS[inspection.closure],
		model: plan.label,
		modelCode: inspection.record.model,
		market: MARKET_WORDS[inspection.record.market],
		recordRevision: inspection.record.revision,
		planRevision: plan.revision,
		startedAt: instantText(inspection.startedAt),
		sealedAt: instantText(inspection.sealedAt ?? inspection.updatedAt),
		judgedBy: inspection.judgedBy,
		tally: Object.entries(OUTCOME_WORDS)
			.map(([outcome, word]) => ({
				word,
				count: findings.filter((finding) => finding.outcome === outcome).length,
			}))
			.filter(({ count }) => count > 0),
		witnesses: plan.witnesses.map((planned, i) => witnessView(planned, i, record, labelOf)),
		vehicleFindings: findings
			.filter(({ witness }) => !plan.witnesses.some(({ id }) => id === witness))
			.map((finding, i) => findingView(finding, i, labelOf)),
		exceptions: inspection.exceptions.map((exception) => exceptionView(exception, labelOf)),
		timeline: record.audit.map((event) => ({
			at: instantText(event.at),
			type: EVENT_WORDS[event.type],
			by: event.by,
			detail: detailText(event.detail),
		})),
		readers: [...readers].sort(),
		auditHead: record.auditHead,
	};
}
