/** Filter for a text that contains `part` as it is written, upper or lower case. */
export const containing = (part: string) => ({
	$regex: part.replace(/[\\^$.*+?()[\]{}|-]/g, "\\$&"),
	$options: "i",
});
