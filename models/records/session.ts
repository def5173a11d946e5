import { Schema } from "mongoose";
import type { Session } from "../../src/persistence/store.js";

/** One sign-in; `_id` is the digest of its token. */
export interface SessionDocument extends Session {
	readonly _id: string;
}

export function sessionSchema() {
	const schema = new Schema<SessionDocument>(
		{
			_id: { type: String, required: true },
			tokenHash: { type: String, required: true },
			account: { type: String, required: true },
			expiresAt: { type: Date, required: true },
		},
		{ collection: "sessions", strict: "throw", versionKey: false },
	);
	schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
	return schema;
}
