import type { Connection } from "mongoose";
import { type AccountDocument, accountSchema } from "../../../models/records/account.js";
import {
	type IdempotentAnswerDocument,
	idempotentAnswerSchema,
} from "../../../models/records/idempotent-answer.js";
import { type SessionDocument, sessionSchema } from "../../../models/records/session.js";
import type { Account, Accounts, IdempotentAnswers, Sessions } from "../store.js";
import { isDuplicateKey } from "./store-errors.js";

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
/** A request that never answered gives its key back after this time: its process died. */
const UNANSWERED_MILLISECONDS = 2 * 60 * 1000;

const accountOf = ({ _id, ...account }: AccountDocument): Account => account;

export function mongoAccounts(connection: Connection): Accounts {
	const Kept = connection.model<AccountDocument>("Account", accountSchema());
	return {
		async create(account) {
			try {
				await Kept.create({ _id: account.name, ...account });
				return true;
			} catch (error) {
				if (isDuplicateKey(error)) return false;
				throw error;
			}
		},
		async get(name) {
			const found = await Kept.findById(name).lean();
			return found ? accountOf(found) : null;
		},
		async bySecretHash(secretHash) {
			const found = await Kept.findOne({ secretHash }).lean();
			return found ? accountOf(found) : null;
		},
		async list() {
			return (await Kept.find().sort({ _id: 1 }).lean()).map(accountOf);
		},
	};
}

export function mongoSessions(connection: Connection): Sessions {
	const Kept = connection.model<SessionDocument>("Session", sessionSchema());
	return {
		async create(session) {
			await Kept.create({ _id: session.tokenHash, ...session });
		},
		async get(tokenHash) {
			const found = await Kept.findById(tokenHash).lean();
			if (!found || found.expiresAt <= new Date()) return null;
			return { tokenHash, account: found.account, expiresAt: found.expiresAt };
		},
		async delete(tokenHash) {
			await Kept.deleteOne({ _id: tokenHash });
		},
	};
}

export function mongoIdempotentAnswers(connection: Connection): IdempotentAnswers {
	const Kept = connection.model<IdempotentAnswerDocument>("IdempotentAnswer", idempotentAnswerSchema());
	return {
		async begin(key, requestHash) {
			const now = Date.now();
			const begun = { requestHash, answer: null, expiresAt: new Date(now + UNANSWERED_MILLISECONDS) };
			try {
				// Takes a free or an expired key; meets a duplicate key where the key is in use.
				await Kept.updateOne(
					{ _id: key, expiresAt: { $lte: new Date(now) } },
					{ $set: begun },
					{ upsert: true },
				);
				return "begun";
			} catch (error) {
				if (!isDuplicateKey(error)) throw error;
			}
			const kept = await Kept.findById(key).lean();
			// Given back in between: whoever asks next begins; this request is told to come again.
			return kept ? { requestHash: kept.requestHash, answer: kept.answer } : { requestHash, answer: null };
		},
		async finish(key, status, body) {
			const expiresAt = new Date(Date.now() + DAY_MILLISECONDS);
			await Kept.updateOne({ _id: key }, { $set: { answer: { status, body }, expiresAt } });
		},
		async abandon(key) {
			await Kept.deleteOne({ _id: key, answer: null });
		},
	};
}

/** Deletes what has expired, for servers whose TTL indexes delete nothing. */
export async function purgeExpired(connection: Connection): Promise<void> {
	const expired = { expiresAt: { $lte: new Date() } };
	await connection.model<SessionDocument>("Session").deleteMany(expired);
	await connection.model<IdempotentAnswerDocument>("IdempotentAnswer").deleteMany(expired);
}
