/** Filter for what stands behind `keys` in a list ordered by `field`, then `_id`. */
export function beyond(field: string, direction: 1 | -1, key: string | Date, id: string) {
	const further = direction === 1 ? "$gt" : "$lt";
	return { $or: [{ [field]: { [further]: key } }, { [field]: key, _id: { [further]: id } }] };
}
