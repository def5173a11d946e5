/** One thing that was looked for. */
export interface Diagnosis {
	readonly name: string;
	/** `missing` stops the service; `warning` will, unless it is mended; `optional` is worth knowing only. */
	readonly state: "ok" | "missing" | "warning" | "optional";
	readonly found: string;
	/** How to mend what is missing or will be. */
	readonly mend?: string;
}
