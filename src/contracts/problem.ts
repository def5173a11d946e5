import { z } from "zod";

/** RFC 9457 problem document. `code` is stable and listed in src/domain/errors. */
export const ProblemDocument = z.object({
	type: z.string(),
	title: z.string(),
	status: z.int(),
	detail: z.string(),
	instance: z.string().optional(),
	code: z.string(),
	/** Which part of the request is wrong, and how. */
	errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
});
export type ProblemDocument = z.infer<typeof ProblemDocument>;
