import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ChainedAuditLog } from "../../src/audit/audit-log.js";
import { auditedStore } from "../../src/audit/audited-store.js";
import { AuditPage, AuditState } from "../../src/contracts/audit-page.js";
import { Retained } from "../../src/contracts/retention.js";
import { hashPassword } from "../../src/web/access/secrets.js";
import { finishedVehicle } from "../support/finished-vehicles.js";
import { createMemoryStore } from "../support/memory-store.js";
import { problemIn, type ServedWeb, serveWeb } from "../support/serve-web.js";

const PASSWORD = "correct horse battery";

describe("the plant's chain on the web", () => {
	const plain = createMemoryStore();
	const log = new ChainedAuditLog(plain.audit, "DEMO");
	const vehicle = finishedVehicle({ number: 1, fate: "wrong", sealedAt: "2026-03-14T09:00:00.000Z" });
	let web: ServedWeb;
	let auditor: string;
	beforeAll(async () => {
		web = await serveWeb({ store: auditedStore(plain, log), audit: log });
		auditor = await web.key("auditor", "ben");
		const secretHash = await hashPassword(PASSWORD);
		const account = {
			name: "cora",
			role: "auditor",
			displayName: "Cora",
			secretHash,
			disabled: false,
		} as const;
		await plain.accounts.create(account);
		await auditedStore(plain, log).inspections.project(vehicle);
	});
	afterAll(() => web.listening.close());

	const events = async (query: string) =>
		AuditPage.parse(await (await web.call(auditor, "GET", `/audit/events?${query}`)).json());

	const signIn = (password: string) =>
		fetch(`${web.url}/sign-in`, {
			method: "POST",
			redirect: "manual",
			body: new URLSearchParams({ name: "cora", password }),
		});

	const cookiesOf = (answer: Response) =>
		answer.headers
			.getSetCookie()
			.map((cookie) => cookie.split(";", 1)[0])
			.join("; ");

	it("tells of sign-ins and refused ones, with names that exist and no password", async () => {
		await signIn("wrong password");
		await signIn(PASSWORD);
		await fetch(`${web.url}/sign-in`, {
			method: "POST",
			redirect: "manual",
			body: new URLSearchParams({ name: PASSWORD, password: "cora" }),
		});
		const refused = (await events("action=sign_in_refused")).items;
		expect(refused.map(({ subject, why }) => [subject, why])).toEqual([
			["unknown", "no such account"],
			["cora", "wrong password"],
		]);
		expect((await events("action=signed_in")).items.map(({ who }) => who)).toEqual(["cora"]);
		expect(JSON.stringify((await events("limit=200")).items)).not.toContain(PASSWORD);
	});

	it("lists an inspection's events with who, why and digest, by page", async () => {
		const all = (await events(`subject=${vehicle.inspectionId}`)).items;
		expect(all.map(({ action }) => action).toReversed()).toEqual(vehicle.events.map(({ type }) => type));
		const decided = all.find(({ action }) => action === "decided");
		expect(decided).toMatchObject({
			who: "anna",
			role: "operator",
			sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
		});
		const first = await events(`subject=${vehicle.inspectionId}&limit=2`);
		const second = await events(`subject=${vehicle.inspectionId}&limit=2&after=${first.next}`);
		expect([...first.items, ...second.items]).toEqual(all.slice(0, 4));
	});

	it("refuses a cursor or an action that is none", async () => {
		for (const query of ["after=x", "action=nothing", "limit=0", "more=1"]) {
			const answer = await web.call(auditor, "GET", `/audit/events?${query}`);
			expect((await problemIn(answer)).code).toBe("request_invalid");
		}
	});

	it("says how the chain stands", async () => {
		const state = AuditState.parse(await (await web.call(auditor, "GET", "/audit/state")).json());
		expect(state.end).toEqual(await log.head());
		expect(state.lastVerification).toBeNull();
	});

	it("sets and lifts a legal hold with a reason, each once, and tells the chain", async () => {
		const path = `/inspections/${vehicle.inspectionId}/hold`;
		const held = Retained.parse(
			await (await web.call(auditor, "POST", path, { reason: "recall 17" })).json(),
		);
		expect(held.hold).toMatchObject({ by: "ben", reason: "recall 17" });
		const again = await web.call(auditor, "POST", path, { reason: "recall 17" });
		expect((await problemIn(again)).code).toBe("hold_conflict");
		expect((await web.call(auditor, "POST", `${path}/lift`, { reason: "" })).status).toBe(400);
		const lifted = await web.call(auditor, "POST", `${path}/lift`, { reason: "closed" });
		expect(Retained.parse(await lifted.json()).hold).toBeNull();
		const told = (await events(`subject=${vehicle.inspectionId}&who=ben`)).items;
		expect(told.map(({ action, why, role }) => [action, why, role])).toEqual([
			["hold_lifted", "closed", "auditor"],
			["not_done", "it is held already", "auditor"],
			["hold_set", "recall 17", "auditor"],
			["hold_set", "recall 17", "auditor"],
		]);
		const missing = await web.call(auditor, "POST", "/inspections/P-0-0/hold", { reason: "recall" });
		expect((await problemIn(missing)).code).toBe("inspection_missing");
	});

	it("has a page for auditors, narrowed and paged by its address, and none for operators", async () => {
		const cookie = cookiesOf(await signIn(PASSWORD));
		const page = await (await fetch(`${web.url}/audit`, { headers: { cookie } })).text();
		expect(page).toContain("<h1>Audit chain</h1>");
		expect(page).toContain("Not verified yet");
		expect(page).toContain("Sign-in refused");
		const narrowed = `${web.url}/audit?subject=${vehicle.inspectionId}&action=decided`;
		const found = await (await fetch(narrowed, { headers: { cookie } })).text();
		expect(found.match(/<th scope="row"/g)?.length).toBe(
			vehicle.events.filter(({ type }) => type === "decided").length,
		);
		const chinese = await fetch(`${web.url}/audit`, {
			headers: { cookie: `${cookie}; vinspect_language=zh` },
		});
		expect(await chinese.text()).toContain("审计链");
		const operator = await web.key("operator");
		const refused = await fetch(`${web.url}/audit`, { headers: { authorization: `Bearer ${operator}` } });
		expect(refused.status).toBe(403);
	});

	it("shows on an inspection's page what is held and what was deleted by which rule", async () => {
		const deletion = {
			class: "captures",
			sha256: "c".repeat(64),
			what: "stamp",
			rule: "captures: 30 days after sealing",
			at: "2026-06-01T00:00:00.000Z",
		} as const;
		await plain.retention.noteDeletions(vehicle.inspectionId, [deletion]);
		const cookie = cookiesOf(await signIn(PASSWORD));
		const address = `${web.url}/inspections/${vehicle.inspectionId}`;
		const page = await (await fetch(address, { headers: { cookie } })).text();
		expect(page).toContain(deletion.rule);
		expect(page).toContain(deletion.sha256);
		expect(page).toContain("Set a legal hold");
		const csrf = /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? "";
		const set = await fetch(`${address}/hold`, {
			method: "POST",
			redirect: "manual",
			headers: { cookie },
			body: new URLSearchParams({ _csrf: csrf, reason: "dispute 4" }),
		});
		expect(set.status).toBe(303);
		expect(await (await fetch(address, { headers: { cookie } })).text()).toContain("dispute 4");
	});
});
