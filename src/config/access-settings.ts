import { z } from "zod";
import type { ErrorPart } from "../domain/errors.js";
import { onOff, text, wholeNumber } from "./setting-types.js";

const ROLES = ["administrator", "auditor", "engineer", "operator"] as const;
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** An address that a browser or this service sends secrets to: HTTPS, but for this very machine. */
const safeAddress = (expected: string) =>
	text(expected).refine((value) => {
		const url = URL.parse(value);
		if (url === null) return false;
		if (url.username !== "" || url.search !== "" || url.hash !== "") return false;
		return url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.has(url.hostname));
	}, `expected ${expected}`);

/** `administrator=GROUP,auditor=GROUP`; a role may be named more than once, and the first that fits counts. */
const groupsOfRoles = () => {
	const expected = `expected ROLE=GROUP parted by commas, where ROLE is one of ${ROLES.join(", ")}`;
	return z
		.string()
		.transform((value) =>
			value.split(",").map((pair) => {
				const at = pair.indexOf("=");
				return { role: pair.slice(0, at).trim(), group: pair.slice(at + 1).trim() };
			}),
		)
		.pipe(z.array(z.object({ role: z.enum(ROLES, expected), group: z.string().min(1, expected) }), expected));
};

/** Variables about who gets in. */
export const ACCESS_VARIABLES = {
	FIRST_PASSWORDS: z
		.enum(["change", "keep"], { error: "expected one of change, keep" })
		.default("change")
		.describe("keep: the first accounts' passwords need no change; for demonstrations and tests alone"),
	LOCAL_SIGN_IN: onOff()
		.prefault("on")
		.describe("off: nobody signs in by name and password, only through single sign-on"),
	SESSION_HOURS: wholeNumber(1, 24).prefault("12").describe("Hours after which a session ends"),
	SESSION_IDLE_MINUTES: wholeNumber(1, 1440)
		.prefault("60")
		.describe("Minutes after which a session ends that nobody uses"),
	RATE_LIMIT_ADDRESS: wholeNumber(0, 1_000_000)
		.prefault("12000")
		.describe("Requests a minute from one network address, by each web process; 0 for no limit"),
	RATE_LIMIT_ACCOUNT: wholeNumber(0, 1_000_000)
		.prefault("6000")
		.describe("Requests a minute of one account or station key, by each web process; 0 for no limit"),
	RATE_LIMIT_SIGN_IN: wholeNumber(0, 100_000)
		.prefault("120")
		.describe("Passwords tried a minute from one network address, by each web process; 0 for no limit"),
	PUBLIC_URL: safeAddress("the https:// address under which browsers reach this service")
		.optional()
		.describe("Where browsers reach this service; single sign-on returns there"),
	OIDC_ISSUER: safeAddress("the https:// issuer identifier of an OpenID Connect provider")
		.optional()
		.describe("Issuer of the plant's OpenID Connect provider; no single sign-on without it"),
	OIDC_CLIENT_ID: text("this service's client id at the provider")
		.optional()
		.describe("Name of this service at the provider"),
	OIDC_CLIENT_SECRET: text("this service's client secret at the provider")
		.optional()
		.describe("Secret of this service at the provider"),
	OIDC_ROLE_CLAIM: text("the name of a claim")
		.default("groups")
		.describe("Claim of the ID token or user info that names a person's groups"),
	OIDC_ROLES: groupsOfRoles()
		.optional()
		.describe(
			"Which group has which role, such as administrator=it-admins,auditor=quality; the first that fits",
		),
	OIDC_LABEL: text("what to call it")
		.default("OpenID Connect")
		.describe("What the sign-in page calls single sign-on"),
} as const;

const Access = z.object(ACCESS_VARIABLES);

/** What the variables above come to. */
export interface AccessSettings {
	readonly keepFirstPasswords: boolean;
	readonly policy: {
		readonly sessionMs: number;
		readonly idleMs: number;
		readonly requestsPerAddress: number;
		readonly requestsPerAccount: number;
		readonly signInsPerAddress: number;
		readonly localSignIn: boolean;
	};
	readonly singleSignOn: {
		readonly issuer: string;
		readonly clientId: string;
		readonly clientSecret: string;
		readonly publicUrl: string;
		readonly roleClaim: string;
		readonly roles: readonly { readonly role: (typeof ROLES)[number]; readonly group: string }[];
		readonly label: string;
	} | null;
}

/** What is wrong between the variables: single sign-on is set whole or not at all, and somebody must get in. */
export function accessProblems(found: z.infer<typeof Access>): ErrorPart[] {
	const needed = ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_ROLES", "PUBLIC_URL"] as const;
	if (found.OIDC_ISSUER !== undefined) {
		return needed
			.filter((name) => found[name] === undefined)
			.map((path) => ({
				path,
				message: `${path} is missing: OIDC_ISSUER needs it; set it, or remove OIDC_ISSUER.`,
			}));
	}
	if (found.LOCAL_SIGN_IN) return [];
	const message = "LOCAL_SIGN_IN: off lets nobody in without single sign-on; set OIDC_ISSUER, or turn it on.";
	return [{ path: "LOCAL_SIGN_IN", message }];
}

export function accessSettings(found: z.infer<typeof Access>): AccessSettings {
	const {
		OIDC_ISSUER,
		OIDC_CLIENT_ID = "",
		OIDC_CLIENT_SECRET = "",
		PUBLIC_URL = "",
		OIDC_ROLES = [],
	} = found;
	return Object.freeze({
		keepFirstPasswords: found.FIRST_PASSWORDS === "keep",
		policy: Object.freeze({
			sessionMs: found.SESSION_HOURS * 3_600_000,
			idleMs: found.SESSION_IDLE_MINUTES * 60_000,
			requestsPerAddress: found.RATE_LIMIT_ADDRESS,
			requestsPerAccount: found.RATE_LIMIT_ACCOUNT,
			signInsPerAddress: found.RATE_LIMIT_SIGN_IN,
			localSignIn: found.LOCAL_SIGN_IN,
		}),
		singleSignOn:
			OIDC_ISSUER === undefined
				? null
				: Object.freeze({
						issuer: OIDC_ISSUER,
						clientId: OIDC_CLIENT_ID,
						clientSecret: OIDC_CLIENT_SECRET,
						publicUrl: PUBLIC_URL,
						roleClaim: found.OIDC_ROLE_CLAIM,
						roles: OIDC_ROLES,
						label: found.OIDC_LABEL,
					}),
	});
}
