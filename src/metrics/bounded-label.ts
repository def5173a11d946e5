/** What stands for every value beyond the first ones. */
export const OTHER = "other";

/**
 * Keeps a label to so many values: Prometheus keeps a series for each, so names that come from outside must not
 * make them without end. The first ones keep their names, later ones share `other`.
 */
export function boundedLabel(most: number): (value: string) => string {
	const known = new Set<string>();
	return (value) => {
		if (known.has(value)) return value;
		if (known.size >= most) return OTHER;
		known.add(value);
		return value;
	};
}
