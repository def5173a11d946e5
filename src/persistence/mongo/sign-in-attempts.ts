import type { Connection } from "mongoose";
import {
	type KnownDeviceDocument,
	knownDeviceSchema,
	type SignInAttemptDocument,
	signInAttemptSchema,
} from "../../../models/records/sign-in-attempt.js";
import type { SignInAttempts } from "../sign-in-attempts.js";
import { isDuplicateKey } from "./store-errors.js";

export function mongoSignInAttempts(connection: Connection): SignInAttempts {
	const Kept = connection.model<SignInAttemptDocument>("SignInAttempt", signInAttemptSchema());
	const Device = connection.model<KnownDeviceDocument>("KnownDevice", knownDeviceSchema());
	return {
		async get(key) {
			const found = await Kept.findById(key).lean();
			return found ? { count: found.count, notBefore: found.notBefore } : null;
		},
		async advance(key, from, to, expiresAt) {
			const kept = { ...to, expiresAt };
			if (from !== null) {
				return (await Kept.updateOne({ _id: key, count: from }, { $set: kept })).matchedCount === 1;
			}
			try {
				await Kept.create({ _id: key, ...kept });
				return true;
			} catch (error) {
				if (isDuplicateKey(error)) return false;
				throw error;
			}
		},
		async forget(key) {
			await Kept.deleteOne({ _id: key });
		},
		async keepDevice(tokenHash, account, expiresAt) {
			await Device.updateOne({ _id: tokenHash }, { $set: { account, expiresAt } }, { upsert: true });
		},
		async deviceOf(tokenHash) {
			const found = await Device.findById(tokenHash).lean();
			return found && found.expiresAt > new Date() ? found.account : null;
		},
	};
}
