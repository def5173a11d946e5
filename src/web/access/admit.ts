import { createHash } from "node:crypto";
import type { Request, Response } from "express";
import type { Account } from "../../persistence/store.js";
import type { WebDeps } from "../deps.js";
import { tellAccess } from "./access-events.js";
import { openSession } from "./sessions.js";
import { SingleSignOnFailed, type SsoFault, type VouchedPerson } from "./single-sign-on.js";

const LONGEST_NAME = 80;

/** A name an account can have: what is no letter, digit, `.`, `_` or `-` becomes `_`. */
export function accountNameOf(name: string): string {
	const safe = name.normalize("NFKD").replaceAll(/[^A-Za-z0-9._-]+/g, "_");
	return safe.replace(/^[._-]+/, "").slice(0, LONGEST_NAME);
}

/** Stands where a password's hash would: whom the provider means, whatever it calls them from day to day. */
function markOf({ issuer, subject }: VouchedPerson): string {
	return `oidc:${createHash("sha256")
		.update(JSON.stringify([issuer, subject]))
		.digest("hex")}`;
}

/**
 * The person's account, made at the first sign-in; its role follows the provider's groups at every one. Errors:
 * `last_administrator` where the provider took it from the only one.
 */
async function accountOf(deps: WebDeps, person: VouchedPerson): Promise<Account | SsoFault> {
	const { accounts, sessions } = deps.store;
	const { role } = person;
	const known = await accounts.bySecretHash(markOf(person));
	if (known?.disabled) return "disabled";
	if (role === null) {
		// whoever lost their groups loses what is open as well
		if (known) await sessions.deleteOf(known.name, null);
		return "no_role";
	}
	if (known === null) {
		const name = accountNameOf(person.name) || accountNameOf(person.subject);
		const displayName = person.displayName.slice(0, LONGEST_NAME);
		const made = { name, displayName, role, secretHash: markOf(person), disabled: false };
		// never onto an account that is there: a name is no proof of being the same person
		if (name === "" || !(await accounts.create(made))) return "name_taken";
		await tellAccess(deps, {
			action: "account_created",
			subject: name,
			by: null,
			why: "single sign-on",
			role,
		});
		return made;
	}
	if (known.role !== role) {
		// whatever comes of it, what was open with the role of before is over
		await sessions.deleteOf(known.name, null);
		await accounts.setRole(known.name, role);
		const why = `single sign-on; was ${known.role}`;
		await tellAccess(deps, { action: "role_changed", subject: known.name, by: null, why, role });
	}
	return { ...known, role };
}

/**
 * Opens a session for somebody the provider vouches for. Errors: `single_sign_on_refused`: no role, a disabled account,
 * a name that another account has.
 */
export async function admit(
	deps: WebDeps,
	request: Request,
	response: Response,
	person: VouchedPerson,
): Promise<void> {
	const account = await accountOf(deps, person);
	if (typeof account === "string") {
		throw new SingleSignOnFailed(account, `Single sign-on let nobody in: ${account}.`);
	}
	await openSession(deps, request, response, account, "single sign-on");
}
