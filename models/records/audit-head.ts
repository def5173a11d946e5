import { Schema } from "mongoose";
import type { AuditHead, AuditVerification, SignedAuditHead } from "../../src/contracts/audit.js";

/** A signed head; `_id` is the sequence number of the event it stands on. */
export interface AuditHeadDocument extends SignedAuditHead {
	readonly _id: number;
}

export function auditHeadSchema() {
	return new Schema<AuditHeadDocument>(
		{
			_id: { type: Number, required: true },
			seq: { type: Number, required: true },
			hash: { type: String, required: true },
			schema: { type: String, required: true },
			plant: { type: String, required: true },
			at: { type: String, required: true },
			signature: { type: String, required: true },
		},
		{ collection: "auditHeads", strict: "throw", versionKey: false, suppressReservedKeysWarning: true },
	);
}

/** Where the chain's end is to be looked for (`_id` "head"), and how its last verification ended ("verification"). */
export interface AuditStateDocument extends Partial<AuditHead> {
	readonly _id: "head" | "verification" | "signed";
	readonly verification?: AuditVerification;
}

export function auditStateSchema() {
	return new Schema<AuditStateDocument>(
		{
			_id: { type: String, required: true },
			seq: { type: Number },
			hash: { type: String },
			verification: { type: Schema.Types.Mixed },
		},
		{ collection: "auditState", strict: "throw", minimize: false, versionKey: false },
	);
}
