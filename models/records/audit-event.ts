import { Schema } from "mongoose";
import type { AuditEvent } from "../../src/contracts/audit.js";
import { indexFor, type QueryShape } from "./query-shape.js";

/** One link of the plant's audit chain; `_id` is its sequence number, so that two writers never make the same link. */
export interface AuditEventDocument extends Omit<AuditEvent, "seq"> {
	readonly _id: number;
}

const NEWEST_FIRST = { _id: -1 } as const;

export const AUDIT_QUERIES = {
	bySubject: { equal: ["subject"], order: NEWEST_FIRST, thinned: ["who", "action"] },
	byPerson: { equal: ["who"], order: NEWEST_FIRST, thinned: ["action"] },
	byAction: { equal: ["action"], order: NEWEST_FIRST },
} as const satisfies Record<string, QueryShape>;

export function auditEventSchema() {
	const schema = new Schema<AuditEventDocument>(
		{
			_id: { type: Number, required: true },
			eventId: { type: String, required: true },
			at: { type: String, required: true },
			who: { type: String },
			role: { type: String },
			action: { type: String, required: true },
			subject: { type: String },
			why: { type: String },
			sha256: { type: String, default: null },
			detail: { type: Schema.Types.Mixed, required: true },
			prev: { type: String, required: true },
			hash: { type: String, required: true },
		},
		{ collection: "auditEvents", strict: "throw", minimize: false, versionKey: false },
	);
	schema.index({ eventId: 1 }, { unique: true });
	for (const shape of Object.values(AUDIT_QUERIES)) schema.index(indexFor(shape));
	return schema;
}
