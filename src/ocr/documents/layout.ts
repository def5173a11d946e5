import type { FieldName } from "../../domain/fields.js";

/** How a document names the value that stands beside or below. */
export interface Caption {
	/** Fields of the value; several where one item holds them all, separated by `/`. Empty: known, not kept. */
	readonly fields: readonly FieldName[];
	/** Spellings in use, any language; case, width, spaces and punctuation do not matter. */
	readonly spellings: readonly string[];
}

/** A whole line that carries a value without a caption; the first group is the value. */
export interface Phrase {
	readonly field: FieldName;
	readonly pattern: RegExp;
}

/** What is known of one kind of document before any is seen. Captions not listed are taken for values. */
export interface Layout {
	readonly captions: readonly Caption[];
	readonly phrases: readonly Phrase[];
}

/** An item whose value is one field. */
export const item = (field: FieldName, ...spellings: readonly string[]): Caption => ({
	fields: [field],
	spellings,
});

/** An item whose value is several fields separated by `/`, in this order. */
export const items = (fields: readonly FieldName[], ...spellings: readonly string[]): Caption => ({
	fields,
	spellings,
});

/** An item that is on the document and not among the fields: it must not be taken for a neighbour's value. */
export const otherItems = (...spellings: readonly string[]): Caption => ({ fields: [], spellings });
