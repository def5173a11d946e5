import type { Connection } from "mongoose";
import { type AccountDocument, accountSchema } from "../../../models/records/account.js";
import { type FormerKeyDocument, formerKeySchema } from "../../../models/records/former-key.js";
import {
	type IdempotentAnswerDocument,
	idempotentAnswerSchema,
} from "../../../models/records/idempotent-answer.js";
import { type SessionDocument, sessionSchema } from "../../../models/records/session.js";
import type { KnownDeviceDocument, SignInAttemptDocument } from "../../../models/records/sign-in-attempt.js";
import type { Account, Accounts, IdempotentAnswers, Session, Sessions } from "../store.js";
import { withdrawAdministrator } from "./last-administrator.js";
import { isDuplicateKey } from "./store-errors.js";

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
/**
 * A request that never answered gives its key back after this time: its process died. Longer than any answer takes;
 * were one slower still, its repetition would meet what it did, for every operation that takes keys may be repeated.
 */
const UNANSWERED_MILLISECONDS = 30 * 1000;

const accountOf = ({ _id, keyUsedAt, leaving, ...account }: AccountDocument): Account => account;

export function mongoAccounts(connection: Connection): Accounts {
	const Kept = connection.model<AccountDocument>("Account", accountSchema());
	const Former = connection.model<FormerKeyDocument>("FormerKey", formerKeySchema());
	/** Changes an account in a way that an administrator is none after it; false where there is no such account. */
	const lessen = async (name: string, change: Partial<Pick<Account, "role" | "disabled">>) => {
		const notOne = { _id: name, role: { $ne: "administrator" as const } };
		for (;;) {
			if ((await Kept.updateOne(notOne, { $set: change })).matchedCount === 1) return true;
			if ((await Kept.findById(name).lean()) === null) return false;
			if (await withdrawAdministrator(Kept, name, change)) return true;
		}
	};
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
			if (found) return accountOf(found);
			const former = await Former.findById(secretHash).lean();
			if (!former || former.expiresAt <= new Date()) return null;
			const owner = await Kept.findById(former.account).lean();
			return owner ? accountOf(owner) : null;
		},
		async list() {
			return (await Kept.find().sort({ _id: 1 }).lean()).map(accountOf);
		},
		async replaceSecret(name, from, to, formerUntil) {
			if ((await Kept.findById(name).lean())?.secretHash !== from) return false;
			// Written first: until the secret is replaced the old one is in force anyway, so a crash in between
			// locks no station out.
			if (formerUntil !== null) {
				const { keyUsedAt } = (await Kept.findById(name).lean()) ?? {};
				const former = { account: name, expiresAt: formerUntil, usedAt: keyUsedAt ?? null };
				await Former.updateOne({ _id: from }, { $set: former }, { upsert: true });
			}
			const replaced = await Kept.updateOne(
				{ _id: name, secretHash: from },
				{ $set: { secretHash: to, keyUsedAt: null } },
			);
			if (replaced.matchedCount === 0) return false;
			const kept = formerUntil === null ? [] : [from];
			await Former.deleteMany({ account: name, _id: { $nin: kept } });
			return true;
		},
		async setDisabled(name, disabled) {
			if (disabled) return lessen(name, { disabled });
			return (await Kept.updateOne({ _id: name }, { $set: { disabled } })).matchedCount === 1;
		},
		async setPassword(name, secretHash, mustChange) {
			const set = { secretHash, mustChangePassword: mustChange };
			return (await Kept.updateOne({ _id: name }, { $set: set })).matchedCount === 1;
		},
		async setRole(name, role) {
			if (role !== "administrator") return lessen(name, { role });
			return (await Kept.updateOne({ _id: name }, { $set: { role } })).matchedCount === 1;
		},
		async keyUsed(secretHash, at) {
			const { matchedCount } = await Kept.updateOne({ secretHash }, { $set: { keyUsedAt: at } });
			if (matchedCount === 0) await Former.updateOne({ _id: secretHash }, { $set: { usedAt: at } });
		},
		async keysOf(name) {
			const account = await Kept.findById(name).lean();
			if (!account) return [];
			const former = await Former.find({ account: name }).sort({ _id: 1 }).lean();
			const now = new Date();
			return [
				{ until: null, usedAt: account.keyUsedAt ?? null },
				...former
					.filter(({ expiresAt }) => expiresAt > now)
					.map(({ expiresAt, usedAt }) => ({ until: expiresAt, usedAt: usedAt ?? null })),
			];
		},
		async endFormerKeys(name) {
			await Former.deleteMany({ account: name });
		},
	};
}

const sessionOf = ({ _id, ...session }: SessionDocument): Session => session;

export function mongoSessions(connection: Connection): Sessions {
	const Kept = connection.model<SessionDocument>("Session", sessionSchema());
	return {
		async create(session) {
			await Kept.create({ _id: session.tokenHash, ...session });
		},
		async get(tokenHash) {
			const found = await Kept.findById(tokenHash).lean();
			return !found || found.expiresAt <= new Date() ? null : sessionOf(found);
		},
		async delete(tokenHash) {
			await Kept.deleteOne({ _id: tokenHash });
		},
		async seen(tokenHash, at) {
			await Kept.updateOne({ _id: tokenHash }, { $set: { seenAt: at } });
		},
		async ofAccount(account) {
			const found = await Kept.find({ account }).sort({ _id: 1 }).lean();
			const now = new Date();
			return found.filter(({ expiresAt }) => expiresAt > now).map(sessionOf);
		},
		async deleteOf(account, except) {
			await Kept.deleteMany({ account, ...(except === null ? {} : { _id: { $ne: except } }) });
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
	await connection.model<SignInAttemptDocument>("SignInAttempt").deleteMany(expired);
	await connection.model<KnownDeviceDocument>("KnownDevice").deleteMany(expired);
	await connection.model<IdempotentAnswerDocument>("IdempotentAnswer").deleteMany(expired);
	await connection.model<FormerKeyDocument>("FormerKey").deleteMany(expired);
}
