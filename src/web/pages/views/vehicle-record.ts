import { type Inspection, inspectionIdOf } from "../../../contracts/inspection.js";
import type { FieldValue } from "../../../contracts/reading.js";
import type { VehicleRecord } from "../../../contracts/record.js";
import { FIELDS, isFieldName } from "../../../domain/fields.js";
import { changesBetween } from "../../../importing/preview.js";
import type { Inspections } from "../../../persistence/store.js";
import type { Locale } from "../locales.js";
import { groupVin } from "./vin.js";

/** Inspections of a vehicle asked for at once; they count from 1, once more for each rework. */
const SEQUENCES_AT_ONCE = 8;

/** Name of a field or member of a record, with its unit. */
export function memberName(locale: Locale, name: string): string {
	if (name === "model") return locale.say("records.model");
	if (name === "market") return locale.say("records.market");
	if (name === "productionNumber") return locale.say("records.productionNumber");
	if (name === "row") return locale.say("records.row");
	if (name === "file") return locale.say("records.file");
	return locale.field(name);
}

/** A value as people read it: numbers by locale, a mark in words; null for one that is not there. */
export function valueWords(locale: Locale, name: string, value: FieldValue | null): string | null {
	if (value === null) return null;
	if (name === "market") return locale.say(`market.${value}`);
	const type = isFieldName(name) ? FIELDS[name].type : "text";
	if (type === "mark") return value === 1 ? locale.say("records.present") : locale.say("records.absent");
	return typeof value === "number" ? locale.number(value) : String(value);
}

const ORDER = Object.keys(FIELDS);

/** One revision's fields in the order of the registry. */
export function fieldsOf(locale: Locale, record: VehicleRecord) {
	return Object.entries(record.attributes)
		.toSorted(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b))
		.map(([name, value]) => ({
			name: memberName(locale, name),
			value: valueWords(locale, name, value),
			code: isFieldName(name) && FIELDS[name].type === "code",
		}));
}

/** What changed between two contents of a record. */
export function changeWords(locale: Locale, changes: ReturnType<typeof changesBetween>) {
	return changes.map(({ field, from, to }) => ({
		name: memberName(locale, field),
		from: valueWords(locale, field, from),
		to: valueWords(locale, field, to),
	}));
}

/** Every inspection of a vehicle, oldest first, found by the ids they have. */
export async function inspectionsOf(
	inspections: Pick<Inspections, "get">,
	plant: string,
	productionNumber: string,
): Promise<readonly Inspection[]> {
	const found: Inspection[] = [];
	for (let first = 1; ; first += SEQUENCES_AT_ONCE) {
		const some = await Promise.all(
			Array.from({ length: SEQUENCES_AT_ONCE }, (_, i) =>
				inspections.get(inspectionIdOf(plant, productionNumber, first + i)),
			),
		);
		const there = some.flatMap((one) => one ?? []);
		found.push(...there);
		if (there.length === 0) return found;
	}
}

export interface Comparison {
	readonly from: number | null;
	readonly to: number | null;
}

/** The page of one vehicle record: a revision with its fields, all revisions, two of them compared. */
export function vehicleRecordView(
	locale: Locale,
	revisions: readonly VehicleRecord[],
	shown: VehicleRecord,
	{ from, to }: Comparison,
	inspections: readonly Inspection[],
) {
	const newest = revisions.at(-1) ?? shown;
	const before = revisions.find(({ revision }) => revision === from);
	const after = revisions.find(({ revision }) => revision === to);
	const address = `/vehicle-records/${newest.productionNumber}`;
	return {
		record: {
			productionNumber: shown.productionNumber,
			vin: groupVin(shown.vin),
			model: shown.model,
			market: shown.market,
			revision: shown.revision,
			createdAt: shown.createdAt,
			createdBy: shown.createdBy,
		},
		isNewest: shown.revision === newest.revision,
		newest: newest.revision,
		address,
		fields: fieldsOf(locale, shown),
		revisions: revisions.toReversed().map(({ revision, createdAt, createdBy }) => ({
			revision,
			createdAt,
			createdBy,
			current: revision === shown.revision,
			href: `${address}?revision=${revision}`,
			isFrom: revision === (from ?? newest.revision - 1),
			isTo: revision === (to ?? newest.revision),
		})),
		several: revisions.length > 1,
		comparison:
			before === undefined || after === undefined
				? null
				: {
						from: before.revision,
						to: after.revision,
						changes: changeWords(locale, changesBetween(before, after)),
					},
		inspections: inspections
			.toReversed()
			.map(({ inspectionId, sequence, status, disposition, startedAt, record }) => ({
				inspectionId,
				sequence,
				status,
				disposition,
				startedAt,
				revision: record.revision,
			})),
	};
}
