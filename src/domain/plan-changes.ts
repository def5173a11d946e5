import type { InspectionPlanInput, PlannedWitness } from "../contracts/plan.js";

/** A value that differs between two revisions, as text; a path names it (`label.zh`, `undoSeconds`). */
export interface ValueChange {
	readonly member: PlanMember | WitnessMember;
	readonly from: string;
	readonly to: string;
}

export const PLAN_MEMBERS = [
	"label.en",
	"label.zh",
	"market",
	"checkDigit",
	"captureDeadlineMinutes",
	"decisionDeadlineMinutes",
	"undoSeconds",
] as const;
export type PlanMember = (typeof PLAN_MEMBERS)[number];

export const WITNESS_MEMBERS = ["kind", "label.en", "label.zh", "station", "place"] as const;
export type WitnessMember = (typeof WITNESS_MEMBERS)[number];

/** What became of one witness: found again by its id. */
export interface WitnessChange {
	readonly id: string;
	readonly change: "added" | "removed" | "changed";
	readonly witness: PlannedWitness;
	readonly values: readonly ValueChange[];
	readonly fieldsAdded: readonly string[];
	readonly fieldsRemoved: readonly string[];
}

/** Everything in which one revision of an inspection plan differs from another. */
export interface PlanChanges {
	readonly values: readonly ValueChange[];
	readonly witnesses: readonly WitnessChange[];
	readonly rulesAdded: readonly string[];
	readonly rulesRemoved: readonly string[];
	/** How many things differ; 0 where both say the same. */
	readonly count: number;
}

function planValues(plan: InspectionPlanInput): Readonly<Record<PlanMember, string>> {
	return {
		"label.en": plan.label.en,
		"label.zh": plan.label.zh,
		market: plan.market,
		checkDigit: plan.checkDigit,
		captureDeadlineMinutes: String(plan.captureDeadlineMinutes),
		decisionDeadlineMinutes: String(plan.decisionDeadlineMinutes),
		undoSeconds: String(plan.undoSeconds),
	};
}

function witnessValues(
	witness: PlannedWitness,
	plan: InspectionPlanInput,
	common: ReadonlySet<string>,
): Readonly<Record<WitnessMember, string>> {
	// Counted among the witnesses both revisions have: adding one in front moves nobody.
	const place = plan.witnesses.filter(({ id }) => common.has(id)).findIndex(({ id }) => id === witness.id);
	return {
		kind: witness.kind,
		"label.en": witness.label.en,
		"label.zh": witness.label.zh,
		station: witness.station,
		place: String(place + 1),
	};
}

function differing<Member extends PlanMember | WitnessMember>(
	members: readonly Member[],
	from: Readonly<Record<Member, string>>,
	to: Readonly<Record<Member, string>>,
): ValueChange[] {
	return members
		.filter((member) => from[member] !== to[member])
		.map((member) => ({ member, from: from[member], to: to[member] }));
}

const without = (all: readonly string[], known: readonly string[]): string[] =>
	all.filter((one) => !known.includes(one));

/**
 * What changes when `to` takes the place of `from`. The order of a witness's fields and of the rules means
 * nothing and is not compared; the order of the witnesses is the order in which they are shown.
 */
export function planChanges(from: InspectionPlanInput, to: InspectionPlanInput): PlanChanges {
	const common = new Set(
		from.witnesses.map(({ id }) => id).filter((id) => to.witnesses.some((other) => other.id === id)),
	);
	const removed = from.witnesses.filter(({ id }) => !common.has(id));
	const whole = (witness: PlannedWitness, change: "added" | "removed"): WitnessChange => ({
		...{ id: witness.id, change, witness, values: [] },
		fieldsAdded: change === "added" ? witness.fields : [],
		fieldsRemoved: change === "removed" ? witness.fields : [],
	});
	const kept = to.witnesses.flatMap((witness): WitnessChange[] => {
		const before = from.witnesses.find(({ id }) => id === witness.id);
		if (!before) return [whole(witness, "added")];
		const values = differing(
			WITNESS_MEMBERS,
			witnessValues(before, from, common),
			witnessValues(witness, to, common),
		);
		const fieldsAdded = without(witness.fields, before.fields);
		const fieldsRemoved = without(before.fields, witness.fields);
		const same = values.length + fieldsAdded.length + fieldsRemoved.length === 0;
		return same ? [] : [{ id: witness.id, change: "changed", witness, values, fieldsAdded, fieldsRemoved }];
	});
	const values = differing(PLAN_MEMBERS, planValues(from), planValues(to));
	const witnesses = [...kept, ...removed.map((witness) => whole(witness, "removed"))];
	const rulesAdded = without(to.rules ?? [], from.rules ?? []);
	const rulesRemoved = without(from.rules ?? [], to.rules ?? []);
	const count = values.length + witnesses.length + rulesAdded.length + rulesRemoved.length;
	return { values, witnesses, rulesAdded, rulesRemoved, count };
}
