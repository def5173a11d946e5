import { z } from "zod";
import { Disposition, InspectionStatus } from "./inspection.js";
import { Bilingual, Day, Identifier, Instant } from "./primitives.js";

/** Outcomes to search for: a disposition, or none yet. */
export const SearchOutcome = z.enum([...Disposition.options, "none"]);
export type SearchOutcome = z.infer<typeof SearchOutcome>;

/** Part of a VIN or production number, found in capitals. Fewer characters would find everything. */
const Part = z
	.string()
	.regex(/^\s*[A-Za-z0-9._-]{3,80}\s*$/, "expected 3 characters at least: letters, digits, . _ -")
	.trim()
	.toUpperCase();

const Name = z.string().trim().min(1).max(80);

const SEARCH_FIELDS = {
	vin: Part.optional(),
	productionNumber: Part.optional(),
	/** First and last day of the track-in, in the plant's time zone. */
	from: Day.optional(),
	to: Day.optional(),
	/** Where the vehicle was tracked in or a capture was taken. */
	station: Name.optional(),
	model: Identifier.optional(),
	outcome: SearchOutcome.optional(),
	/** Account of a person who decided, or took a decision back. */
	operator: Name.optional(),
};

/** What is searched for; every part narrows the result. */
export const SearchFilter = z.strictObject(SEARCH_FIELDS).superRefine(inOrder);
export type SearchFilter = z.infer<typeof SearchFilter>;

export const SearchQuery = z
	.strictObject({
		...SEARCH_FIELDS,
		after: z.string().min(1).max(300).optional(),
		limit: z.coerce.number().int().min(1).max(200).default(50),
	})
	.superRefine(inOrder);

function inOrder(
	{ from, to }: { from?: string | undefined; to?: string | undefined },
	context: z.RefinementCtx,
) {
	if (from === undefined || to === undefined || from <= to) return;
	context.addIssue({ code: "custom", path: ["to"], message: "expected a day that is not before `from`" });
}

/** One inspection as a search finds it. */
export const FoundInspection = z.strictObject({
	inspectionId: Identifier,
	productionNumber: Identifier,
	sequence: z.int().positive(),
	vin: z.string(),
	model: Identifier,
	modelLabel: Bilingual,
	status: InspectionStatus,
	disposition: Disposition.nullable(),
	/** Where it was tracked in and captures were taken, each once, in order. */
	stations: z.array(z.string()),
	/** Who decided, each once, in order. */
	operators: z.array(z.string()),
	/** Findings that are not `match`. */
	discrepancies: z.int().nonnegative(),
	startedAt: Instant,
	sealedAt: Instant.nullable(),
});
export type FoundInspection = z.infer<typeof FoundInspection>;

export const FoundPage = z.strictObject({
	items: z.array(FoundInspection),
	/** Pass back as `after` for the next page; null at the end. */
	next: z.string().nullable(),
});
