import { Schema } from "mongoose";
import type { Session } from "../../src/persistence/store.js";
import { indexFor, type QueryShape } from "./query-shape.js";

/** One sign-in; `_id` is the digest of its token. */
export interface SessionDocument extends Session {
	readonly _id: string;
}

export const SESSION_QUERIES = {
	ofAccount: { equal: ["account"], order: { _id: 1 } },
} as const satisfies Record<string, QueryShape>;

export function sessionSchema() {
	const schema = new Schema<SessionDocument>(
		{
			_id: { type: String, required: true },
			tokenHash: { type: String, required: true },
			account: { type: String, required: true },
			expiresAt: { type: Date, required: true },
			createdAt: { type: Date },
			seenAt: { type: Date },
			address: { type: String },
			agent: { type: String },
		},
		{ collection: "sessions", strict: "throw", versionKey: false },
	);
	schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
	schema.index(indexFor(SESSION_QUERIES.ofAccount));
	return schema;
}
