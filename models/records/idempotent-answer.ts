import { Schema } from "mongoose";
import type { KeptAnswer } from "../../src/persistence/store.js";

/** The answer given under an Idempotency-Key; `_id` is the key. */
export interface IdempotentAnswerDocument extends KeptAnswer {
	readonly _id: string;
	readonly expiresAt: Date;
}

export function idempotentAnswerSchema() {
	const schema = new Schema<IdempotentAnswerDocument>(
		{
			_id: { type: String, required: true },
			requestHash: { type: String, required: true },
			answer: { type: Schema.Types.Mixed, default: null },
			expiresAt: { type: Date, required: true },
		},
		{ collection: "idempotentAnswers", strict: "throw", minimize: false, versionKey: false },
	);
	schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
	return schema;
}
