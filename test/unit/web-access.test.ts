import fc from "fast-check";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadSettings } from "../../src/config/settings.js";
import { passwordFault } from "../../src/web/access/passwords.js";
import { sampleInspection } from "../support/inspections.js";
import { problemIn, type ServedWeb, serveWeb } from "../support/serve-web.js";

describe("a station's key", () => {
	let web: ServedWeb;
	let key: string;
	const { inspectionId } = sampleInspection();
	beforeAll(async () => {
		web = await serveWeb();
		key = await web.key("station", "S10");
		await web.store.inspections.project(sampleInspection());
	});
	afterAll(() => web.listening.close());

	const send = async (as: string, witness: string, station: string) => {
		const create = { width: 8, height: 8, channels: 3, background: "#888" } as const;
		const data = new FormData();
		data.append("witness", witness);
		data.append("station", station);
		data.append("file", new Blob([new Uint8Array(await sharp({ create }).png().toBuffer())]), "x.png");
		return web.call(as, "POST", `/inspections/${inspectionId}/captures`, data);
	};

	it("speaks for its own station alone, at track-in and with captures", async () => {
		const body = { productionNumber: "PN0001", station: "S99" };
		expect(await problemIn(await web.call(key, "POST", "/track-in", body))).toMatchObject({
			status: 403,
			errors: [{ path: "station" }],
		});
		expect(await problemIn(await send(key, "stamp", "S99"))).toMatchObject({ status: 403 });
		expect(web.gateway.calls).toEqual([]);
		expect((await send(key, "stamp", "S10")).status).toBe(202);
	});

	it("sends no witness that the plan has photographed elsewhere", async () => {
		const other = await web.key("station", "S99");
		expect(await problemIn(await send(other, "stamp", "S99"))).toMatchObject({
			status: 403,
			errors: [{ path: "witness" }],
		});
	});

	it("reads neither readings, captures, lists of people nor other stations' inspections", async () => {
		const other = await web.key("station", "S98");
		expect((await web.call(other, "GET", `/inspections/${inspectionId}`)).status).toBe(403);
		for (const path of [
			`/inspections/${inspectionId}/observations`,
			`/captures/${"a".repeat(64)}`,
			"/accounts",
			"/exceptions",
		]) {
			expect((await web.call(key, "GET", path)).status, path).toBe(403);
		}
	});
});

describe("rate limits", () => {
	it("refuse an account and an address that ask too often, with the seconds to wait, and nobody else", async () => {
		const web = await serveWeb({
			access: { requestsPerAccount: 5, requestsPerAddress: 12, signInsPerAddress: 2 },
		});
		const [one, other] = [await web.key("operator"), await web.key("operator")];
		const ask = (key: string) => web.call(key, "GET", "/session");
		for (let i = 0; i < 5; i += 1) expect((await ask(one)).status).toBe(200);
		const refused = await ask(one);
		expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
		expect(await problemIn(refused)).toMatchObject({ status: 429, code: "too_many_requests" });
		expect((await ask(other)).status).toBe(200);
		const credentials = { name: "nobody", password: "guess" };
		const tries = [];
		for (let i = 0; i < 3; i += 1) tries.push((await web.call(null, "POST", "/session", credentials)).status);
		expect(tries).toEqual([401, 401, 429]);
		for (let i = 0; i < 2; i += 1) expect((await ask(other)).status).toBe(200);
		// the thirteenth of this address, whoever asks; health is asked by machines that must not be refused
		expect((await ask(other)).status).toBe(429);
		expect((await fetch(`${web.url}/health`)).status).toBe(200);
		await web.listening.close();
	});
});

describe("security headers", () => {
	const EVERYWHERE = [
		"/health",
		"/sign-in",
		"/static/base.css",
		"/api/v1/session",
		"/api/v1/openapi.json",
		"/nowhere",
	];

	it("stand on every answer", async () => {
		const web = await serveWeb();
		for (const path of EVERYWHERE) {
			const { headers } = await fetch(`${web.url}${path}`, { redirect: "manual" });
			const policy = headers.get("content-security-policy") ?? "";
			for (const part of [
				"default-src 'self'",
				"script-src 'self'",
				"object-src 'none'",
				"base-uri 'none'",
				"form-action 'self'",
				"frame-ancestors 'self'",
			]) {
				expect(policy.split(";"), path).toContain(part);
			}
			expect(policy).not.toMatch(/unsafe|\*/);
			expect(headers.get("x-content-type-options")).toBe("nosniff");
			expect(headers.get("x-frame-options")).toBe("SAMEORIGIN");
			expect(headers.get("referrer-policy")).toBe("same-origin");
			expect(headers.get("permissions-policy")).toContain("camera=()");
			expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
			expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
			expect(headers.get("strict-transport-security")).toBeNull();
			expect(headers.get("x-powered-by")).toBeNull();
			if (path.startsWith("/static/")) expect(headers.get("cache-control")).toContain("max-age=0");
			else expect(headers.get("cache-control"), path).toBe("no-store");
		}
		await web.listening.close();
	});

	it("ask for HTTPS where cookies travel over it", async () => {
		const web = await serveWeb({ secureCookies: true });
		const { headers } = await fetch(`${web.url}/sign-in`);
		expect(headers.get("strict-transport-security")).toMatch(/^max-age=31536000/);
		expect(headers.get("content-security-policy")).toContain("upgrade-insecure-requests");
		await web.listening.close();
	});
});

describe("a new password", () => {
	it("is refused where it is short, long, common or a name, and asks for no kind of character", () => {
		expect(passwordFault("four short word", [])).toBeNull();
		expect(passwordFault("生产线质量检验系统中文口令一二三", [])).toBeNull();
		expect(passwordFault("fourteen chars", [])).toBe("short");
		expect(passwordFault("x9".repeat(101), [])).toBe("long");
		for (const common of ["passwordpassword", "123456789012345", "aaaaaaaaaaaaaaaa", "Password1234567"]) {
			expect(passwordFault(common, []), common).toBe("common");
		}
		expect(passwordFault("vinspect-vinspect-1", [])).toBe("own_name");
		expect(passwordFault("li.na-li.na-li.na-1", ["li.na"])).toBe("own_name");
	});

	it("is weighed within a moment, whatever it is", () => {
		fc.assert(
			fc.property(fc.string({ maxLength: 1000, unit: "grapheme" }), (text) => {
				const fault = passwordFault(text, ["li.na"]);
				if ([...text.normalize("NFC")].length < 15) expect(fault).toBe("short");
			}),
			{ numRuns: 30 },
		);
	});
});

describe("settings of access", () => {
	const whole = {
		OIDC_ISSUER: "https://id.example",
		OIDC_CLIENT_ID: "vinspect",
		OIDC_CLIENT_SECRET: "secret",
		OIDC_ROLES: "administrator=it, operator=line-3",
		PUBLIC_URL: "https://vinspect.example",
	};

	it("take single sign-on whole, and no secret in the clear to another machine", () => {
		expect(loadSettings(whole).access.singleSignOn).toMatchObject({
			roles: [
				{ role: "administrator", group: "it" },
				{ role: "operator", group: "line-3" },
			],
			roleClaim: "groups",
		});
		for (const [name, value] of [
			["OIDC_CLIENT_SECRET", ""],
			["OIDC_ISSUER", "http://id.example"],
			["OIDC_ROLES", "station=line"],
			["OIDC_ROLES", "operator="],
		] as const) {
			expect(() => loadSettings({ ...whole, [name]: value }), name).toThrow(name);
		}
		expect(() => loadSettings({ LOCAL_SIGN_IN: "off" })).toThrow("LOCAL_SIGN_IN");
		expect(loadSettings({ ...whole, LOCAL_SIGN_IN: "off" }).access.policy.localSignIn).toBe(false);
	});
});
