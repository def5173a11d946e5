/** How a list is asked for: fields given by value, then the order it is paged in. Its index has the same keys. */
export interface QueryShape {
	readonly equal: readonly string[];
	readonly order: Readonly<Record<string, 1 | -1>>;
}

/** The index that answers a query shape without sorting in memory. */
export function indexFor(shape: QueryShape): Record<string, 1 | -1> {
	return { ...Object.fromEntries(shape.equal.map((field) => [field, 1 as const])), ...shape.order };
}
