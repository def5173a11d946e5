import type { Bilingual } from "../../contracts/primitives.js";
import type { Market } from "../../contracts/record.js";
import { FIELDS, type FieldName } from "../fields.js";
import { type ListedNumber, listedNumbers } from "../number-list.js";

/** Accepted values of one vehicle, by field. */
export type FieldValues = Readonly<Partial<Record<FieldName, string | number>>>;

/** Typed access to the values a rule speaks of. Every access to a value that is not stated is a fault of the rule. */
export class StatedFields {
	readonly #values: FieldValues;

	constructor(values: FieldValues) {
		this.#values = values;
	}

	#stated(field: FieldName): string | number {
		const value = this.#values[field];
		if (value === undefined) throw new RangeError(`The rule asks for ${field}, which it does not name.`);
		return value;
	}

	number(field: FieldName): number {
		return Number(this.#stated(field));
	}

	text(field: FieldName): string {
		return String(this.#stated(field)).normalize("NFKC");
	}

	/** A list as the certificate gives it axle by axle. */
	numbers(field: FieldName): readonly ListedNumber[] {
		return listedNumbers(this.text(field));
	}

	/** `YYYY-MM` or `YYYY-MM-DD`. */
	date(field: FieldName): string {
		return this.text(field);
	}
}

/**
 * What must hold between fields of one vehicle. A rule accuses and never mends: it says that one of its fields
 * is wrong, not which, and not what it should be.
 */
export interface Rule {
	readonly name: string;
	/** What must hold, in words. */
	readonly words: Bilingual;
	/** Standard, regulation or practice the rule comes from. */
	readonly source: string;
	/** All must be stated for the rule to speak; the first is the one whose picture is shown. */
	readonly fields: readonly [FieldName, ...FieldName[]];
	/** Markets whose law the rule is; every market where left out. */
	readonly markets?: readonly Market[];
	/** Says nothing where the vehicle shows one of these, readable or not. */
	readonly unless?: readonly FieldName[];
	/** A violation opens an exception; a remark stands in the findings and holds nobody up. */
	readonly weight: "violation" | "remark";
	/** Whether it holds; null where the values do not say. */
	readonly holds: (stated: StatedFields) => boolean | null;
}

type Definition = Omit<Rule, "name" | "words" | "weight"> & { readonly en: string; readonly zh: string };

const weighed =
	(weight: Rule["weight"]) =>
	(name: string, { en, zh, ...rest }: Definition): Rule => ({
		name,
		words: { en, zh },
		weight,
		...rest,
	});

export const violation = weighed("violation");
export const remark = weighed("remark");

/**
 * What a rule says of these values: null where a field is not stated or they do not tell. `shown` are all
 * fields the vehicle shows, readable or not.
 */
export function evaluate(rule: Rule, values: FieldValues, shown: ReadonlySet<string>): boolean | null {
	if (rule.fields.some((field) => values[field] === undefined)) return null;
	if (rule.unless?.some((field) => shown.has(field))) return null;
	return rule.holds(new StatedFields(values));
}

export const sum = (items: readonly ListedNumber[]): number =>
	items.reduce((total, { value }) => total + value, 0);

export const axlesOf = (items: readonly ListedNumber[]): number =>
	items.reduce((total, { axles }) => total + axles, 0);

/** A rule that a number lies within bounds, both included. */
export function within(
	name: string,
	field: FieldName,
	[low, high]: readonly [number, number],
	source: string,
): Rule {
	const { en, zh, unit } = FIELDS[field];
	const range = `${low}–${high}${unit === null ? "" : ` ${unit}`}`;
	return remark(name, {
		en: `${en} lies within ${range}`,
		zh: `${zh}在 ${range} 之内`,
		source,
		fields: [field],
		holds: (v) => v.number(field) >= low && v.number(field) <= high,
	});
}
