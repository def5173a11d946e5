import { CheckDigitPolicy, type InspectionPlan, InspectionPlanInput } from "../../contracts/plan.js";
import { WitnessKind } from "../../contracts/reading.js";
import { Market } from "../../contracts/record.js";
import { VinspectError } from "../../domain/errors.js";
import { fieldsOfKind } from "../../domain/fields-of-kind.js";
import { MOST_WITNESSES, planProblems } from "../../domain/plan.js";
import { RULES, rulesFor } from "../../domain/rules/index.js";

export interface WitnessValues {
	readonly id: string;
	readonly kind: WitnessKind;
	readonly labelEn: string;
	readonly labelZh: string;
	readonly station: string;
	readonly fields: readonly string[];
}

/** What stands in the plan editor, as typed: right or wrong. */
export interface PlanValues {
	readonly model: string;
	readonly labelEn: string;
	readonly labelZh: string;
	readonly market: Market;
	readonly checkDigit: CheckDigitPolicy;
	readonly captureDeadlineMinutes: string;
	readonly decisionDeadlineMinutes: string;
	readonly undoSeconds: string;
	readonly witnesses: readonly WitnessValues[];
	readonly rules: readonly string[];
}

/** Words (`plans.wrong.…`) for what is wrong in one place of the form. */
export const PLAN_FAULTS = [
	"required",
	"identifier",
	"positive",
	"zero",
	"fields",
	"twice",
	"reserved",
] as const;
export type PlanFault = (typeof PLAN_FAULTS)[number];
/** Faults by the name of the form's field. */
export type PlanFaults = Readonly<Record<string, PlanFault>>;

const EMPTY_WITNESS: WitnessValues = {
	id: "",
	kind: "stamp",
	labelEn: "",
	labelZh: "",
	station: "",
	fields: ["vin"],
};

/** A plan to begin with where there is none yet: the stamped VIN, and the rules of the market. */
export const EMPTY_PLAN: PlanValues = {
	model: "",
	labelEn: "",
	labelZh: "",
	market: "CN",
	checkDigit: "mandatory",
	captureDeadlineMinutes: "240",
	decisionDeadlineMinutes: "60",
	undoSeconds: "30",
	witnesses: [EMPTY_WITNESS],
	rules: rulesFor("CN").map(({ name }) => name),
};

export function valuesOfPlan(plan: InspectionPlanInput): PlanValues {
	return {
		model: plan.model,
		labelEn: plan.label.en,
		labelZh: plan.label.zh,
		market: plan.market,
		checkDigit: plan.checkDigit,
		captureDeadlineMinutes: String(plan.captureDeadlineMinutes),
		decisionDeadlineMinutes: String(plan.decisionDeadlineMinutes),
		undoSeconds: String(plan.undoSeconds),
		witnesses: plan.witnesses.map(({ id, kind, label, station, fields }) => ({
			...{ id, kind, station, fields, labelEn: label.en, labelZh: label.zh },
		})),
		rules: plan.rules ?? [],
	};
}

type Form = Readonly<Record<string, string>>;

/**
 * The fields as sent: `w.2.station` is the third witness's station, `w.2.field.vin` one of its fields. Throws
 * `request_invalid` where there are more witnesses than a plan may have: none is left out in silence.
 */
export function valuesOfForm(form: Form): PlanValues {
	const text = (name: string) => (form[name] ?? "").trim();
	if (`w.${MOST_WITNESSES}.kind` in form) {
		const message = `are more than ${MOST_WITNESSES}`;
		throw new VinspectError("request_invalid", `A plan has at most ${MOST_WITNESSES} witnesses.`, [
			{ path: "witnesses", message },
		]);
	}
	const witnesses: WitnessValues[] = [];
	for (let index = 0; index < MOST_WITNESSES && `w.${index}.kind` in form; index++) {
		const kind = WitnessKind.catch("stamp").parse(form[`w.${index}.kind`]);
		witnesses.push({
			id: text(`w.${index}.id`),
			kind,
			labelEn: text(`w.${index}.label.en`),
			labelZh: text(`w.${index}.label.zh`),
			station: text(`w.${index}.station`),
			fields: fieldsOfKind(kind).filter((field) => `w.${index}.field.${field}` in form),
		});
	}
	return {
		model: text("model"),
		labelEn: text("label.en"),
		labelZh: text("label.zh"),
		market: Market.catch("CN").parse(form.market),
		checkDigit: CheckDigitPolicy.catch("mandatory").parse(form.checkDigit),
		captureDeadlineMinutes: text("captureDeadlineMinutes"),
		decisionDeadlineMinutes: text("decisionDeadlineMinutes"),
		undoSeconds: text("undoSeconds"),
		witnesses,
		rules: RULES.map(({ name }) => name).filter((name) => `rule.${name}` in form),
	};
}

/** The buttons that change the list of witnesses: `add`, `remove.1`, `up.1`, `down.1`; anything else changes nothing. */
export function rearranged(values: PlanValues, change: string): PlanValues {
	const [verb, at = ""] = change.split(".");
	const index = Number(at);
	const { witnesses } = values;
	const moved = witnesses[index];
	if (verb === "add" && witnesses.length < MOST_WITNESSES)
		return { ...values, witnesses: [...witnesses, EMPTY_WITNESS] };
	if (moved === undefined || at === "") return values;
	const others = witnesses.toSpliced(index, 1);
	if (verb === "remove") return { ...values, witnesses: others };
	if (verb === "up") return { ...values, witnesses: others.toSpliced(Math.max(0, index - 1), 0, moved) };
	if (verb === "down") return { ...values, witnesses: others.toSpliced(index + 1, 0, moved) };
	return values;
}

const NUMBERS: Readonly<Record<string, PlanFault>> = {
	captureDeadlineMinutes: "positive",
	decisionDeadlineMinutes: "positive",
	undoSeconds: "zero",
};

/** Name of the form's field for a place in the plan. */
function fieldNameOf(path: readonly PropertyKey[]): string {
	const [first, index, member, language] = path.map(String);
	if (first !== "witnesses") return path.slice(0, 2).join(".");
	if (index === undefined) return "witnesses";
	return [
		"w",
		index,
		member === "fields" ? "fields" : member,
		...(member === "label" ? [language] : []),
	].join(".");
}

const number = (text: string) => (text === "" ? Number.NaN : Number(text));

/** The plan the form describes, or what is wrong with it, place by place. */
export function planOfValues(
	values: PlanValues,
): { readonly plan: InspectionPlanInput } | { readonly faults: PlanFaults } {
	const candidate = {
		model: values.model,
		label: { en: values.labelEn, zh: values.labelZh },
		market: values.market,
		checkDigit: values.checkDigit,
		captureDeadlineMinutes: number(values.captureDeadlineMinutes),
		decisionDeadlineMinutes: number(values.decisionDeadlineMinutes),
		undoSeconds: number(values.undoSeconds),
		witnesses: values.witnesses.map(({ id, kind, labelEn, labelZh, station, fields }) => ({
			...{ id, kind, label: { en: labelEn, zh: labelZh }, station, fields: [...fields] },
		})),
		rules: [...values.rules],
	};
	const parsed = InspectionPlanInput.safeParse(candidate);
	if (!parsed.success) {
		const faults: Record<string, PlanFault> = {};
		for (const { path } of parsed.error.issues) {
			const name = fieldNameOf(path);
			const empty = valueAt(candidate, path) === "";
			const other = name.endsWith("fields") ? "fields" : "identifier";
			faults[name] ??= name === "witnesses" || empty ? "required" : (NUMBERS[name] ?? other);
		}
		return { faults };
	}
	const problems = planProblems(parsed.data);
	if (problems.length === 0) return { plan: parsed.data };
	return {
		faults: Object.fromEntries(
			problems.map(({ path, message }) => [
				fieldNameOf(path.split(".")),
				message.includes("reserved") ? "reserved" : "twice",
			]),
		),
	};
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
	return path.reduce<unknown>(
		(at, key) => (typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined),
		value,
	);
}

/** What a saved revision says, without what saving added. */
export function contentOf(plan: InspectionPlan): InspectionPlanInput {
	const { plant, revision, status, createdAt, createdBy, ...content } = plan;
	return content;
}
