import { Schema } from "mongoose";
import type { Account } from "../../src/persistence/store.js";

/** A person or a station; `_id` is the name. */
export interface AccountDocument extends Account {
	readonly _id: string;
	/** When the key in force was last shown, to the minute. */
	readonly keyUsedAt?: Date | null;
	/** An administrator's, while it is decided whether they may leave. */
	readonly leaving?: { readonly token: string; readonly at: Date };
}

export function accountSchema() {
	const schema = new Schema<AccountDocument>(
		{
			_id: { type: String, required: true },
			name: { type: String, required: true },
			role: { type: String, required: true },
			displayName: { type: String, required: true },
			secretHash: { type: String, required: true },
			disabled: { type: Boolean, required: true },
			mustChangePassword: { type: Boolean },
			keyUsedAt: { type: Date },
			leaving: { type: new Schema({ token: String, at: Date }, { _id: false, strict: "throw" }) },
		},
		{ collection: "accounts", strict: "throw", versionKey: false },
	);
	// A station is found by the digest of the key it shows.
	schema.index({ secretHash: 1 }, { unique: true });
	return schema;
}
