import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { StationKey } from "../../src/contracts/api.js";
import { hashPassword, hashToken } from "../../src/web/access/secrets.js";
import { problemIn, type ServedWeb, serveWeb } from "../support/serve-web.js";

const PASSWORD = "correct horse 电池";
let web: ServedWeb;
let clock = Date.parse("2026-03-02T08:00:00Z");

beforeAll(async () => {
	web = await serveWeb({ now: () => new Date(clock) });
	const secretHash = await hashPassword(PASSWORD);
	for (const name of ["li", "wang", "zhao"]) {
		await web.store.accounts.create({
			name,
			role: "engineer",
			displayName: "李",
			secretHash,
			disabled: false,
		});
	}
});
afterAll(() => web.listening.close());

const signIn = (name: string, password: string) => web.call(null, "POST", "/session", { name, password });

function cookiesOf(response: Response): { header: string; csrf: string; set: string[] } {
	const set = response.headers.getSetCookie();
	const pairs = set.map((cookie) => cookie.split(";", 1)[0] ?? "");
	const csrf = pairs.find((pair) => pair.startsWith("vinspect_csrf="))?.split("=")[1] ?? "";
	return { header: pairs.join("; "), csrf, set };
}

describe("sessions", () => {
	it("signs in, tells who it is, and signs out", async () => {
		const response = await signIn("li", PASSWORD);
		expect(response.status).toBe(200);
		const cookies = cookiesOf(response);
		expect(await response.json()).toEqual({
			name: "li",
			role: "engineer",
			displayName: "李",
			csrfToken: cookies.csrf,
		});
		const session = cookies.set.find((cookie) => cookie.startsWith("vinspect_session="));
		expect(session).toMatch(/HttpOnly/);
		expect(session).toMatch(/SameSite=Lax/);
		expect(session).not.toMatch(/Secure/);
		const token = cookies.header.match(/vinspect_session=([^;]+)/)?.[1] ?? "";
		expect(await web.store.sessions.get(token)).toBeNull();
		expect(await web.store.sessions.get(hashToken(token))).toMatchObject({ account: "li" });

		const cookie = cookies.header;
		const me = await web.call(null, "GET", "/session", undefined, { cookie });
		expect(await me.json()).toMatchObject({ name: "li", csrfToken: cookies.csrf });
		const headers = { cookie, "x-csrf-token": cookies.csrf };
		expect((await web.call(null, "DELETE", "/session", undefined, headers)).status).toBe(204);
		expect((await web.call(null, "GET", "/session", undefined, { cookie })).status).toBe(401);
	});

	it("refuses a write without the session's own CSRF token", async () => {
		const mine = cookiesOf(await signIn("li", PASSWORD));
		const other = cookiesOf(await signIn("wang", PASSWORD));
		const body = { name: "S77" };
		const post = (headers: object) => web.call(null, "POST", "/stations", body, headers);
		expect((await post({ cookie: mine.header })).status).toBe(403);
		expect((await post({ cookie: mine.header, "x-csrf-token": other.csrf })).status).toBe(403);
		// a planted cookie does not help: the token belongs to the session, not to the cookie beside it
		const planted = mine.header.replace(mine.csrf, other.csrf);
		expect((await post({ cookie: planted, "x-csrf-token": other.csrf })).status).toBe(403);
		expect((await post({ cookie: mine.header, "x-csrf-token": mine.csrf })).status).toBe(201);
	});

	it("ends a session after twelve hours", async () => {
		const { header } = cookiesOf(await signIn("li", PASSWORD));
		clock += 11.9 * 3_600_000;
		expect((await web.call(null, "GET", "/session", undefined, { cookie: header })).status).toBe(200);
		clock += 0.2 * 3_600_000;
		expect((await web.call(null, "GET", "/session", undefined, { cookie: header })).status).toBe(401);
	});

	it("answers a wrong name and a wrong password alike", async () => {
		const wrongName = await problemIn(await signIn("nobody", PASSWORD));
		const wrongPassword = await problemIn(await signIn("wang", "guess"));
		expect(wrongName.detail).toBe(wrongPassword.detail);
		expect(wrongName.code).toBe("unauthenticated");
	});

	it("makes guessing slow for one name, and only for it", async () => {
		for (let guess = 0; guess < 5; guess += 1) expect((await signIn("zhao", "guess")).status).toBe(401);
		const refused = await signIn("zhao", PASSWORD);
		expect(refused.status).toBe(429);
		expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
		expect((await signIn("li", PASSWORD)).status).toBe(200);
		clock += 2_000;
		expect((await signIn("zhao", PASSWORD)).status).toBe(200);
	});

	it("sends cookies over HTTPS only where told", async () => {
		const secure = await serveWeb({ secureCookies: true });
		const account = await web.store.accounts.get("li");
		if (account) await secure.store.accounts.create(account);
		const response = await secure.call(null, "POST", "/session", { name: "li", password: PASSWORD });
		for (const cookie of response.headers.getSetCookie()) expect(cookie).toMatch(/Secure/);
		await secure.listening.close();
	});

	it("shows a station's key once, keeps its hash, and takes the key", async () => {
		const administrator = await web.key("administrator");
		const made = await web.call(administrator, "POST", "/stations", { name: "S10", displayName: "总装 10" });
		expect(made.status).toBe(201);
		const { key } = StationKey.parse(await made.json());
		expect(key).toMatch(/^vsk_[\w-]{43}$/);
		expect((await web.store.accounts.get("S10"))?.secretHash).toBe(hashToken(key));
		expect(await (await web.call(key, "GET", "/session")).json()).toMatchObject({
			name: "S10",
			role: "station",
		});
		const again = await web.call(administrator, "POST", "/stations", { name: "S10" });
		expect(again.status).toBe(409);
		expect(await again.json()).toMatchObject({ code: "name_taken" });
		const list = JSON.stringify(await (await web.call(administrator, "GET", "/accounts")).json());
		expect(list).toContain("S10");
		expect(list).not.toContain(hashToken(key));
	});

	it("logs no password, key, cookie or token", async () => {
		const administrator = await web.key("administrator");
		await signIn("li", PASSWORD);
		await web.call(administrator, "GET", "/inspections?search=SECRETVIN");
		const log = JSON.stringify(web.log);
		expect(log).toContain("/api/v1/inspections");
		for (const secret of [PASSWORD, administrator, "vinspect_session=", "argon2", "SECRETVIN"]) {
			expect(log).not.toContain(secret);
		}
	});
});
