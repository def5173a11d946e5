/**
 * An OpenID Connect provider as a process of its own: `node oidc-provider.mjs PORT CLIENT_SECRET REDIRECT_URI`. Whoever
 * signs in at its form is believed; their groups stand below. Tells `ready` once it listens.
 */
import Provider from "oidc-provider";

const [port = "", secret = "", redirectUri = ""] = process.argv.slice(2);

const GROUPS = {
	"chen.wei": ["line-3", "vinspect-operators"],
	"zhao.min": ["vinspect-auditors", "vinspect-operators"],
	visitor: ["canteen"],
	anna: ["vinspect-operators"],
};

/** Changed by `groups NAME GROUP` on standard input, as somebody at the directory would. */
const groups = new Map(Object.entries(GROUPS));

const provider = new Provider(`http://127.0.0.1:${port}`, {
	clients: [
		{
			client_id: "vinspect",
			client_secret: secret,
			redirect_uris: [redirectUri],
			response_types: ["code"],
			grant_types: ["authorization_code"],
		},
	],
	pkce: { required: () => true },
	claims: {
		openid: ["sub"],
		profile: ["name", "preferred_username", "groups"],
		email: ["email"],
	},
	findAccount: (_context, id) => ({
		accountId: id,
		claims: () => ({
			sub: `subject-of-${id}`,
			preferred_username: id,
			name: `Person ${id}`,
			groups: groups.get(id) ?? [],
		}),
	}),
	cookies: { keys: ["only-for-this-test"] },
	ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
});

process.on("message", ({ name, group }) => {
	groups.set(name, [group]);
	process.send?.("changed");
});
provider.listen(Number(port), "127.0.0.1", () => process.send?.("ready"));
