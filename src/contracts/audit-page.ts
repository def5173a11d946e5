import { z } from "zod";
import { AuditAction, AuditEvent, AuditHead, AuditVerification, SignedAuditHead } from "./audit.js";

/** What the plant's audit events are narrowed to: subject, person and action, each exactly. */
export const AuditQuery = z.strictObject({
	subject: z.string().trim().min(1).max(300).optional(),
	who: z.string().trim().min(1).max(200).optional(),
	action: AuditAction.optional(),
	after: z
		.string()
		.regex(/^\d{1,15}$/, "expected a cursor")
		.optional(),
	limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type AuditQuery = z.infer<typeof AuditQuery>;

export const AuditPage = z.strictObject({
	items: z.array(AuditEvent),
	/** Pass back as `after` for the next page; null at the end. */
	next: z.string().nullable(),
});
export type AuditPage = z.infer<typeof AuditPage>;

/** How the plant's audit chain stands. */
export const AuditState = z.strictObject({
	/** Where its end was last noted; null where nothing happened yet. */
	end: AuditHead.nullable(),
	/** The newest signed head. */
	lastSigned: SignedAuditHead.nullable(),
	/** How the last verification of the whole chain ended. */
	lastVerification: AuditVerification.nullable(),
});
export type AuditState = z.infer<typeof AuditState>;
