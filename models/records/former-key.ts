import { Schema } from "mongoose";
import { indexFor, type QueryShape } from "./query-shape.js";

/** A station's key that was replaced and is still taken for a while; `_id` is its SHA-256. */
export interface FormerKeyDocument {
	readonly _id: string;
	readonly account: string;
	readonly expiresAt: Date;
	readonly usedAt?: Date | null;
}

export const FORMER_KEY_QUERIES = {
	ofAccount: { equal: ["account"], order: { _id: 1 } },
} as const satisfies Record<string, QueryShape>;

export function formerKeySchema() {
	const schema = new Schema<FormerKeyDocument>(
		{
			_id: { type: String, required: true },
			account: { type: String, required: true },
			expiresAt: { type: Date, required: true },
			usedAt: { type: Date },
		},
		{ collection: "formerKeys", strict: "throw", versionKey: false },
	);
	schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
	schema.index(indexFor(FORMER_KEY_QUERIES.ofAccount));
	return schema;
}
