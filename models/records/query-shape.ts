/** How a list is asked for: fields given by value, then the order it is paged in. Its index has the same keys. */
export interface QueryShape {
	readonly equal: readonly string[];
	readonly order: Readonly<Record<string, 1 | -1>>;
	/** Conditions that may only thin out what is met on the way along the index. */
	readonly thinned?: readonly string[];
}

/** The index that answers a query shape without sorting in memory. */
export function indexFor(shape: QueryShape): Record<string, 1 | -1> {
	return { ...Object.fromEntries(shape.equal.map((field) => [field, 1 as const])), ...shape.order };
}
