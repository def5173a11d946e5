/** A number with its decimals, thousands and further points (`1.4.4`), and the percent sign behind it. */
const NUMBER = /\d+(?:[.,]\d+)*(?:\s?%)?/g;

/**
 * The figures a text states, sorted: every number of two digits or more, and every percentage. Single digits are left
 * out: a language may write them as words.
 */
export function figuresOf(text: string): string[] {
	return [...text.matchAll(NUMBER)]
		.map(([number]) => number.replace(/\s/, " "))
		.filter((number) => number.endsWith("%") || number.replace(/\D/g, "").length > 1)
		.toSorted();
}
