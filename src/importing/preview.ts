import { isDeepStrictEqual } from "node:util";
import type { VehicleRecord, VehicleRecordInput } from "../contracts/record.js";
import {
	type FieldChange,
	GLANCE_ROWS,
	type ImportCounts,
	type ImportGlance,
	type ImportPreview,
	type PreviewedRow,
} from "../contracts/record-import.js";
import type { VehicleRecords } from "../persistence/store.js";
import type { ReadFile, ReadRow } from "./read-records.js";

/** Production numbers looked up in one query. */
const LOOKED_UP_AT_ONCE = 500;

type Content = Pick<VehicleRecord, "vin" | "model" | "market" | "attributes">;

const facts = ({ vin, model, market, attributes }: Content): Readonly<Record<string, string | number>> => ({
	vin,
	model,
	market,
	...attributes,
});

/** Every field that differs between two contents of a record, in the order of the newer one; null is not there. */
export function changesBetween(from: Content, to: Content): FieldChange[] {
	const [before, after] = [facts(from), facts(to)];
	return [...new Set([...Object.keys(after), ...Object.keys(before)])].flatMap((field) => {
		const change = { field, from: before[field] ?? null, to: after[field] ?? null };
		return change.from === change.to ? [] : [change];
	});
}

function previewed({ line, input }: ReadRow, head: VehicleRecord | undefined): PreviewedRow {
	if (head === undefined) return { line, input, outcome: "created", revision: 0, changes: [] };
	const changes = changesBetween(head, input);
	const outcome = changes.length > 0 ? "revised" : "unchanged";
	return { line, input, outcome, revision: head.revision, changes };
}

async function headsOf(
	records: Pick<VehicleRecords, "latestOf">,
	plant: string,
	numbers: readonly string[],
): Promise<ReadonlyMap<string, VehicleRecord>> {
	const heads = new Map<string, VehicleRecord>();
	for (let i = 0; i < numbers.length; i += LOOKED_UP_AT_ONCE) {
		for (const head of await records.latestOf(plant, numbers.slice(i, i + LOOKED_UP_AT_ONCE)))
			heads.set(head.productionNumber, head);
	}
	return heads;
}

/** What importing a file would do, by the records in force now. Writes nothing. Errors: `store_unavailable`. */
export async function previewOf(
	records: Pick<VehicleRecords, "latestOf">,
	plant: string,
	{ good, problems }: Pick<ReadFile, "good" | "problems">,
): Promise<ImportPreview> {
	const heads = await headsOf(
		records,
		plant,
		good.map(({ input }) => input.productionNumber),
	);
	const rows = good.map((row) => previewed(row, heads.get(row.input.productionNumber)));
	return { rows, problems: [...problems] };
}

/** What the page of an import shows of a preview. */
export function glanceOf({ rows, problems }: ImportPreview): ImportGlance {
	const first = (outcome: PreviewedRow["outcome"]) =>
		rows.filter((row) => row.outcome === outcome).slice(0, GLANCE_ROWS);
	return {
		created: first("created"),
		revised: first("revised"),
		problems: problems.slice(0, GLANCE_ROWS),
		problemCount: problems.length,
	};
}

export function countsOf({ rows }: ImportPreview, total: number): ImportCounts {
	const count = (outcome: PreviewedRow["outcome"]) => rows.filter((row) => row.outcome === outcome).length;
	return {
		rows: total,
		created: count("created"),
		revised: count("revised"),
		unchanged: count("unchanged"),
		rejected: total - rows.length,
	};
}

const sameContent = (head: VehicleRecord, { productionNumber: _number, ...content }: VehicleRecordInput) => {
	const { vin, model, market, attributes } = head;
	return isDeepStrictEqual({ vin, model, market, attributes }, content);
};

/**
 * Production numbers whose record is no longer the one that the preview compared with. One that says by now what
 * the row says is not among them: there is nothing left to overwrite.
 */
export async function overtakenIn(
	records: Pick<VehicleRecords, "latestOf">,
	plant: string,
	{ rows }: ImportPreview,
): Promise<readonly string[]> {
	const heads = await headsOf(
		records,
		plant,
		rows.map(({ input }) => input.productionNumber),
	);
	return rows.flatMap(({ input, revision }) => {
		const head = heads.get(input.productionNumber);
		if (head !== undefined && sameContent(head, input)) return [];
		return (head?.revision ?? 0) === revision ? [] : [input.productionNumber];
	});
}
