/** One thing that was looked for. */
export interface Diagnosis {
	readonly name: string;
	/** `missing` stops the service; `optional` is worth knowing only. */
	readonly state: "ok" | "missing" | "optional";
	readonly found: string;
	/** How to mend what is missing. */
	readonly mend?: string;
}
