import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary } from "@zxcvbn-ts/language-common";
import { VinspectError } from "../../domain/errors.js";
import type { Account } from "../../persistence/store.js";

/** NIST SP 800-63B-4 section 3.1.1.2: at least 15 characters where a password is the only factor, and 64 allowed. */
export const SHORTEST_PASSWORD = 15;
export const LONGEST_PASSWORD = 200;

/** What can be wrong with a change of password; its words are `passwordFault.<fault>`. */
export const PASSWORD_FAULTS = [
	"short",
	"long",
	"common",
	"own_name",
	"same",
	"present",
	"not_repeated",
	"none_here",
] as const;
export type PasswordFault = (typeof PASSWORD_FAULTS)[number];

const SENTENCES: Readonly<Record<PasswordFault, string>> = {
	short: `It needs ${SHORTEST_PASSWORD} characters at least; a few words are fine.`,
	long: `It may have ${LONGEST_PASSWORD} characters at most.`,
	common: "It is among the first that somebody would guess: a common password, a pattern or a repetition.",
	own_name: "It is little more than the name of the person or of this service.",
	same: "It is the present one.",
	present: "The present password is wrong.",
	not_repeated: "It was not repeated as it was first written.",
	none_here: "This person signs in through single sign-on and has no password here.",
};

/** A change of password that was refused, and why. */
export class PasswordRefused extends VinspectError {
	constructor(readonly fault: PasswordFault) {
		super("password_refused", SENTENCES[fault], [
			{ path: fault === "present" ? "current" : "password", message: SENTENCES[fault] },
		]);
	}
}

/** Estimating takes longer with every character, and what the first ones are worth is enough. */
const WEIGHED_CHARACTERS = 40;
/** Of 0 to 4: 3 means more than 10^8 guesses by somebody who knows common passwords, words, patterns and dates. */
const LEAST_SCORE = 3;
/** Characters that must remain once names are taken out. */
const OWN_CHARACTERS = 8;

let estimator: ZxcvbnFactory | null = null;

/**
 * What forbids a password, or null. As NIST SP 800-63B-4 has it: length, and a comparison with what is commonly
 * used, expected or specific to the place; no rules of composition, no expiry. Length counts code points.
 */
export function passwordFault(password: string, names: readonly string[]): PasswordFault | null {
	const normal = password.normalize("NFC");
	const length = [...normal].length;
	if (length < SHORTEST_PASSWORD) return "short";
	if (length > LONGEST_PASSWORD) return "long";
	const known = ["vinspect", ...names].map((name) => name.toLowerCase()).filter((name) => name.length > 2);
	const rest = known.reduce((text, name) => text.replaceAll(name, ""), normal.toLowerCase());
	if (rest.replaceAll(/[^\p{L}\p{N}]/gu, "").length < OWN_CHARACTERS) {
		return rest === normal.toLowerCase() ? "common" : "own_name";
	}
	estimator ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
	const { score } = estimator.check([...normal].slice(0, WEIGHED_CHARACTERS).join(""), known);
	return score < LEAST_SCORE ? "common" : null;
}

/** Errors: `password_refused`. */
export function requireGoodPassword(password: string, account: Pick<Account, "name" | "displayName">): void {
	const names = [account.name, ...account.name.split(/[._-]/), ...account.displayName.split(/\s+/)];
	const fault = passwordFault(password, names);
	if (fault !== null) throw new PasswordRefused(fault);
}
