import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { StationKey } from "../../src/contracts/api.js";
import { createLogger, withoutSecrets } from "../../src/logging/create-logger.js";
import { newStationKey } from "../../src/web/access/secrets.js";
import { inspectionIn } from "../../src/web/request-context.js";
import { enrol } from "../support/people.js";
import { type ServedWeb, serveWeb } from "../support/serve-web.js";

const PASSWORD = "first password of hers 7q";
const NEXT = "second password of hers 9w";
let web: ServedWeb;
const used = new Set<string>([PASSWORD, NEXT]);

beforeAll(async () => {
	web = await serveWeb();
	await enrol(web.store, PASSWORD, [["li", "administrator"]]);
});
afterAll(() => web.listening.close());

/** Notes every secret a response hands out. */
function noted(answer: Response): string {
	const pairs = answer.headers.getSetCookie().map((cookie) => cookie.split(";", 1)[0] ?? "");
	for (const pair of pairs) if (!pair.endsWith("=")) used.add(pair.slice(pair.indexOf("=") + 1));
	return pairs.join("; ");
}

describe("the log", () => {
	it("holds no secret of sign-ins, keys, wrong passwords, resets and broken requests", async () => {
		const signedIn = await web.call(null, "POST", "/session", { name: "li", password: PASSWORD });
		const cookie = noted(signedIn);
		const { csrfToken } = (await signedIn.json()) as { csrfToken: string };
		used.add(csrfToken);
		const headers = { cookie, "x-csrf-token": csrfToken };
		const call = (method: string, path: string, body?: unknown) =>
			web.call(null, method, path, body, headers);

		// wrong passwords, one of them typed into the field of the name
		used.add("my-wrong-password-1").add("my-password-as-name-2");
		await web.call(null, "POST", "/session", { name: "li", password: "my-wrong-password-1" });
		await web.call(null, "POST", "/session", { name: "my-password-as-name-2", password: "x" });
		const form = new URLSearchParams({ name: "li", password: "my-wrong-password-1" });
		await fetch(`${web.url}/sign-in`, { method: "POST", body: form });

		const made = StationKey.parse(await (await call("POST", "/stations", { name: "S10" })).json());
		used.add(made.key);
		const rotated = await call("POST", "/stations/S10/key", { overlapMinutes: 60 });
		used.add(((await rotated.json()) as { key: string }).key);
		await web.call(made.key, "GET", "/inspections");
		const unknown = newStationKey();
		used.add(unknown);
		await web.call(unknown, "GET", "/inspections");
		// keys and tokens where none belongs
		await fetch(`${web.url}/api/v1/inspections/${unknown}?search=${made.key}`);
		await fetch(`${web.url}/api/v1/inspections`, { headers: { "x-request-id": unknown } });

		const account = await call("POST", "/accounts", { name: "wang", displayName: "Wang", role: "operator" });
		used.add(((await account.json()) as { password: string }).password);
		const reset = await call("POST", "/accounts/wang/password");
		used.add(((await reset.json()) as { password: string }).password);
		await call("PUT", "/session/password", { current: NEXT, password: "too short 4" });
		used.add("too short 4");
		expect((await call("PUT", "/session/password", { current: PASSWORD, password: NEXT })).status).toBe(204);
		await web.call(null, "POST", "/session", `{"name":"li","password":"${NEXT}"`, {
			"content-type": "application/json",
		});
		web.store.down = true;
		await call("GET", "/inspections");
		web.store.down = false;
		for (const { secretHash } of await web.store.accounts.list()) used.add(secretHash);

		const log = web.log.map((line) => JSON.stringify(line)).join("\n");
		expect(used.size).toBeGreaterThan(14);
		expect(web.log.length).toBeGreaterThan(20);
		for (const secret of used)
			expect(log.includes(secret), `a secret of ${secret.length} characters`).toBe(false);
	});

	it("tells who did what to whom, and who was refused why", () => {
		const told = web.log.flatMap(({ access }) => (access ? [access] : []));
		expect(told).toContainEqual(expect.objectContaining({ action: "signed_in", subject: "li", by: "li" }));
		expect(told).toContainEqual(
			expect.objectContaining({ action: "sign_in_refused", subject: "li", why: "wrong password" }),
		);
		expect(told).toContainEqual(expect.objectContaining({ action: "sign_in_refused", subject: null }));
		for (const [action, subject] of [
			["key_created", "S10"],
			["key_rotated", "S10"],
			["account_created", "wang"],
			["password_reset", "wang"],
			["password_changed", "li"],
		]) {
			expect(told).toContainEqual(expect.objectContaining({ action, subject, by: "li" }));
		}
	});

	it("names request, trace and inspection in every line about one", async () => {
		const operator = await web.key("operator");
		const trace = "0af7651916cd43dd8448eb211c80319c";
		const answer = await web.call(operator, "GET", "/inspections/HZ1-PN1-1", undefined, {
			"x-request-id": "request-from-the-line",
			traceparent: `00-${trace}-b7ad6b7169203331-01`,
		});
		expect(answer.headers.get("x-request-id")).toBe("request-from-the-line");
		const lines = web.log.filter(({ requestId }) => requestId === "request-from-the-line");
		expect(lines.length).toBeGreaterThan(1);
		for (const line of lines) expect(line).toMatchObject({ traceId: trace, inspectionId: "HZ1-PN1-1" });

		const unsafe = await web.call(operator, "GET", "/inspections", undefined, {
			"x-request-id": "x".repeat(65),
		});
		expect(unsafe.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
	});

	it("finds an inspection in the addresses of pages and API", () => {
		expect(inspectionIn("/api/v1/inspections/HZ1-PN1-1/captures")).toBe("HZ1-PN1-1");
		expect(inspectionIn("/exceptions/HZ1-PN1-1~stamp.vin/decision")).toBe("HZ1-PN1-1");
		expect(inspectionIn("/exceptions/next")).toBeNull();
		expect(inspectionIn("/stations/S10")).toBeNull();
	});
});

describe("a logger", () => {
	it("keeps out what is handed to it by mistake, by its name or by its form", () => {
		const lines: string[] = [];
		const logger = createLogger("test", "info", { write: (line) => void lines.push(line) });
		const key = newStationKey();
		const jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJsaSJ9.c2lnbmF0dXJl";
		logger.info({ password: "p-1", deep: { er: { token: "t-2" } }, headers: { authorization: "a-3" } }, "x");
		logger.error({ err: new Error(`refused ${key} with Bearer ${jwt}`) }, "mongodb://li:pass-4@store/x");
		const text = lines.join("");
		for (const secret of ["p-1", "t-2", "a-3", key, jwt, "pass-4"]) expect(text).not.toContain(secret);
		expect(text).toContain("mongodb://li:…@store/x");
		for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
	});

	it("leaves alone what is no secret", () => {
		const line = '{"path":"/api/v1/inspections/HZ1-PN1-1","sha256":"00ff","key":"value"}';
		expect(withoutSecrets(line)).toBe(line);
	});
});
