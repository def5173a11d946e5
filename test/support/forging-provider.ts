import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

/** What an ID token of the forging provider has otherwise than it should. */
export interface Forgery {
	readonly claims?: JWTPayload;
	/** Signs with a key the provider never published. */
	readonly strangeKey?: true;
	/** The state the browser is sent back with. */
	readonly state?: string;
	/** The issuer the browser is sent back with (RFC 9207). */
	readonly returnedIssuer?: string;
}

export interface ForgingProvider {
	readonly issuer: string;
	/** What the next sign-in comes to. */
	forge(forgery: Forgery): void;
	close(): Promise<void>;
}

/** An OpenID Connect provider that lets everybody in and can be told what to lie about. */
export async function openForgingProvider(): Promise<ForgingProvider> {
	const own = await generateKeyPair("RS256");
	const strange = await generateKeyPair("RS256");
	const jwk = { ...(await exportJWK(own.publicKey)), kid: "own", alg: "RS256", use: "sig" };
	let forgery: Forgery = {};
	let nonce = "";
	let issuer = "";

	const idToken = () => {
		const now = Math.floor(Date.now() / 1000);
		const claims = {
			iss: issuer,
			aud: "vinspect",
			sub: "subject",
			preferred_username: "forged",
			groups: ["vinspect-operators"],
			nonce,
			iat: now,
			exp: now + 300,
			...forgery.claims,
		};
		return new SignJWT(claims)
			.setProtectedHeader({ alg: "RS256", kid: "own" })
			.sign(forgery.strangeKey ? strange.privateKey : own.privateKey);
	};

	const server: Server = createServer(async (request, response) => {
		const url = new URL(request.url ?? "/", issuer);
		const json = (body: unknown) => {
			response.setHeader("content-type", "application/json").end(JSON.stringify(body));
		};
		switch (url.pathname) {
			case "/.well-known/openid-configuration":
				return json({
					issuer,
					authorization_endpoint: `${issuer}/authorize`,
					token_endpoint: `${issuer}/token`,
					jwks_uri: `${issuer}/jwks`,
					response_types_supported: ["code"],
					subject_types_supported: ["public"],
					id_token_signing_alg_values_supported: ["RS256"],
					authorization_response_iss_parameter_supported: true,
				});
			case "/jwks":
				return json({ keys: [jwk] });
			case "/authorize": {
				nonce = url.searchParams.get("nonce") ?? "";
				const back = new URL(url.searchParams.get("redirect_uri") ?? "");
				back.searchParams.set("code", "code");
				back.searchParams.set("state", forgery.state ?? url.searchParams.get("state") ?? "");
				back.searchParams.set("iss", forgery.returnedIssuer ?? issuer);
				response.writeHead(303, { location: back.href }).end();
				return;
			}
			case "/token":
				return json({ access_token: "access", token_type: "bearer", id_token: await idToken() });
			default:
				response.writeHead(404).end();
		}
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		issuer,
		forge(next) {
			forgery = next;
		},
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}
