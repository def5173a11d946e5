import { z } from "zod";
import { AuditHead } from "./audit.js";
import { Inspection, InspectionEvent } from "./inspection.js";
import { Sha256 } from "./primitives.js";
import { Observation } from "./reading.js";

/** An inspection event chained to its predecessor: `hash = SHA-256(JCS(event without hash))`. */
export const ChainedEvent = InspectionEvent.extend({ prev: Sha256, hash: Sha256 });
export type ChainedEvent = z.infer<typeof ChainedEvent>;

/** The machine-readable record that is signed and embedded in the PDF: all of the inspection, nothing by reference but pictures. */
export const InspectionRecord = z.strictObject({
	schema: z.literal("vinspect/inspection-record/1"),
	inspection: Inspection.omit({ events: true, report: true }),
	observations: z.array(Observation.extend({ witness: z.string() })),
	audit: z.array(ChainedEvent),
	/** Hash of the last audit event. */
	auditHead: Sha256,
	/** The end of the plant's audit chain when this was sealed; absent from what was sealed before there was one. */
	plantHead: AuditHead.optional(),
	generator: z.strictObject({ name: z.string(), version: z.string() }),
});
export type InspectionRecord = z.infer<typeof InspectionRecord>;

/** One check of `vinspect verify`, explained in a sentence. */
export const VerificationCheck = z.strictObject({
	check: z.string(),
	ok: z.boolean(),
	explanation: z.string(),
});

export const Verification = z.strictObject({
	valid: z.boolean(),
	checks: z.array(VerificationCheck),
	signer: z.string().nullable(),
	signedAt: z.string().nullable(),
	/** Time of the inspector's time stamp; left out or null where there is none that holds. */
	timeStampedAt: z.string().nullable().optional(),
	/** What the auditor's signature says; null where the report is not countersigned. */
	countersignature: z
		.strictObject({ signer: z.string(), signedAt: z.string(), reason: z.string() })
		.nullable(),
	/** Identity stated by the embedded record, where it could be read. */
	inspectionId: z.string().nullable(),
	disposition: z.string().nullable(),
	/** The end of the plant's audit chain that the record vouches for; left out or null where it says nothing of it. */
	plantHead: AuditHead.extend({ plant: z.string() }).nullable().optional(),
});
export type Verification = z.infer<typeof Verification>;
