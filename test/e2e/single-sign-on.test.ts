import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PACKAGE_ROOT } from "../../src/config/package-root.js";
import { findFreePort } from "../../src/embedded/free-port.js";
import { openSingleSignOn } from "../../src/web/access/single-sign-on.js";
import { launchBrowser, NO_BROWSER, type Person, personAt } from "../support/browser.js";
import { type ForgingProvider, openForgingProvider } from "../support/forging-provider.js";
import { enrol } from "../support/people.js";
import { type ServedWeb, serveWeb } from "../support/serve-web.js";

const SECRET = "a-client-secret-that-must-stay-one";
const ROLES = [
	{ role: "auditor", group: "vinspect-auditors" },
	{ role: "operator", group: "vinspect-operators" },
	{ role: "administrator", group: "vinspect-administrators" },
] as const;

/** The application behind a provider, at an address known before either runs. */
async function serve(issuer: string, local = true): Promise<ServedWeb> {
	const port = await findFreePort();
	return serveWeb(
		{
			access: { localSignIn: local },
			singleSignOn: openSingleSignOn({
				issuer,
				clientId: "vinspect",
				clientSecret: SECRET,
				publicUrl: `http://127.0.0.1:${port}`,
				roleClaim: "groups",
				roles: ROLES,
				label: "Plant ID",
			}),
		},
		port,
	);
}

describe.skipIf(NO_BROWSER !== null)("single sign-on at a real provider, in a real browser", () => {
	let browser: Browser;
	let provider: ChildProcess;
	let providerPort: number;
	let web: ServedWeb;

	const startProvider = async () => {
		const script = join(PACKAGE_ROOT, "test", "support", "oidc-provider.mjs");
		const back = `${web.url}/sign-in/single/return`;
		provider = fork(script, [String(providerPort), SECRET, back], {
			stdio: ["ignore", "ignore", "inherit", "ipc"],
		});
		const [said] = await once(provider, "message");
		expect(said).toBe("ready");
	};
	const stopProvider = async () => {
		provider.kill("SIGKILL");
		await once(provider, "exit");
	};

	beforeAll(async () => {
		browser = await launchBrowser();
		providerPort = await findFreePort();
		web = await serve(`http://127.0.0.1:${providerPort}`);
		await enrol(web.store, "a long enough password", [["anna", "engineer"]]);
		await startProvider();
	}, 60_000);
	afterAll(async () => {
		await browser?.close();
		if (provider?.exitCode === null) await stopProvider();
		await web?.listening.close();
	});

	/** Goes from the sign-in page through the provider's own forms, as one of its people. */
	const signInAs = async (name: string, path = "/exceptions"): Promise<Person> => {
		const one = await personAt(browser, web.url);
		await one.page.goto(path);
		await one.page.getByRole("link", { name: "Sign in with Plant ID" }).click();
		await one.page.locator("input[name=login]").fill(name);
		await one.page.locator("input[name=password]").fill("whatever the provider wants");
		await one.page.locator("button[type=submit]").click();
		await one.page.locator("button[type=submit]").click();
		await one.page.waitForURL((url) => url.origin === new URL(web.url).origin);
		return one;
	};

	it("lets a person in with the role of their group and brings them where they wanted to go", async () => {
		const one = await signInAs("chen.wei", "/exceptions?list=done");
		expect(new URL(one.page.url()).pathname).toBe("/exceptions");
		expect(await one.page.locator("body").textContent()).toContain("Person chen.wei");
		expect(await web.store.accounts.get("chen.wei")).toMatchObject({ role: "operator", disabled: false });
		// the provider's own pages ask for a font from elsewhere
		expect(one.complaints.filter((complaint) => complaint.startsWith(web.url))).toEqual([]);

		// signing out ends the session here, at the least
		await one.page.locator(".site-tools details summary").click();
		await one.page.getByRole("button", { name: "Sign out" }).click();
		await one.page.goto("/exceptions");
		expect(new URL(one.page.url()).pathname).toBe("/sign-in");
		await one.context.close();
	});

	it("takes the first role that fits, and follows the provider when a group changes", async () => {
		const one = await signInAs("zhao.min");
		expect(await web.store.accounts.get("zhao.min")).toMatchObject({ role: "auditor" });
		provider.send({ name: "zhao.min", group: "vinspect-operators" });
		await once(provider, "message");
		const again = await signInAs("zhao.min");
		expect(await web.store.accounts.get("zhao.min")).toMatchObject({ role: "operator" });
		// what was open with the role of before is over
		await one.page.goto("/agreement");
		expect(new URL(one.page.url()).pathname).toBe("/sign-in");
		await Promise.all([one.context.close(), again.context.close()]);
	});

	it("leaves the only administrator who can sign in what they are, and says so", async () => {
		provider.send({ name: "wang.fang", group: "vinspect-administrators" });
		await once(provider, "message");
		const one = await signInAs("wang.fang", "/accounts");
		expect(new URL(one.page.url()).pathname).toBe("/accounts");
		provider.send({ name: "wang.fang", group: "vinspect-operators" });
		await once(provider, "message");
		const again = await signInAs("wang.fang");
		expect(await again.page.locator("body").textContent()).toContain("One administrator must remain");
		expect(await web.store.accounts.get("wang.fang")).toMatchObject({ role: "administrator" });
		await Promise.all([one.context.close(), again.context.close()]);
	});

	it("refuses who has no role here, a name that is somebody else's, and a disabled account", async () => {
		const visitor = await signInAs("visitor");
		expect(await visitor.page.getByRole("alert").textContent()).toContain(
			"no role here belongs to your groups",
		);
		expect(await web.store.accounts.get("visitor")).toBeNull();

		const anna = await signInAs("anna");
		expect(await anna.page.getByRole("alert").textContent()).toContain("another account here has your name");
		expect(await web.store.accounts.get("anna")).toMatchObject({ role: "engineer" });

		await web.store.accounts.setDisabled("chen.wei", true);
		const chen = await signInAs("chen.wei");
		expect(await chen.page.getByRole("alert").textContent()).toContain("your account here is disabled");
		await web.store.accounts.setDisabled("chen.wei", false);
		await Promise.all([visitor.context.close(), anna.context.close(), chen.context.close()]);
	});

	it("says clearly that the provider is away, and lets in again once it is back", async () => {
		await stopProvider();
		// what was learned of the provider is forgotten with a new process
		const fresh = await serve(`http://127.0.0.1:${providerPort}`);
		const answer = await fetch(`${fresh.url}/sign-in/single`, { redirect: "manual" });
		expect(answer.status).toBe(503);
		const page = await answer.text();
		expect(page).toContain("the service does not answer");
		expect(page).toContain('name="password"');
		await fresh.listening.close();
		await startProvider();
		const back = await signInAs("chen.wei");
		expect(new URL(back.page.url()).pathname).toBe("/exceptions");
		await back.context.close();
	});

	it("writes neither codes, tokens nor the client's secret to the log", () => {
		const log = JSON.stringify(web.log);
		expect(log).toContain("/sign-in/single/return");
		for (const secret of [SECRET, "code=", "eyJ", "id_token", "access_token"])
			expect(log).not.toContain(secret);
	});
});

describe("single sign-on at a provider that lies", () => {
	let provider: ForgingProvider;
	let web: ServedWeb;

	beforeAll(async () => {
		provider = await openForgingProvider();
		web = await serve(provider.issuer, false);
	});
	afterAll(async () => {
		await web.listening.close();
		await provider.close();
	});

	/** Follows the redirects as a browser would; `tamper` changes what it comes back with. */
	const signIn = async (tamper: (cookie: string) => string = (cookie) => cookie): Promise<Response> => {
		const begun = await fetch(`${web.url}/sign-in/single?back=/exceptions`, { redirect: "manual" });
		const cookie = begun.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
		const sent = await fetch(begun.headers.get("location") ?? "", { redirect: "manual" });
		return fetch(sent.headers.get("location") ?? "", {
			redirect: "manual",
			headers: { cookie: tamper(cookie) },
		});
	};

	it("lets in who is vouched for truly", async () => {
		provider.forge({});
		const answer = await signIn();
		expect(answer.status).toBe(303);
		expect(answer.headers.get("location")).toBe("/exceptions");
		expect(answer.headers.getSetCookie().join()).toContain("vinspect_session=");
	});

	const hour = () => Math.floor(Date.now() / 1000) - 3600;
	it.each([
		["of another issuer", () => ({ claims: { iss: "https://elsewhere.example" } })],
		["for another audience", () => ({ claims: { aud: "another-client" } })],
		["with another nonce", () => ({ claims: { nonce: "another" } })],
		["without a nonce", () => ({ claims: { nonce: undefined } })],
		["that has expired", () => ({ claims: { iat: hour() - 300, exp: hour() } })],
		["signed with a key nobody published", () => ({ strangeKey: true }) as const],
		["for another state", () => ({ state: "another" })],
		["returned by another issuer", () => ({ returnedIssuer: "https://elsewhere.example" })],
	])("refuses a token %s", async (_what, forgery) => {
		provider.forge(forgery());
		const answer = await signIn();
		expect(answer.status).toBe(403);
		expect(answer.headers.getSetCookie().join()).not.toContain("vinspect_session=");
		expect(await answer.text()).toContain("its answer could not be trusted");
	});

	it("refuses an answer to a sign-in that this browser did not begin", async () => {
		provider.forge({});
		const answer = await signIn(() => "vinspect_sso=none");
		expect(answer.status).toBe(403);
		expect(await answer.text()).toContain("Begin again");
	});

	it("takes no passwords where they are turned off", async () => {
		await enrol(web.store, "a long enough password", [["li", "operator"]]);
		const credentials = { name: "li", password: "a long enough password" };
		expect((await web.call(null, "POST", "/session", credentials)).status).toBe(403);
		expect(await (await fetch(`${web.url}/sign-in`)).text()).not.toContain('name="password"');
	});
});
