import { z } from "zod";
import { Identifier, Instant, Sha256 } from "./primitives.js";

/** What an auditor says when they countersign; stands in the signature for ever. */
export const CountersignInput = z.strictObject({
	reason: z.string().trim().min(3, "expected a reason of 3 characters at least").max(300),
});
export type CountersignInput = z.infer<typeof CountersignInput>;

/** The countersigned report: who, when, why, and where the bytes are. The sealed report stays beside it. */
export const Countersignature = z.strictObject({
	inspectionId: Identifier,
	/** Account of the auditor. */
	by: z.string(),
	displayName: z.string(),
	reason: z.string(),
	at: Instant,
	/** Common name of the signing certificate. */
	signer: z.string(),
	/** Digest of the countersigned PDF. */
	pdf: Sha256,
	bytes: z.int().positive(),
	/** Digest of the sealed PDF that was countersigned. */
	sealed: Sha256,
});
export type Countersignature = z.infer<typeof Countersignature>;
