import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { Inspection } from "../../src/contracts/inspection.js";
import { connectStore } from "../../src/persistence/mongo-store.js";
import type { Store } from "../../src/persistence/store.js";
import { createFileContentStore } from "../../src/storage/file-content-store.js";
import { hashPassword } from "../../src/web/access/secrets.js";
import { sampleException, sampleInspection, samplePlan, sampleRecord } from "../support/inspections.js";
import { createMemoryGateway } from "../support/memory-gateway.js";
import { createRulingGateway } from "../support/ruling-gateway.js";
import { problemIn, type ServedWeb, serveWeb } from "../support/serve-web.js";
import { uniqueDatabase } from "../support/servers.js";

let store: Store;
let web: ServedWeb;
let folder: string;
let station: string;
let operator: string;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "vinspect-web-"));
	store = await connectStore(uniqueDatabase(inject("mongoUri")));
	web = await serveWeb({
		store,
		gateway: createMemoryGateway(store),
		captures: await createFileContentStore(folder),
	});
	station = await web.key("station", "S10");
	operator = await web.key("operator", "op-1");
});
afterAll(async () => {
	await web.listening.close();
	await store.close();
	await rm(folder, { recursive: true, force: true });
});

describe("the API on the document store and the disk", () => {
	it("signs people in and out", async () => {
		const secretHash = await hashPassword("long enough");
		await store.accounts.create({
			name: "li",
			role: "engineer",
			displayName: "李",
			secretHash,
			disabled: false,
		});
		const credentials = { name: "li", password: "long enough" };
		const signedIn = await web.call(null, "POST", "/session", credentials);
		const cookie = signedIn.headers
			.getSetCookie()
			.map((c) => c.split(";", 1)[0])
			.join("; ");
		const me = await web.call(null, "GET", "/session", undefined, { cookie });
		expect(await me.json()).toMatchObject({ name: "li", role: "engineer" });
	});

	it("keeps plan, record, inspection and capture as the API describes them", async () => {
		const engineer = await web.key("engineer");
		const { plant: _p, revision: _r, status: _s, createdAt: _a, createdBy: _b, ...plan } = samplePlan;
		const { vin, model, market, attributes } = sampleRecord;
		expect((await web.call(engineer, "POST", "/plans", plan)).status).toBe(201);
		expect((await web.call(engineer, "GET", "/plans")).status).toBe(200);
		const put = await web.call(engineer, "PUT", "/vehicle-records/PN0001", {
			vin,
			model,
			market,
			attributes,
		});
		expect(put.status).toBe(201);
		const unknown = await web.call(engineer, "PUT", "/vehicle-records/PN0002", {
			vin,
			model,
			market,
			attributes: { wings: 2 },
		});
		expect(await problemIn(unknown)).toMatchObject({ status: 400, code: "request_invalid" });

		const body = { productionNumber: "PN0001", station: "S10" };
		const headers = { "idempotency-key": "in-1" };
		const first = await web.call(station, "POST", "/track-in", body, headers);
		expect(first.status).toBe(201);
		const again = await web.call(station, "POST", "/track-in", body, headers);
		expect(again.headers.get("idempotency-replayed")).toBe("true");
		expect(await again.json()).toEqual(await first.json());

		const picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: "#777" } })
			.png()
			.toBuffer();
		const form = new FormData();
		form.append("witness", "stamp");
		form.append("station", "S10");
		form.append("file", new Blob([new Uint8Array(picture)]), "stamp.png");
		const sent = await web.call(station, "POST", "/inspections/HZ1-PN0001-1/captures", form);
		expect(sent.status).toBe(202);
		const read = await web.call(operator, "GET", "/inspections/HZ1-PN0001-1");
		const inspection = Inspection.parse(await read.json());
		const sha256 = inspection.captures[0]?.sha256 ?? "";
		const original = await web.call(operator, "GET", `/captures/${sha256}`);
		expect(Buffer.from(await original.arrayBuffer())).toEqual(picture);
		expect((await web.call(operator, "GET", "/inspections?search=pn00&limit=1")).status).toBe(200);
		const unreadable = await web.call(operator, "GET", "/inspections?after=nonsense");
		expect(await problemIn(unreadable)).toMatchObject({ status: 400 });
	});

	it("lets one of many claim an exception", async () => {
		const { inspectionId } = sampleInspection({ productionNumber: "PN0009" });
		const exceptions = [sampleException(inspectionId)];
		await store.inspections.project(
			sampleInspection({ productionNumber: "PN0009", status: "reviewing", exceptions }),
		);
		const keys = await Promise.all(Array.from({ length: 10 }, () => web.key("operator")));
		const path = `/exceptions/${inspectionId}~stamp.vin`;
		const claims = await Promise.all(keys.map((key) => web.call(key, "POST", `${path}/claim`)));
		expect(claims.filter(({ status }) => status === 200)).toHaveLength(1);
		expect(claims.filter(({ status }) => status === 409)).toHaveLength(9);
		expect((await web.call(operator, "GET", path)).status).toBe(200);
		expect((await web.call(operator, "GET", "/exceptions")).status).toBe(200);
	});

	it("lets one of many decide an exception, and keeps nobody out afterwards", async () => {
		const ruling = await serveWeb({ store, gateway: createRulingGateway(store) });
		const { inspectionId } = sampleInspection({ productionNumber: "PN0010" });
		const exceptions = [sampleException(inspectionId)];
		await store.inspections.project(
			sampleInspection({ productionNumber: "PN0010", status: "reviewing", exceptions }),
		);
		const keys = await Promise.all(Array.from({ length: 20 }, () => ruling.key("operator")));
		const path = `/exceptions/${inspectionId}~stamp.vin`;
		const order = { action: "confirm_discrepancy", disposition: "rework" };
		const answers = await Promise.all(
			keys.map((key) =>
				ruling.call(key, "POST", `${path}/decisions`, { ...order, decisionId: randomUUID() }),
			),
		);
		expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
		const refused = answers.filter(({ status }) => status !== 200);
		const codes = new Set((await Promise.all(refused.map(problemIn))).map(({ code }) => code));
		// whoever came after the decision found the exception free, and decided
		expect(["exception_claimed", "decision_rejected"]).toEqual(expect.arrayContaining([...codes]));
		expect(await store.exceptions.get(`${inspectionId}~stamp.vin`)).toMatchObject({
			status: "resolved",
			claim: null,
			decisions: [expect.anything()],
		});
		await ruling.listening.close();
	});

	it("tells a waiting station that the outcome is sealed", async () => {
		const waiting = web.call(station, "GET", "/inspections/HZ1-PN0001-1/disposition?wait=20");
		await new Promise((resolve) => setTimeout(resolve, 500));
		const began = performance.now();
		const now = await store.inspections.get("HZ1-PN0001-1");
		if (!now) throw new Error("the inspection was tracked in above");
		await store.inspections.project({
			...now,
			version: now.version + 1,
			status: "sealed",
			disposition: "pass",
		});
		expect(await (await waiting).json()).toMatchObject({ status: "sealed", disposition: "pass" });
		expect(performance.now() - began).toBeLessThan(5_000);
	});
});
