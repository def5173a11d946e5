import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
	PLANT,
	sampleException,
	sampleInspection,
	samplePlan,
	sampleRecord,
} from "../support/inspections.js";
import { problemIn, type ServedWeb, serveWeb } from "../support/serve-web.js";

let web: ServedWeb;
let engineer: string;
let operator: string;
let station: string;
const record = { vin: sampleRecord.vin, model: "E5", market: "CN", attributes: { grossMass: 1890 } };

beforeAll(async () => {
	web = await serveWeb({ limits: { jsonBytes: 2_000 } });
	engineer = await web.key("engineer");
	operator = await web.key("operator", "op-1");
	station = await web.key("station", "S10");
});
afterAll(() => web.listening.close());

describe("problem documents", () => {
	it("answers everything under /api that is not there with one", async () => {
		for (const path of ["/api/v1/nothing", "/api", "/api/v2/inspections"]) {
			const response = await fetch(`${web.url}${path}`);
			expect(response.status, path).toBe(404);
			const problem = await problemIn(response);
			expect(problem).toMatchObject({
				type: "urn:vinspect:problem:not_found",
				code: "not_found",
				status: 404,
			});
			expect(problem.instance).toBe(response.headers.get("x-request-id"));
		}
	});

	it("keeps a sensible request id and replaces any other", async () => {
		const id = async (given: string) =>
			(await fetch(`${web.url}/health`, { headers: { "x-request-id": given } })).headers.get("x-request-id");
		expect(await id("mes-4711-abc")).toBe("mes-4711-abc");
		expect(await id("x")).toMatch(/^[0-9a-f-]{36}$/);
		expect(await id("<script>alert(1)</script>")).toMatch(/^[0-9a-f-]{36}$/);
	});

	it("names every part that is wrong", async () => {
		const response = await web.call(station, "POST", "/track-in", {
			productionNumber: "P 1",
			station: { $ne: "" },
			sequence: "1",
			$where: "1",
		});
		expect(response.status).toBe(400);
		const { code, errors } = await problemIn(response);
		expect(code).toBe("request_invalid");
		expect(errors?.map(({ path }) => path).toSorted()).toEqual([
			"",
			"productionNumber",
			"sequence",
			"station",
		]);
	});

	it("refuses broken, huge, compressed and wrongly typed bodies by name", async () => {
		const post = (body: string, type = "application/json", headers: object = {}) =>
			web.call(station, "POST", "/track-in", body, { "content-type": type, ...headers });
		expect(await problemIn(await post("{"))).toMatchObject({ status: 400, code: "request_invalid" });
		expect(await problemIn(await post(""))).toMatchObject({ status: 400, code: "request_invalid" });
		expect(await problemIn(await post("null"))).toMatchObject({ status: 400, code: "request_invalid" });
		expect(await problemIn(await post("a=b", "text/plain"))).toMatchObject({
			status: 415,
			code: "content_type",
		});
		const huge = JSON.stringify({ productionNumber: "x".repeat(5_000) });
		expect(await problemIn(await post(huge))).toMatchObject({ status: 413, code: "upload_too_large" });
		expect(
			await problemIn(await post("{}", "application/json", { "content-encoding": "gzip" })),
		).toMatchObject({ status: 415, code: "content_type" });
		expect(await problemIn(await post("{}", "application/json; charset=latin1"))).toMatchObject({
			status: 415,
		});
	});

	it("refuses broken addresses, unknown query parameters and other methods", async () => {
		expect(await problemIn(await web.call(engineer, "GET", "/inspections/%E0%A4%A"))).toMatchObject({
			status: 400,
		});
		expect(await problemIn(await web.call(engineer, "GET", "/inspections?statsu=sealed"))).toMatchObject({
			status: 400,
			code: "request_invalid",
		});
		const two = await web.call(engineer, "GET", "/inspections?limit=1&limit=2");
		expect(two.status).toBe(400);
		const response = await web.call(engineer, "PATCH", "/plans");
		expect(response.status).toBe(405);
		expect(response.headers.get("allow")).toBe("GET, HEAD, POST");
	});

	it("speaks Chinese to who asks for it", async () => {
		const response = await web.call(null, "GET", "/inspections", undefined, {
			"accept-language": "zh-CN,zh",
		});
		expect(await problemIn(response)).toMatchObject({ title: "请先登录。", code: "unauthenticated" });
		expect(response.headers.get("content-language")).toBe("zh");
	});

	it("tells nothing of its inside when it breaks its own promise, and logs it", async () => {
		const broken = sampleInspection({ productionNumber: "BROKEN" });
		await web.store.inspections.project({ ...broken, version: -1 });
		const response = await web.call(operator, "GET", `/inspections/${broken.inspectionId}`);
		const problem = await problemIn(response);
		expect(problem).toMatchObject({ status: 500, code: "internal" });
		expect(JSON.stringify(problem)).not.toContain("version");
		const logged = web.log.find((line) => line.requestId === problem.instance && line.level === 50);
		expect(JSON.stringify(logged)).toContain("getInspection answered what breaks its schema: version");
	});

	it("survives what is not even HTTP", async () => {
		const socket = connect(web.listening.port, "127.0.0.1");
		socket.resume();
		socket.write("GET /api/v1/inspections HTTP/9.9\r\n\0\r\n\r\n");
		await new Promise((resolve) => socket.once("close", resolve));
		expect((await fetch(`${web.url}/health`)).status).toBe(200);
	});

	it("sends strict headers with everything", async () => {
		const { headers } = await fetch(`${web.url}/health`);
		const policy = headers.get("content-security-policy") ?? "";
		expect(policy).toContain("default-src 'self'");
		expect(policy).not.toContain("unsafe");
		expect(headers.get("x-content-type-options")).toBe("nosniff");
		expect(headers.get("x-powered-by")).toBeNull();
	});
});

describe("records, plans and track-in", () => {
	it("keeps a vehicle record in revisions", async () => {
		const put = (body: object) => web.call(engineer, "PUT", "/vehicle-records/PN0001", body);
		const first = await put(record);
		expect(first.status).toBe(201);
		expect(await first.json()).toMatchObject({ productionNumber: "PN0001", revision: 1, plant: PLANT });
		expect((await put({ ...record, productionNumber: "PN0001" })).status).toBe(200);
		expect(await (await put({ ...record, attributes: { grossMass: 1900 } })).json()).toMatchObject({
			revision: 2,
		});
		expect(await problemIn(await put({ ...record, productionNumber: "PN0002" }))).toMatchObject({
			status: 400,
		});
		expect(await problemIn(await put({ ...record, vin: "LSGJA52U0IA000019" }))).toMatchObject({
			errors: [{ path: "vin" }],
		});
		const revisions = await web.call(operator, "GET", "/vehicle-records/PN0001/revisions");
		expect(await revisions.json()).toMatchObject({ items: [{ revision: 1 }, { revision: 2 }] });
		const page = await web.call(operator, "GET", "/vehicle-records?limit=1");
		expect(await page.json()).toMatchObject({ items: [{ revision: 2 }], next: null });
		expect(await problemIn(await web.call(operator, "GET", "/vehicle-records/PN9"))).toMatchObject({
			code: "record_missing",
		});
	});

	it("hands an import over as it is, and reports what became of it", async () => {
		const csv = "productionNumber,vin\n";
		const type = (value: string) => ({ "content-type": value });
		const answer = await web.call(engineer, "POST", "/vehicle-records/import", csv, type("text/csv"));
		expect(await answer.json()).toMatchObject({ rows: 2, problems: [{ line: 3, field: "vin" }] });
		const xml = await web.call(engineer, "POST", "/vehicle-records/import", "<a/>", type("text/xml"));
		expect(await problemIn(xml)).toMatchObject({ status: 415, code: "content_type" });
	});

	it("releases a plan where nothing else is said", async () => {
		const { plant, revision, status, createdAt, createdBy, ...content } = samplePlan;
		const answer = await web.call(engineer, "POST", "/plans", content);
		expect(answer.status).toBe(201);
		expect(await answer.json()).toMatchObject({ plant, revision, status, witnesses: content.witnesses });
		expect([createdAt, createdBy].every(Boolean)).toBe(true);
		expect(await (await web.call(operator, "GET", "/plans")).json()).toMatchObject({
			items: [{ model: "E5" }],
		});
	});

	it("tracks in once, and finds it again", async () => {
		const body = { productionNumber: "PN0001", station: "S10" };
		const first = await web.call(station, "POST", "/track-in", body);
		expect(first.status).toBe(201);
		expect(await first.json()).toMatchObject({ inspectionId: "HZ1-PN0001-1", status: "collecting" });
		expect((await web.call(station, "POST", "/track-in", body)).status).toBe(200);
		const unknown = await web.call(station, "POST", "/track-in", { ...body, productionNumber: "PN404" });
		expect(await problemIn(unknown)).toMatchObject({ status: 404, code: "record_missing" });
		const long = await web.call(station, "POST", "/track-in", { ...body, productionNumber: "P".repeat(80) });
		expect(await problemIn(long)).toMatchObject({ status: 400, errors: [{ path: "productionNumber" }] });
	});

	it("shows a station its own inspections only", async () => {
		const stranger = await web.key("station", "S99");
		expect((await web.call(station, "GET", "/inspections/HZ1-PN0001-1")).status).toBe(200);
		expect((await web.call(stranger, "GET", "/inspections/HZ1-PN0001-1")).status).toBe(403);
		expect((await web.call(stranger, "GET", "/inspections/HZ1-PN0001-1/disposition")).status).toBe(403);
		const list = await (await web.call(stranger, "GET", "/inspections?search=LSGJ")).json();
		expect(list).toMatchObject({ items: [] });
		expect((await web.call(operator, "GET", "/inspections/HZ1-PN404-1")).status).toBe(404);
	});
});

describe("exceptions", () => {
	const { inspectionId } = sampleInspection({ productionNumber: "PN0007" });
	const exceptionId = `${inspectionId}~stamp.vin`;
	const decision = {
		decisionId: "0d0b0a3e-52a5-4b5e-9f5e-0d8ad1f0a001",
		action: "confirm_discrepancy",
		disposition: "rework",
	};

	it("claims, decides and undoes", async () => {
		const exceptions = [sampleException(inspectionId)];
		const reviewing = { productionNumber: "PN0007", status: "reviewing", exceptions } as const;
		await web.store.inspections.project(sampleInspection(reviewing));
		const other = await web.key("operator", "op-2");
		const at = (path: string) => `/exceptions/${exceptionId}${path}`;
		const queue = await (await web.call(operator, "GET", "/exceptions")).json();
		expect(queue).toMatchObject({ items: [{ exceptionId, claim: null, vin: sampleRecord.vin }] });

		expect(await (await web.call(operator, "POST", at("/claim"))).json()).toMatchObject({ by: "op-1" });
		expect((await web.call(operator, "POST", at("/claim"))).status).toBe(200);
		expect(await problemIn(await web.call(other, "POST", at("/claim")))).toMatchObject({
			status: 409,
			code: "exception_claimed",
			detail: expect.stringContaining("op-1"),
		});
		expect(await problemIn(await web.call(other, "POST", at("/decisions"), decision))).toMatchObject({
			code: "exception_claimed",
		});
		const decided = await web.call(operator, "POST", at("/decisions"), decision);
		expect(await decided.json()).toMatchObject({
			status: "resolved",
			decisions: [{ by: "op-1", role: "operator" }],
		});
		expect(await problemIn(await web.call(operator, "POST", at("/decisions"), decision))).toMatchObject({
			code: "decision_rejected",
		});
		expect(await (await web.call(operator, "POST", at("/undo"))).json()).toMatchObject({ status: "open" });
		expect((await web.call(operator, "DELETE", at("/claim"))).status).toBe(204);
		expect((await web.call(other, "POST", at("/claim"))).status).toBe(200);
	});

	it("wants what the action needs", async () => {
		const post = async (body: object) =>
			problemIn(await web.call(operator, "POST", `/exceptions/${exceptionId}/decisions`, body));
		const { decisionId } = decision;
		expect(await post({ decisionId, action: "override" })).toMatchObject({ errors: [{ path: "reason" }] });
		expect(await post({ decisionId, action: "correct_reading" })).toMatchObject({
			errors: [{ path: "correctedText" }],
		});
		expect(await post({ decisionId: "1", action: "accept_all" })).toMatchObject({ status: 400 });
	});
});

describe("Idempotency-Key", () => {
	const body = { productionNumber: "PN0001", station: "S10", sequence: 2 };
	const post = (key: string, content: object, who = station) =>
		web.call(who, "POST", "/track-in", content, { "idempotency-key": key });

	it("repeats the first answer, status and all", async () => {
		const first = await post("k1", body);
		const again = await post("k1", { sequence: 2, station: "S10", productionNumber: "PN0001" });
		expect([first.status, again.status]).toEqual([201, 201]);
		expect(first.headers.get("idempotency-replayed")).toBeNull();
		expect(again.headers.get("idempotency-replayed")).toBe("true");
		expect(await again.json()).toEqual(await first.json());
	});

	it("refuses the key for another request, but not for another actor", async () => {
		expect(await problemIn(await post("k1", { ...body, sequence: 3 }))).toMatchObject({
			status: 422,
			code: "idempotency_mismatch",
		});
		const other = await web.key("station", "S20");
		const theirs = { ...body, station: "S20", sequence: 3 };
		expect((await post("k1", theirs, other)).status).toBe(201);
	});

	it("answers one of two at once, and tells the other to come again", async () => {
		let release = () => {};
		const held = new Promise<void>((resolve) => {
			release = resolve;
		});
		const slow = await serveWeb({
			importVehicleRecords: async () => {
				await held;
				return { rows: 0, created: 0, revised: 0, unchanged: 0, rejected: 0, problems: [] };
			},
		});
		const key = await slow.key("engineer");
		const send = () =>
			slow.call(key, "POST", "/vehicle-records/import", "[]", { "idempotency-key": "at-once" });
		const first = send();
		await expect.poll(async () => (await problemOrNull(await send()))?.code).toBe("idempotency_in_progress");
		release();
		expect((await first).status).toBe(200);
		expect((await send()).headers.get("idempotency-replayed")).toBe("true");
		await slow.listening.close();
	});

	it("keeps no failure", async () => {
		const late = { productionNumber: "LATE", station: "S10" };
		expect((await post("k2", late)).status).toBe(404);
		await web.call(engineer, "PUT", "/vehicle-records/LATE", record);
		expect((await post("k2", late)).status).toBe(201);
	});

	it("refuses keys that are none", async () => {
		expect(await problemIn(await post("k".repeat(201), body))).toMatchObject({ status: 400 });
	});
});

async function problemOrNull(response: Response) {
	return response.ok ? null : problemIn(response);
}
