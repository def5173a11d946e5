/** What the Typst worker is asked. */
export interface TypstJob {
	readonly id: number;
	readonly source: string;
	/** Files the source names, kept in memory. */
	readonly files: readonly { readonly name: string; readonly content: Uint8Array }[];
	/** Seconds since 1970; the only clock the compiler sees. */
	readonly creationTime: number;
	/** Label of the metadata to find, such as `<field>`. */
	readonly query: string;
}

/** What it answers: the PDF with what the query found (JSON), or why there is none. */
export type TypstAnswer =
	| { readonly id: number; readonly error: string }
	| { readonly id: number; readonly pdf: Uint8Array; readonly pages: number; readonly found: string };
