import type { FieldName } from "../../domain/fields.js";

export type Division =
	/** `1498/133`: a stroke between two values. */
	| "strokes"
	/** `2022/1850/1850`: the last field has all that follows. */
	| "rest"
	/** `4655×1865×1680`, `4655 1865 1680`, `长4655宽1865高1680`. */
	| "sizes";

/** How a document names the value that stands beside or below. */
export interface Caption {
	/** Fields of the value; several where one item holds them all. Empty: known, not kept. */
	readonly fields: readonly FieldName[];
	/** How the values of several fields stand in one item. */
	readonly division: Division;
	/** Words that stand for themselves, as a title does: nothing beside or below is theirs. */
	readonly isHeading: boolean;
	/** Spellings in use, any language; case, width, spaces and punctuation do not matter. */
	readonly spellings: readonly string[];
}

/** A whole line that carries a value without a caption; the first group is the value. */
export interface Phrase {
	readonly field: FieldName;
	readonly pattern: RegExp;
	/** A sentence of its own, which is never the value of a caption nearby. */
	readonly isSentence: boolean;
}

/** What is known of one kind of document before any is seen. Captions not listed are taken for values. */
export interface Layout {
	readonly captions: readonly Caption[];
	readonly phrases: readonly Phrase[];
}

/** An item whose value is one field. */
export const item = (field: FieldName, ...spellings: readonly string[]): Caption => ({
	fields: [field],
	division: "strokes",
	isHeading: false,
	spellings,
});

/** An item whose value is several fields separated by `/`, in this order. */
export const items = (fields: readonly FieldName[], ...spellings: readonly string[]): Caption => ({
	fields,
	division: "strokes",
	isHeading: false,
	spellings,
});

/** As `items`, the last field taking all that follows. */
export const firstAndRest = (
	fields: readonly [FieldName, FieldName],
	...spellings: readonly string[]
): Caption => ({ fields, division: "rest", isHeading: false, spellings });

/** An item that gives length, width and height. */
export const sizes = (
	fields: readonly [FieldName, FieldName, FieldName],
	...spellings: readonly string[]
): Caption => ({ fields, division: "sizes", isHeading: false, spellings });

/** An item that is on the document and not among the fields: it must not be taken for a neighbour's value. */
export const otherItems = (...spellings: readonly string[]): Caption => ({
	fields: [],
	division: "strokes",
	isHeading: false,
	spellings,
});

/** Titles and captions of signatures. */
export const headings = (...spellings: readonly string[]): Caption => ({
	...otherItems(...spellings),
	isHeading: true,
});
