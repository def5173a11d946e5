import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Role } from "../../src/persistence/store.js";
import { enrol } from "../support/people.js";
import { type ServedWeb, serveWeb } from "../support/serve-web.js";

const PASSWORD = "correct horse battery staple";
const PEOPLE = [
	["op", "operator"],
	["au", "auditor"],
	["en", "engineer"],
	["ad", "administrator"],
] as const satisfies readonly (readonly [string, Role])[];

let web: ServedWeb;

beforeAll(async () => {
	const warning = { en: `"Inspector" runs out in 12 days`, zh: `“Inspector”将于 12 天后过期` };
	web = await serveWeb({ signingWarnings: async () => [warning] });
	await enrol(web.store, PASSWORD, PEOPLE);
});
afterAll(() => web.listening.close());

async function overviewOf(name: string, language: string): Promise<string> {
	const signedIn = await web.call(null, "POST", "/session", { name, password: PASSWORD });
	const cookie = signedIn.headers
		.getSetCookie()
		.map((one) => one.split(";", 1)[0])
		.join("; ");
	const page = await fetch(`${web.url}/`, { headers: { cookie, "accept-language": language } });
	expect(page.status).toBe(200);
	return page.text();
}

describe("a signing certificate that runs out", () => {
	it.each(PEOPLE)("is told to those who see to it, and not to others: %s", async (name, role) => {
		const told = role === "engineer" || role === "administrator";
		expect((await overviewOf(name, "en")).includes("runs out in 12 days")).toBe(told);
		expect((await overviewOf(name, "zh")).includes("12 天后过期")).toBe(told);
	});
});
