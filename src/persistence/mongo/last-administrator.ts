import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Model } from "mongoose";
import type { AccountDocument } from "../../../models/records/account.js";
import { VinspectError } from "../../domain/errors.js";

/** A mark this old is of a process that died between its two writes. */
const STALE_MS = 60_000;
/** Attempts where others leave at the same moment; each waits longer than the one before, at random. */
const ATTEMPTS = 20;
const PAUSE_MS = 20;

/** A password or a provider's mark, as accounts of people have; a key that the service made for itself is nobody. */
const signsIn = ({ secretHash }: AccountDocument): boolean => /^(\$argon2|oidc:)/.test(secretHash);

const refused = (name: string): VinspectError =>
	new VinspectError("last_administrator", `${name} is the only administrator who can sign in.`);

/**
 * Takes an administrator's role or account away, unless nobody would be left to administer, however many do so at one
 * moment and without transactions: whoever leaves is marked first, and only then looked who stays unmarked. Of two that
 * leave together, the one that looked later marked later than the other looked or sees its mark, so they never both go
 * (the flags of Dekker's algorithm for mutual exclusion; EWD 123, 1965). Where each sees only the other's mark, both
 * take theirs back and come again. A mark is taken from who died with it, and the last write asks whether its own still
 * stands. Whoever can't sign in anyway is not counted, and may leave. Reads have to be of the latest writes, as a store's primary answers them. False where the account is no
 * administrator's any more. Errors: `last_administrator`.
 */
export async function withdrawAdministrator(
	accounts: Model<AccountDocument>,
	name: string,
	change: Partial<Pick<AccountDocument, "role" | "disabled">>,
): Promise<boolean> {
	for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
		const token = randomUUID();
		const mine = { _id: name, "leaving.token": token };
		const marked = await accounts.updateOne(
			{ _id: name, role: "administrator" },
			{ $set: { leaving: { token, at: new Date() } } },
		);
		if (marked.matchedCount === 0) return false;
		const administrators = (await accounts.find().sort({ _id: 1 }).lean()).filter(
			(one) => one.role === "administrator" && !one.disabled && signsIn(one),
		);
		const others = administrators.filter(({ _id }) => _id !== name);
		if (others.length === administrators.length || others.some(({ leaving }) => !leaving)) {
			const left = await accounts.updateOne(mine, { $set: change, $unset: { leaving: 1 } });
			if (left.matchedCount === 1) return true;
		} else {
			await accounts.updateOne(mine, { $unset: { leaving: 1 } });
			if (others.length === 0) throw refused(name);
			for (const { _id, leaving } of others)
				if (leaving && Date.now() - leaving.at.getTime() > STALE_MS)
					await accounts.updateOne({ _id, "leaving.token": leaving.token }, { $unset: { leaving: 1 } });
		}
		await delay(Math.random() * PAUSE_MS * attempt);
	}
	throw refused(name);
}
