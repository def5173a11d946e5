import { Schema } from "mongoose";

/** Wrong passwords counted under one key, which is its `_id`. */
export interface SignInAttemptDocument {
	readonly _id: string;
	readonly count: number;
	readonly notBefore: Date;
	readonly expiresAt: Date;
}

export function signInAttemptSchema() {
	const schema = new Schema<SignInAttemptDocument>(
		{
			_id: { type: String, required: true },
			count: { type: Number, required: true },
			notBefore: { type: Date, required: true },
			expiresAt: { type: Date, required: true },
		},
		{ collection: "signInAttempts", strict: "throw", versionKey: false },
	);
	schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
	return schema;
}

/** A browser that a person has signed in from; `_id` is the digest of the token it keeps. */
export interface KnownDeviceDocument {
	readonly _id: string;
	readonly account: string;
	readonly expiresAt: Date;
}

export function knownDeviceSchema() {
	const schema = new Schema<KnownDeviceDocument>(
		{
			_id: { type: String, required: true },
			account: { type: String, required: true },
			expiresAt: { type: Date, required: true },
		},
		{ collection: "knownDevices", strict: "throw", versionKey: false },
	);
	schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
	return schema;
}
