/**
 * Numbers that a certificate gives axle by axle in one item: distances between axles `4125+1350`, tracks
 * `1850/1850`, loads `7000/18000(二轴组)`, where a group of axles bears one load together (GB/T 21085).
 * Written without spaces, half width, the group as its number of axles: `7000/18000(2)`.
 */
export interface ListedNumber {
	readonly value: number;
	/** Axles that share it; 1 where nothing is said. */
	readonly axles: number;
}

const GROUPS: Readonly<Record<string, string>> = { 一: "1", 二: "2", 双: "2", 两: "2", 三: "3", 四: "4" };
const ITEM = String.raw`\d+(?:\.\d+)?(?:\([2-4]\))?`;
const LIST = new RegExp(`^${ITEM}(?:[+/]${ITEM})*$`);

/**
 * The list as it is written here, or null where the text is none. Digits are never corrected, and `18,000` is
 * nothing: one number to some, two to others.
 */
export function canonicalNumbers(text: string): string | null {
	const folded = text
		.normalize("NFKC")
		.replace(/\s+/gu, "")
		.replace(/(?:mm|kg|毫米|千克|公斤)(?=$|[+/(])/giu, "")
		.replace(
			/\((?:并装)?([一二双两三四2-4])(?:联)?轴组?\)/gu,
			(_, count: string) => `(${GROUPS[count] ?? count})`,
		)
		.replace(/[,、;](?=\d)/gu, "/");
	return LIST.test(folded) && !/\d[,，]\d{3}(?!\d)/u.test(text) ? folded : null;
}

/** The numbers of a canonical list, from the front; empty where the text is none. */
export function listedNumbers(text: string): readonly ListedNumber[] {
	if (!LIST.test(text)) return [];
	return text.split(/[+/]/).map((item) => {
		const [value = "", axles] = item.replace(")", "").split("(");
		return { value: Number(value), axles: axles === undefined ? 1 : Number(axles) };
	});
}
