import { createHash } from "node:crypto";
import { VinspectError } from "../../domain/errors.js";
import type { Account, Role, Session } from "../../persistence/store.js";
import { nowOf, type WebDeps } from "../deps.js";
import { tellAccess } from "./access-events.js";
import { takeAttempt } from "./attempts.js";
import { PasswordRefused, requireGoodPassword } from "./passwords.js";
import { hashPassword, newPassword, verifyPassword } from "./secrets.js";
import { endOf } from "./sessions.js";
import { strangersKey } from "./sign-in.js";

/** What an administrator does to accounts of people, and a person to their own. */

/** An account of a person. Errors: `account_missing`. */
export async function personAccount(deps: WebDeps, name: string): Promise<Account> {
	const account = await deps.store.accounts.get(name);
	if (account && account.role !== "station") return account;
	throw new VinspectError("account_missing", `There is no account of a person named ${name}.`);
}

/** Accounts of people, by name. */
export async function personAccounts(deps: WebDeps): Promise<readonly Account[]> {
	return (await deps.store.accounts.list()).filter(({ role }) => role !== "station");
}

/** Whether single sign-on made the account: it has no password here. */
export const isFederated = ({ secretHash }: Account): boolean => secretHash.startsWith("oidc:");

/** Refuses what would leave nobody who can administer, before it is announced; of changes at one moment the store does. */
async function keepAnAdministrator(deps: WebDeps, name: string): Promise<void> {
	const others = (await personAccounts(deps)).filter(
		(one) => one.role === "administrator" && !one.disabled && one.name !== name,
	);
	if (others.length === 0) {
		throw new VinspectError("last_administrator", `${name} is the only administrator who can sign in.`);
	}
}

async function endSessions(deps: WebDeps, name: string, except: string | null = null): Promise<void> {
	await deps.store.sessions.deleteOf(name, except);
}

export interface NewAccount {
	readonly name: string;
	readonly displayName: string;
	readonly role: Exclude<Role, "station">;
	/** Made up where left out. */
	readonly password?: string | undefined;
}

/**
 * Makes an account; its person must change the password before anything else. Returns the password where it was made
 * up, to be handed over. Errors: `name_taken`, `password_refused`.
 */
export async function createAccount(
	deps: WebDeps,
	{ name, displayName, role, password }: NewAccount,
	by: string,
): Promise<{ readonly account: Account; readonly password: string | null }> {
	if (password !== undefined) requireGoodPassword(password, { name, displayName });
	const first = password ?? newPassword();
	const account: Account = {
		name,
		displayName,
		role,
		disabled: false,
		secretHash: await hashPassword(first),
		mustChangePassword: true,
	};
	if (!(await deps.store.accounts.create(account))) {
		throw new VinspectError(
			"name_taken",
			`There is an account or station ${name} already; choose another name.`,
			[{ path: "name", message: "is taken" }],
		);
	}
	await tellAccess(deps, { action: "account_created", subject: name, by, role });
	return { account, password: password === undefined ? first : null };
}

/** Shuts a person out, at once and everywhere, or lets them in again. Errors: `account_missing`, `last_administrator`. */
export async function setAccountDisabled(
	deps: WebDeps,
	name: string,
	disabled: boolean,
	by: string,
): Promise<void> {
	const account = await personAccount(deps, name);
	if (account.disabled === disabled) return;
	if (disabled && account.role === "administrator") await keepAnAdministrator(deps, name);
	await deps.store.accounts.setDisabled(name, disabled);
	await endSessions(deps, name);
	const action = disabled ? "account_disabled" : "account_enabled";
	await tellAccess(deps, { action, subject: name, by });
}

/** Gives a person another role; they sign in anew. Errors: `account_missing`, `last_administrator`. */
export async function setAccountRole(
	deps: WebDeps,
	name: string,
	role: Exclude<Role, "station">,
	by: string,
): Promise<void> {
	const account = await personAccount(deps, name);
	if (account.role === role) return;
	if (account.role === "administrator") await keepAnAdministrator(deps, name);
	await deps.store.accounts.setRole(name, role);
	await endSessions(deps, name);
	await tellAccess(deps, { action: "role_changed", subject: name, by, role, why: `was ${account.role}` });
}

/**
 * Gives a person a made-up password, to be handed over and changed at once; ends their sessions and whatever wait
 * wrong passwords had earned. Returns it. Errors: `account_missing`; `password_refused` without a password here.
 */
export async function resetPassword(deps: WebDeps, name: string, by: string): Promise<string> {
	const account = await personAccount(deps, name);
	if (isFederated(account)) {
		throw new PasswordRefused("none_here");
	}
	const password = newPassword();
	await deps.store.accounts.setPassword(name, await hashPassword(password), true);
	await endSessions(deps, name);
	await deps.store.signInAttempts.forget(strangersKey(name));
	await tellAccess(deps, { action: "password_reset", subject: name, by });
	return password;
}

/** Ends every session of a person. Errors: `account_missing`. */
export async function endAllSessions(deps: WebDeps, name: string, by: string): Promise<void> {
	await personAccount(deps, name);
	await endSessions(deps, name);
	await tellAccess(deps, { action: "sessions_ended", subject: name, by });
}

/**
 * Changes one's own password; every other session of the account ends, the one named goes on. Wrong present ones are
 * counted, so that a session left open does not become a place to guess. Errors: `password_refused`,
 * `too_many_requests`.
 */
export async function changePassword(
	deps: WebDeps,
	name: string,
	{ current, next }: { readonly current: string; readonly next: string },
	keptSession: string | null,
): Promise<void> {
	const account = await personAccount(deps, name);
	if (isFederated(account)) {
		throw new PasswordRefused("none_here");
	}
	const key = `change:${name}`;
	await takeAttempt(deps.store.signInAttempts, key, nowOf(deps));
	if (!(await verifyPassword(account.secretHash, current))) {
		throw new PasswordRefused("present");
	}
	await deps.store.signInAttempts.forget(key);
	if (current.normalize("NFC") === next.normalize("NFC")) {
		throw new PasswordRefused("same");
	}
	requireGoodPassword(next, account);
	await deps.store.accounts.setPassword(name, await hashPassword(next), false);
	await endSessions(deps, name, keptSession);
	await tellAccess(deps, { action: "password_changed", subject: name, by: name });
}

/** A session as its owner sees it. */
export interface OwnSession {
	/** Names it without being its secret. */
	readonly sessionId: string;
	readonly openedAt: string | null;
	readonly seenAt: string | null;
	/** When it ends if it is not used again. */
	readonly endsAt: string;
	readonly address: string;
	readonly agent: string;
	readonly current: boolean;
}

const idOf = ({ tokenHash }: Session): string =>
	createHash("sha256").update(`vinspect-session:${tokenHash}`).digest("hex").slice(0, 32);

/** One's sessions that have not ended, the latest used first. */
export async function ownSessions(
	deps: WebDeps,
	name: string,
	current: string | null,
): Promise<readonly OwnSession[]> {
	const now = nowOf(deps);
	return (await deps.store.sessions.ofAccount(name))
		.filter((session) => endOf(deps, session) > now)
		.map((session) => ({
			sessionId: idOf(session),
			openedAt: session.createdAt?.toISOString() ?? null,
			seenAt: session.seenAt?.toISOString() ?? null,
			endsAt: endOf(deps, session).toISOString(),
			address: session.address ?? "",
			agent: session.agent ?? "",
			current: session.tokenHash === current,
		}))
		.toSorted((a, b) => (b.seenAt ?? "").localeCompare(a.seenAt ?? ""));
}

/** Ends one of one's own sessions; one that is not there has ended already. */
export async function endOwnSession(deps: WebDeps, name: string, sessionId: string): Promise<void> {
	const found = (await deps.store.sessions.ofAccount(name)).find((one) => idOf(one) === sessionId);
	if (!found) return;
	await deps.store.sessions.delete(found.tokenHash);
	await tellAccess(deps, { action: "sessions_ended", subject: name, by: name });
}
