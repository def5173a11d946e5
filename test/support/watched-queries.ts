import { readdirSync } from "node:fs";
import mongoose, { type Schema } from "mongoose";
import type { QueryShape } from "../../models/records/query-shape.js";

/** A question to the store, as the driver got it. */
export interface WatchedQuery {
	readonly collection: string;
	readonly method: string;
	readonly filter: Readonly<Record<string, unknown>>;
	readonly sort: Readonly<Record<string, number>>;
}

/** Methods that look for documents; their first argument says which. */
const LOOKING = /^(find|findOne|findOneAnd\w+|update\w+|delete\w+|replaceOne|countDocuments|distinct)$/;
/** Methods that read everything, whatever is asked. */
const READING_ALL = ["aggregate", "mapReduce"];

const sortOf = (args: readonly unknown[]): WatchedQuery["sort"] =>
	args
		.map((one) => (one as { sort?: WatchedQuery["sort"] } | null)?.sort)
		.find((sort) => sort !== undefined) ?? {};

function filtersOfBulk(operations: unknown): Record<string, unknown>[] {
	return (operations as Record<string, { filter?: Record<string, unknown> }>[]).flatMap((operation) =>
		Object.values(operation).flatMap(({ filter }) => (filter ? [filter] : [])),
	);
}

/** Notes every question that goes out through mongoose, on whatever connection, until stopped. */
export function watchQueries(): { readonly seen: readonly WatchedQuery[]; stop(): void } {
	const seen: WatchedQuery[] = [];
	mongoose.set("debug", (collection: string, method: string, ...args: unknown[]) => {
		if (method === "bulkWrite") {
			for (const filter of filtersOfBulk(args[0])) seen.push({ collection, method, filter, sort: {} });
		} else if (LOOKING.test(method) || READING_ALL.includes(method)) {
			const filter = (READING_ALL.includes(method) ? {} : args[0]) as WatchedQuery["filter"];
			// emptying a collection looks nothing up
			if (method === "deleteMany" && Object.keys(filter).length === 0) return;
			seen.push({ collection, method, filter: { ...filter }, sort: { ...sortOf(args.slice(1)) } });
		}
	});
	return { seen, stop: () => void mongoose.set("debug", false) };
}

/** What one collection is declared to be asked. */
export interface DeclaredCollection {
	readonly shapes: readonly QueryShape[];
	/** Keys of unique and of expiry indexes, and `_id`. */
	readonly keys: readonly (readonly string[])[];
}

/** Every collection of models/records: the shapes its module declares, and its keys. */
export async function declaredCollections(): Promise<ReadonlyMap<string, DeclaredCollection>> {
	const folder = new URL("../../models/records/", import.meta.url);
	const declared = new Map<string, DeclaredCollection>();
	for (const file of readdirSync(folder).filter((name) => name.endsWith(".ts"))) {
		const module = (await import(new URL(file, folder).href)) as Record<string, unknown>;
		const shapes = Object.entries(module)
			.filter(([name]) => name.endsWith("_QUERIES"))
			.flatMap(([, value]) => Object.values(value as Record<string, QueryShape>));
		for (const [name, make] of Object.entries(module)) {
			if (!name.endsWith("Schema") || typeof make !== "function") continue;
			// one shape of document may fill several collections: they are named where it is called
			const schema = (make as (collection?: string) => Schema)(ANY_COLLECTION);
			const keys = schema
				.indexes()
				.filter(([, options]) => options.unique || options.expireAfterSeconds !== undefined)
				.map(([key]) => Object.keys(key));
			declared.set(schema.get("collection") ?? ANY_COLLECTION, { shapes, keys: [["_id"], ...keys] });
		}
	}
	return declared;
}

/** Under this name stands what holds for collections that no schema names by itself: `_id` is their only key. */
export const ANY_COLLECTION = "*";

/** The conditions of a filter by field, those of `$and` and `$or` among them. */
function conditionsOf(filter: Readonly<Record<string, unknown>>): [string, unknown][] {
	return Object.entries(filter).flatMap(([name, condition]) =>
		name === "$and" || name === "$or"
			? (condition as Record<string, unknown>[]).flatMap(conditionsOf)
			: [[name, condition] as [string, unknown]],
	);
}

/** Fields a filter fixes to values. What stands in an `$or` fixes nothing. */
function fixedFields(filter: Readonly<Record<string, unknown>>): string[] {
	return Object.entries(filter).flatMap(([name, condition]) => {
		if (name === "$and") return (condition as Record<string, unknown>[]).flatMap(fixedFields);
		if (name.startsWith("$")) return [];
		const operators =
			typeof condition === "object" && condition !== null && !(condition instanceof Date)
				? Object.keys(condition)
				: ["$eq"];
		return operators.every((operator) => operator === "$eq" || operator === "$in") ? [name] : [];
	});
}

function isServedByKey({ filter, sort }: WatchedQuery, { keys }: DeclaredCollection): boolean {
	const fixed = fixedFields(filter);
	if (keys.some((key) => key.every((name) => fixed.includes(name)))) return true;
	// along one key: a range of it, or its order
	const asked = [...new Set([...conditionsOf(filter).map(([name]) => name), ...Object.keys(sort)])];
	return keys.some((key) => key.length === 1 && asked.length === 1 && asked[0] === key[0]);
}

function isServedByShape({ filter, sort }: WatchedQuery, shape: QueryShape): boolean {
	const fixed = fixedFields(filter);
	const along = Object.keys(shape.order);
	const known = [...shape.equal, ...along, ...(shape.thinned ?? [])];
	return (
		shape.equal.every((name) => fixed.includes(name)) &&
		conditionsOf(filter).every(([name]) => known.includes(name)) &&
		(Object.keys(sort).length === 0
			? conditionsOf(filter).some(([name]) => name === along[0] || shape.equal[0] === name)
			: JSON.stringify(sort) === JSON.stringify(shape.order))
	);
}

/** Whether a query is one that was declared: by `_id` or a unique key, or by a shape whose index serves it. */
export function isDeclared(query: WatchedQuery, declared: ReadonlyMap<string, DeclaredCollection>): boolean {
	if (READING_ALL.includes(query.method)) return false;
	const collection = declared.get(query.collection) ?? declared.get(ANY_COLLECTION);
	return (
		collection !== undefined &&
		(isServedByKey(query, collection) || collection.shapes.some((shape) => isServedByShape(query, shape)))
	);
}
