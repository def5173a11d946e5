import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { PlanChangesAnswer } from "../../src/contracts/api.js";
import { InspectionPlan, type InspectionPlanInput } from "../../src/contracts/plan.js";
import { fieldsOfKind } from "../../src/domain/fields-of-kind.js";
import { MOST_WITNESSES } from "../../src/domain/plan.js";
import { RULES } from "../../src/domain/rules/index.js";
import { connectStore } from "../../src/persistence/mongo-store.js";
import type { Store } from "../../src/persistence/store.js";
import { hashPassword } from "../../src/web/access/secrets.js";
import { valuesOfPlan } from "../../src/web/plans/plan-form.js";
import { LARGEST_PLAN_FORM } from "../../src/web/plans/plan-form-size.js";
import { finishedVehicle } from "../support/finished-vehicles.js";
import { PLANT, samplePlan } from "../support/inspections.js";
import { createMemoryGateway } from "../support/memory-gateway.js";
import { PLAN } from "../support/sample-vehicle.js";
import { problemIn, type ServedWeb, serveWeb } from "../support/serve-web.js";
import { uniqueDatabase } from "../support/servers.js";

let store: Store;
let web: ServedWeb;
beforeAll(async () => {
	store = await connectStore(uniqueDatabase(inject("mongoUri")));
	web = await serveWeb({ store, gateway: createMemoryGateway(store) });
});
afterAll(async () => {
	await web.listening.close();
	await store.close();
});

const { plant: _p, revision: _r, status: _s, createdAt: _a, createdBy: _b, ...input } = samplePlan;

describe("revisions of a plan on the document store", () => {
	it("go to one of many who saved on the same revision, and tell the others whose it is", async () => {
		const plan = { ...PLAN, model: "raced" };
		await store.plans.save(PLANT, plan, "released", "first", 0);
		const names = Array.from({ length: 8 }, (_, index) => `engineer-${index}`);
		const saved = await Promise.allSettled(
			names.map((name) => store.plans.save(PLANT, plan, "draft", name, 1)),
		);
		const won = saved.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
		expect(won.map(({ revision }) => revision)).toEqual([2]);
		const lost = saved.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
		expect(lost).toHaveLength(7);
		for (const error of lost) {
			expect(error).toMatchObject({ code: "revision_conflict" });
			expect(error.message).toContain(won[0]?.createdBy);
		}
		const kept = (await store.plans.list(PLANT)).filter(({ model }) => model === "raced");
		expect(kept.map(({ revision }) => revision)).toEqual([2, 1]);
	});

	it("are each made once where nobody names what they knew", async () => {
		const plan = { ...PLAN, model: "unguarded" };
		const saved = await Promise.all(
			Array.from({ length: 6 }, () => store.plans.save(PLANT, plan, "draft", "somebody")),
		);
		expect(saved.map(({ revision }) => revision).toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
	});

	it("leave the released one in force while drafts come after it", async () => {
		const plan = { ...PLAN, model: "drafted" };
		await store.plans.save(PLANT, plan, "released", "anna", 0);
		await store.plans.save(PLANT, { ...plan, undoSeconds: 60 }, "draft", "ben", 1);
		expect(await store.plans.released(PLANT, "drafted")).toMatchObject({ revision: 1 });
		await store.plans.save(PLANT, { ...plan, undoSeconds: 60 }, "released", "anna", 2);
		expect(await store.plans.released(PLANT, "drafted")).toMatchObject({ revision: 3, undoSeconds: 60 });
	});
});

describe("the API of plans on the document store", () => {
	it("drafts, compares, releases, and refuses who is late", async () => {
		const [engineer, auditor] = [await web.key("engineer"), await web.key("auditor")];
		const post = (body: object, key = engineer) => web.call(key, "POST", "/plans", body);
		expect((await post({ ...input, newest: 0 })).status).toBe(201);
		const [first, ...others] = input.witnesses;
		const changed = { ...input, undoSeconds: 90, witnesses: first ? [first] : [], newest: 1 };
		const drafted = await post({ ...changed, status: "draft" });
		expect(InspectionPlan.parse(await drafted.json())).toMatchObject({ revision: 2, status: "draft" });

		const late = await problemIn(await post({ ...changed, status: "draft" }));
		expect(late).toMatchObject({ status: 409, code: "revision_conflict" });

		const path = `/plans/${input.model}/changes?from=1&to=2`;
		const changes = PlanChangesAnswer.parse(await (await web.call(auditor, "GET", path)).json());
		expect(changes.values).toEqual([{ member: "undoSeconds", from: "5", to: "90" }]);
		expect(changes.witnesses.map(({ id, change }) => [id, change])).toEqual(
			others.map(({ id }) => [id, "removed"]),
		);
		const unknown = await web.call(auditor, "GET", `/plans/${input.model}/changes?from=1&to=9`);
		expect(await problemIn(unknown)).toMatchObject({ code: "plan_missing" });

		expect((await post({ ...changed, newest: 2 })).status).toBe(201);
		expect(await store.plans.released(PLANT, input.model)).toMatchObject({ revision: 3, undoSeconds: 90 });
		expect(await problemIn(await post({ ...changed, newest: 3 }, auditor))).toMatchObject({
			code: "forbidden",
		});
	});
});

/** An engineer's session, as a browser holds it. */
async function signedIn(name: string) {
	const credentials = { name, password: "long enough" };
	const secretHash = await hashPassword(credentials.password);
	await store.accounts.create({
		...{ name, role: "engineer", displayName: "赵", secretHash, disabled: false },
	});
	const answer = await web.call(null, "POST", "/session", credentials);
	const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(";", 1)[0]);
	const { csrfToken } = await answer.json();
	return { cookie: cookies.join("; "), csrfToken: String(csrfToken) };
}

describe("the editor's form", () => {
	const names = (start: string) => start.padEnd(80, "x");
	const label = "铭".repeat(200);
	const large = (count: number): InspectionPlanInput => ({
		...{ model: names("largest"), label: { en: label, zh: label }, market: "CN", checkDigit: "mandatory" },
		...{ captureDeadlineMinutes: 61, decisionDeadlineMinutes: 62, undoSeconds: 63 },
		rules: RULES.map(({ name }) => name),
		witnesses: Array.from({ length: count }, (_, index) => ({
			...{ id: names(`certificate-${index}-`), kind: "certificate", label: { en: label, zh: label } },
			...{ station: names(`station-${index}-`), fields: [...fieldsOfKind("certificate")] },
		})),
	});
	const bodyOf = (plan: InspectionPlanInput, csrfToken: string) => {
		const { labelEn, labelZh, witnesses, rules, ...values } = valuesOfPlan(plan);
		const form = new URLSearchParams({ ...values, "label.en": labelEn, "label.zh": labelZh });
		for (const [key, value] of Object.entries({ _csrf: csrfToken, origin: "", revision: "", newest: "0" }))
			form.set(key, value);
		form.set("do", "save");
		for (const [index, witness] of witnesses.entries()) {
			form.set(`w.${index}.id`, witness.id);
			form.set(`w.${index}.kind`, witness.kind);
			form.set(`w.${index}.label.en`, witness.labelEn);
			form.set(`w.${index}.label.zh`, witness.labelZh);
			form.set(`w.${index}.station`, witness.station);
			for (const field of witness.fields) form.set(`w.${index}.field.${field}`, "on");
		}
		for (const rule of rules) form.set(`rule.${rule}`, "on");
		return form;
	};

	it("saves the largest plan there may be, and says of a larger one that it is too large", async () => {
		const { cookie, csrfToken } = await signedIn("qian");
		const send = (body: URLSearchParams, accept = "application/json") =>
			fetch(`${web.url}/plans/edit`, {
				...{ method: "POST", body, redirect: "manual" },
				headers: { cookie, accept },
			});
		const largest = large(MOST_WITNESSES);
		const body = bodyOf(largest, csrfToken);
		expect(body.size).toBe(LARGEST_PLAN_FORM.fields);
		expect(body.size).toBeGreaterThan(1000);
		const answer = await send(body);
		expect([answer.status, answer.headers.get("location")]).toEqual([303, `/plans/${largest.model}?saved=1`]);
		const kept = (await store.plans.list(PLANT)).find(({ model }) => model === largest.model);
		expect(kept).toMatchObject({ ...largest, revision: 1, status: "draft" });
		const editor = await fetch(`${web.url}/plans/${largest.model}/edit`, { headers: { cookie } });
		const page = await editor.text();
		expect(page).toContain("A plan has at most 20 witnesses.");
		expect(page).not.toContain('id="add-witness"');

		const larger = await problemIn(await send(bodyOf(large(MOST_WITNESSES + 1), csrfToken)));
		expect(larger).toMatchObject({ status: 413, code: "upload_too_large" });
		expect(larger.detail).toMatch(/larger|more fields/);

		const fields = new URLSearchParams({ _csrf: csrfToken });
		for (let index = 0; index < LARGEST_PLAN_FORM.fields; index += 1) fields.set(`f${index}`, "");
		expect(await problemIn(await send(fields))).toMatchObject({
			...{ status: 413, code: "upload_too_large" },
			detail: "The form has more fields than this operation takes.",
		});

		// one witness too many, though each of them is small
		const small = large(MOST_WITNESSES + 1).witnesses.map((one) => ({ ...one, fields: ["vin"] }));
		const tooMany = { ...largest, label: { en: "x", zh: "x" }, witnesses: small };
		const refused = await problemIn(await send(bodyOf(tooMany, csrfToken)));
		expect(refused).toMatchObject({
			...{ status: 400, code: "request_invalid", detail: "A plan has at most 20 witnesses." },
			errors: [{ path: "witnesses", message: "are more than 20" }],
		});
		const key = await web.key("engineer");
		const byApi = await problemIn(await web.call(key, "POST", "/plans", { ...tooMany, newest: 1 }));
		expect(byApi).toMatchObject({ status: 400, errors: refused.errors });
		const revisions = (await store.plans.list(PLANT)).filter(({ model }) => model === largest.model);
		expect(revisions).toHaveLength(1);
	});
});

describe("the page that tries a plan out", () => {
	it("says beside the file what is wrong with it, and keeps what was typed", async () => {
		await store.plans.save(PLANT, { ...PLAN, model: "tried" }, "draft", "test", 0);
		const { cookie, csrfToken } = await signedIn("zhao");
		const send = async (file: Blob, record: string) => {
			const form = new FormData();
			form.append("_csrf", csrfToken);
			form.append("revision", "1");
			form.append("witness", "nameplate");
			form.append("record", record);
			form.append("file", file, "picture.jpg");
			const headers = { cookie, accept: "text/html", "accept-language": "zh-CN" };
			const address = `${web.url}/plans/tried/try-out`;
			return fetch(address, { method: "POST", body: form, headers, redirect: "manual" });
		};
		const refused = await send(new Blob(["no picture"]), "<script>alert(1)</script>");
		expect(refused.status).toBe(422);
		const page = await refused.text();
		expect(page).toContain("图像无法解码。");
		expect(page).toContain('value="&lt;script&gt;alert(1)&lt;/script&gt;"');
		expect(page).toContain('name="witness" value="nameplate"');

		// a witness new to the draft, of a model no vehicle of which was here yet
		const vehicle = finishedVehicle({ number: 7, fate: "good", sealedAt: "2026-03-14T08:00:00.000Z" });
		await store.inspections.project(vehicle);
		const [, nameplate] = PLAN.witnesses;
		if (!nameplate) throw new Error("the plan has a nameplate");
		const added = { ...nameplate, id: "second-plate" };
		const elsewhere = { ...added, id: "third-plate", station: "station-9" };
		const fresh = { ...PLAN, model: "fresh", witnesses: [added, elsewhere] };
		await store.plans.save(PLANT, fresh, "draft", "test", 0);
		const offeredFor = async (model: string, witness: string) => {
			const address = `${web.url}/plans/${model}/try-out?revision=1&witness=${witness}`;
			const text = await (await fetch(address, { headers: { cookie, accept: "text/html" } })).text();
			return [...text.matchAll(/captures\/([0-9a-f]{64})\?width/g)].map(([, sha256]) => sha256);
		};
		const ofWitness = (witness: string) =>
			vehicle.captures.filter((capture) => capture.witness === witness).map(({ sha256 }) => sha256);
		expect(ofWitness("nameplate")).toHaveLength(1);
		expect(await offeredFor("fresh", "second-plate")).toEqual(ofWitness("nameplate"));
		expect(await offeredFor("fresh", "third-plate")).toEqual([]);
		// its own are offered once, not again as those of its kind
		await store.plans.save(PLANT, PLAN, "released", "test", 0);
		expect(await offeredFor(PLAN.model, "stamp")).toEqual(ofWitness("stamp"));

		const nowhere = await fetch(`${web.url}/plans/tried/try-out`, {
			headers: { cookie, accept: "text/html" },
		});
		expect(nowhere.status).toBe(409);
	});
});
