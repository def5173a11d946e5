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

	it("ends a session after twelve hours, however it is used", async () => {
		const { header } = cookiesOf(await signIn("li", PASSWORD));
		const look = () => web.call(null, "GET", "/session", undefined, { cookie: header });
		for (let hour = 0; hour < 11; hour += 1) {
			clock += 3_500_000;
			expect((await look()).status).toBe(200);
		}
		clock += 3_500_000;
		expect((await look()).status).toBe(200);
		clock += 1_300_000;
		expect((await look()).status).toBe(401);
	});

	it("ends a session that only its pages use, by asking regularly", async () => {
		const { header } = cookiesOf(await signIn("li", PASSWORD));
		const look = (more: object) => web.call(null, "GET", "/session", undefined, { cookie: header, ...more });
		for (let minute = 0; minute < 58; minute += 1) {
			clock += 60_000;
			expect((await look({ "hx-request": "true" })).status).toBe(200);
		}
		clock += 2 * 60_000;
		expect((await look({ "hx-request": "true" })).status).toBe(401);
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

	it("lets strangers lock nobody out of a browser they signed in from", async () => {
		const known = cookiesOf(await signIn("wang", PASSWORD));
		const device = /vinspect_device=[^;]+/.exec(known.header)?.[0] ?? "";
		expect(device).not.toBe("");
		const from = (cookie: string, name: string, password: string) =>
			web.call(null, "POST", "/session", { name, password }, { cookie });
		for (let guess = 0; guess < 5; guess += 1) await signIn("wang", "guess");
		expect((await signIn("wang", PASSWORD)).status).toBe(429);
		expect((await from(device, "wang", PASSWORD)).status).toBe(200);
		// the device's own guesses are counted too, and it is known for its own person alone
		for (let guess = 0; guess < 5; guess += 1) {
			expect((await from(device, "wang", "guess")).status).toBe(401);
		}
		expect((await from(device, "wang", PASSWORD)).status).toBe(429);
		for (let guess = 0; guess < 5; guess += 1) await signIn("zhao", "guess");
		expect((await from(device, "zhao", PASSWORD)).status).toBe(429);
		clock += 20 * 60_000;
		expect((await signIn("zhao", PASSWORD)).status).toBe(200);
	});

	it("changes the session's token at every sign-in and ends the one that was planted", async () => {
		const first = cookiesOf(await signIn("li", PASSWORD));
		const second = cookiesOf(
			await web.call(null, "POST", "/session", { name: "li", password: PASSWORD }, { cookie: first.header }),
		);
		expect(second.csrf).not.toBe(first.csrf);
		expect((await web.call(null, "GET", "/session", undefined, { cookie: first.header })).status).toBe(401);
		expect((await web.call(null, "GET", "/session", undefined, { cookie: second.header })).status).toBe(200);
	});

	it("sends cookies over HTTPS only where told", async () => {
		const secure = await serveWeb({ secureCookies: true });
		const account = await web.store.accounts.get("li");
		if (account) await secure.store.accounts.create(account);
		const response = await secure.call(null, "POST", "/session", { name: "li", password: PASSWORD });
		const cookies = response.headers.getSetCookie();
		expect(cookies).toHaveLength(3);
		// what `__Host-` asks for, or browsers refuse the cookie: secure, for every path, of this host alone
		for (const cookie of cookies) {
			expect(cookie).toMatch(/^__Host-vinspect_/);
			expect(cookie).toMatch(/; Path=\/;.*; Secure/);
			expect(cookie).not.toMatch(/Domain/i);
		}
		expect(cookies.filter((cookie) => !/HttpOnly/.test(cookie))).toEqual([
			expect.stringMatching(/^__Host-vinspect_csrf=/),
		]);
		const header = cookies.map((cookie) => cookie.split(";", 1)[0]).join("; ");
		expect((await secure.call(null, "GET", "/session", undefined, { cookie: header })).status).toBe(200);
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
