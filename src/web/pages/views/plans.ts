import { CheckDigitPolicy, type InspectionPlan } from "../../../contracts/plan.js";
import type { Bilingual } from "../../../contracts/primitives.js";
import { WitnessKind } from "../../../contracts/reading.js";
import { Market } from "../../../contracts/record.js";
import { fieldsOfKind } from "../../../domain/fields-of-kind.js";
import { MOST_WITNESSES } from "../../../domain/plan.js";
import { type PlanChanges, planChanges, type ValueChange } from "../../../domain/plan-changes.js";
import { RULES, ruleNamed } from "../../../domain/rules/index.js";
import { contentOf, type PlanFaults, type PlanValues } from "../../plans/plan-form.js";
import { ofModel, type Revisions } from "../../plans/revisions.js";

/** One vehicle model in the list: what is in force, and what is being prepared. */
export interface ModelRow {
	readonly model: string;
	readonly label: Bilingual;
	readonly market: Market;
	readonly witnesses: readonly WitnessKind[];
	readonly released: InspectionPlan | null;
	/** Newest revision, where it is a draft made after the released one. */
	readonly draft: InspectionPlan | null;
}

export const releasedOf = (revisions: readonly InspectionPlan[]): InspectionPlan | null =>
	revisions.find(({ status }) => status === "released") ?? null;

/** The list of models, by name. */
export function modelRows(plans: readonly InspectionPlan[]): readonly ModelRow[] {
	const models = [...new Set(plans.map(({ model }) => model))].toSorted();
	return models.flatMap((model) => {
		const revisions = ofModel(plans, model);
		const [newest] = revisions;
		if (!newest) return [];
		const released = releasedOf(revisions);
		const shown = released ?? newest;
		return {
			...{ model, label: shown.label, market: shown.market, released },
			witnesses: shown.witnesses.map(({ kind }) => kind),
			draft: newest.status === "draft" ? newest : null,
		};
	});
}

/** One model: its revisions, and which two to compare at first. */
export function modelView(revisions: Revisions) {
	const [newest] = revisions;
	const released = releasedOf(revisions);
	const inForce = released?.revision ?? null;
	const before = revisions[1]?.revision ?? null;
	const from = inForce !== null && inForce !== newest.revision ? inForce : before;
	return {
		model: newest.model,
		label: (released ?? newest).label,
		revisions: revisions.map((plan) => ({
			...plan,
			inForce: plan.revision === inForce,
			releasable: plan.status === "draft" && plan.revision === newest.revision,
		})),
		comparable: revisions.length > 1,
		fromOptions: revisions.map(({ revision }) => ({ revision, chosen: revision === from })),
		toOptions: revisions.map(({ revision }) => ({ revision, chosen: revision === newest.revision })),
	};
}

/** Members whose values are words of a contract, and under which prefix those words stand. */
const MEMBER_TERMS: Readonly<Record<string, string>> = {
	market: "market",
	checkDigit: "checkDigit",
	kind: "kind",
};

const valueRows = (values: readonly ValueChange[]) =>
	values.map(({ member, from, to }) => ({ member, from, to, words: MEMBER_TERMS[member] ?? null }));

const rules = (names: readonly string[]) =>
	names.map((name) => ({ name, words: ruleNamed(name)?.words ?? { en: name, zh: name } }));

/** What changes between two revisions, ready to be shown. */
export function changesView(changes: PlanChanges) {
	return {
		count: changes.count,
		values: valueRows(changes.values),
		witnesses: changes.witnesses.map((witness) => ({
			...witness,
			label: witness.witness.label,
			kind: witness.witness.kind,
			station: witness.witness.station,
			// of one that is new or gone there is nothing to compare: it is shown as it is or was
			whole: witness.change !== "changed",
			values: valueRows(witness.values),
		})),
		rulesAdded: rules(changes.rulesAdded),
		rulesRemoved: rules(changes.rulesRemoved),
	};
}

/** Two revisions side by side. */
export const comparisonView = (from: InspectionPlan, to: InspectionPlan) => ({
	...{ from, to, model: to.model, label: to.label },
	changes: changesView(planChanges(contentOf(from), contentOf(to))),
});

/** Where an editor's form came from, sent back with it. */
export interface PlanOrigin {
	/** Model of the revision that was opened; null for a new plan. */
	readonly model: string | null;
	/** Revision that was opened; null for a new plan. */
	readonly revision: number | null;
	/** Newest revision when it was opened; a newer one makes the form stale. */
	readonly newest: number;
}

export interface PlanNotice {
	readonly kind: "faults" | "stale";
	/** Who saved the newer revision, and which. */
	readonly by: string;
	readonly revision: number;
}

const chosen = <Value extends string>(options: readonly Value[], now: Value) =>
	options.map((value) => ({ value, chosen: value === now }));

/** Everything the plan editor shows. */
export function editorView(
	origin: PlanOrigin,
	values: PlanValues,
	faults: PlanFaults,
	notice: PlanNotice | null,
) {
	const last = values.witnesses.length - 1;
	return {
		origin,
		isNew: origin.model === null,
		values,
		faults: {
			...{ model: null, "label.en": null, "label.zh": null, witnesses: null },
			...{ captureDeadlineMinutes: null, decisionDeadlineMinutes: null, undoSeconds: null },
			...faults,
		},
		notice,
		mostWitnesses: MOST_WITNESSES,
		isFull: values.witnesses.length >= MOST_WITNESSES,
		markets: chosen(Market.options, values.market),
		policies: chosen(CheckDigitPolicy.options, values.checkDigit),
		witnesses: values.witnesses.map((witness, index) => {
			const fault = (name: string) => faults[`w.${index}.${name}`] ?? null;
			return {
				...witness,
				index,
				number: index + 1,
				first: index === 0,
				last: index === last,
				kinds: chosen(WitnessKind.options, witness.kind),
				offered: fieldsOfKind(witness.kind).map((name) => ({
					name,
					checked: witness.fields.includes(name),
				})),
				faults: {
					...{ id: fault("id"), station: fault("station"), fields: fault("fields") },
					...{ labelEn: fault("label.en"), labelZh: fault("label.zh") },
				},
			};
		}),
		rules: RULES.map(({ name, words, source, weight, markets }) => ({
			...{ name, words, source, weight },
			markets: markets?.join(", ") ?? "",
			checked: values.rules.includes(name),
		})),
		ruleCount: values.rules.length,
	};
}
