import * as client from "openid-client";
import { z } from "zod";
import { VinspectError } from "../../domain/errors.js";
import type { Role } from "../../persistence/store.js";

/** The plant's own sign-in service, by OpenID Connect. */
export interface SingleSignOnSettings {
	/** The provider's issuer identifier, as its discovery document says it. */
	readonly issuer: string;
	readonly clientId: string;
	readonly clientSecret: string;
	/** Where this service is reached from a browser, without a path. */
	readonly publicUrl: string;
	/** Claim of the ID token, or of the user info, that names a person's groups. */
	readonly roleClaim: string;
	/** Which group has which role; the first that fits counts. */
	readonly roles: readonly { readonly role: Exclude<Role, "station">; readonly group: string }[];
	/** What the button on the sign-in page calls it. */
	readonly label: string;
}

/** Why single sign-on let nobody in; its words are `ssoFault.<fault>`. */
export const SSO_FAULTS = ["unavailable", "refused", "expired", "no_role", "disabled", "name_taken"] as const;
export type SsoFault = (typeof SSO_FAULTS)[number];

/** A single sign-on that came to nothing. */
export class SingleSignOnFailed extends VinspectError {
	constructor(
		readonly fault: SsoFault,
		message: string,
		options?: ErrorOptions,
	) {
		const code = fault === "unavailable" ? "single_sign_on_unavailable" : "single_sign_on_refused";
		super(code, message, [], options);
	}
}

/** What the browser keeps between leaving for the provider and coming back. */
export const KeptSignOn = z.strictObject({
	state: z.string(),
	nonce: z.string(),
	verifier: z.string(),
	back: z.string(),
});
export type KeptSignOn = z.infer<typeof KeptSignOn>;

/** Somebody the provider vouches for. */
export interface VouchedPerson {
	readonly issuer: string;
	readonly subject: string;
	/** As the provider calls them; need not be a name an account can have. */
	readonly name: string;
	readonly displayName: string;
	/** Null where none of their groups has one. */
	readonly role: Exclude<Role, "station"> | null;
}

export interface SingleSignOn {
	readonly label: string;
	/** Begins a sign-in. Errors: `single_sign_on_unavailable`. */
	begin(back: string): Promise<{ readonly url: URL; readonly kept: KeptSignOn }>;
	/**
	 * Ends it with what the provider sent the browser back with. Errors: `single_sign_on_refused` for an answer that
	 * is not ours, not the provider's, not of now, or a refusal; `single_sign_on_unavailable`.
	 */
	finish(query: string, kept: KeptSignOn): Promise<VouchedPerson>;
}

export const RETURN_PATH = "/sign-in/single/return";
const SCOPE = "openid profile email";
const TIMEOUT_SECONDS = 8;

const Claims = z.looseObject({
	sub: z.string().min(1),
	preferred_username: z.string().optional(),
	email: z.string().optional(),
	name: z.string().optional(),
});
const Groups = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

/** Codes and messages only: the causes hold tokens. */
function failureOf(error: unknown): SingleSignOnFailed {
	if (error instanceof SingleSignOnFailed) return error;
	const code = error instanceof Error && "code" in error ? String(error.code) : "";
	const what = error instanceof Error ? `${error.name} ${code}: ${error.message}` : "unknown";
	const status = error instanceof client.ResponseBodyError ? error.status : 0;
	const away = error instanceof TypeError || code === "OAUTH_TIMEOUT" || status >= 500;
	const answeredBadly = code === "OAUTH_RESPONSE_IS_NOT_CONFORM" || code === "OAUTH_RESPONSE_IS_NOT_JSON";
	if (away || answeredBadly) {
		return new SingleSignOnFailed(
			"unavailable",
			`The single sign-on service does not answer as it should (${what}).`,
		);
	}
	return new SingleSignOnFailed("refused", `The single sign-on service's answer was not accepted (${what}).`);
}

/**
 * Single sign-on by OpenID Connect Core 1.0: authorization code with PKCE (RFC 7636), state and nonce, the ID token's
 * signature checked against the provider's keys besides issuer, audience and times. The provider is asked for what it
 * is when somebody signs in, so it may be away while this service starts.
 */
export function openSingleSignOn(settings: SingleSignOnSettings): SingleSignOn {
	const issuer = new URL(settings.issuer);
	const redirectUri = new URL(RETURN_PATH, settings.publicUrl).href;
	let known: client.Configuration | null = null;

	const provider = async (): Promise<client.Configuration> => {
		if (known) return known;
		const execute = [client.enableNonRepudiationChecks];
		// only a provider on this very machine may be spoken to in the clear; settings refuse any other
		if (issuer.protocol === "http:") execute.push(client.allowInsecureRequests);
		known = await client.discovery(issuer, settings.clientId, settings.clientSecret, undefined, {
			execute,
			timeout: TIMEOUT_SECONDS,
		});
		return known;
	};

	const roleOf = (claims: Readonly<Record<string, unknown>>): VouchedPerson["role"] => {
		const groups = Groups.safeParse(claims[settings.roleClaim]);
		if (!groups.success) return null;
		return settings.roles.find(({ group }) => groups.data.includes(group))?.role ?? null;
	};

	const vouched = async (
		config: client.Configuration,
		tokens: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers,
	): Promise<VouchedPerson> => {
		const identified = Claims.parse(tokens.claims());
		const complete = settings.roleClaim in identified && identified.preferred_username !== undefined;
		const told =
			complete || config.serverMetadata().userinfo_endpoint === undefined
				? {}
				: await client.fetchUserInfo(config, tokens.access_token, identified.sub);
		const claims = Claims.parse({ ...told, ...identified });
		const name = claims.preferred_username ?? claims.email ?? claims.sub;
		return {
			issuer: settings.issuer,
			subject: claims.sub,
			name,
			displayName: claims.name ?? name,
			role: roleOf(claims),
		};
	};

	return {
		label: settings.label,
		async begin(back) {
			try {
				const config = await provider();
				const kept = {
					state: client.randomState(),
					nonce: client.randomNonce(),
					verifier: client.randomPKCECodeVerifier(),
					back,
				};
				const url = client.buildAuthorizationUrl(config, {
					redirect_uri: redirectUri,
					scope: SCOPE,
					state: kept.state,
					nonce: kept.nonce,
					code_challenge: await client.calculatePKCECodeChallenge(kept.verifier),
					code_challenge_method: "S256",
				});
				return { url, kept };
			} catch (error) {
				throw failureOf(error);
			}
		},
		async finish(query, kept) {
			try {
				const config = await provider();
				const tokens = await client.authorizationCodeGrant(config, new URL(`${redirectUri}${query}`), {
					expectedState: kept.state,
					expectedNonce: kept.nonce,
					pkceCodeVerifier: kept.verifier,
					idTokenExpected: true,
				});
				return await vouched(config, tokens);
			} catch (error) {
				// keys or addresses may have changed: the next sign-in asks anew
				known = null;
				throw failureOf(error);
			}
		},
	};
}
