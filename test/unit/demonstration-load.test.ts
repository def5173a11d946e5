import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadDemonstration } from "../../src/demonstration/load.js";
import { VEHICLES } from "../../src/demonstration/plant.js";

/** Two vehicles with their first picture each. */
const SHIFT = VEHICLES.slice(0, 2).map((vehicle) => ({ ...vehicle, captures: vehicle.captures.slice(0, 1) }));

interface Sent {
	readonly inspectionId: string;
	readonly witness: string;
	readonly sha256: string;
	readonly by: string;
	readonly key: string;
}

/** Behaves as HTTP API v1 does, as far as a station and an administrator see it. */
class Service {
	readonly sent: Sent[] = [];
	readonly imports: string[] = [];
	readonly plans: string[] = [];
	readonly stations = new Map<string, string>();
	readonly records = new Set<string>();
	finished = new Set<string>();
	/** Captures that are answered with 503 before one is taken in. */
	refusals = 1;
	private readonly server: Server;

	constructor() {
		this.server = createServer((request, response) => {
			this.answer(request)
				.then(([status, body, headers]) => {
					response.writeHead(status, { "Content-Type": "application/json", ...headers });
					response.end(JSON.stringify(body));
				})
				.catch((error: unknown) => response.writeHead(500).end(String(error)));
		});
	}

	async listen(): Promise<string> {
		this.server.listen(0, "127.0.0.1");
		await once(this.server, "listening");
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	async close() {
		this.server.closeAllConnections();
		this.server.close();
		await once(this.server, "close");
	}

	private identity({ headers, method }: IncomingMessage): string | null {
		if (headers.cookie === "vinspect_session=s1; vinspect_csrf=c1") {
			const mayWrite = method === "GET" || headers["x-csrf-token"] === "c1";
			return mayWrite ? "administrator" : null;
		}
		const key = headers.authorization?.replace(/^Bearer /, "");
		return [...this.stations].find(([, known]) => known === key)?.[0] ?? null;
	}

	private async answer(
		request: IncomingMessage,
	): Promise<[status: number, body: unknown, headers?: Record<string, string | string[]>]> {
		const path = new URL(request.url ?? "/", "http://service").pathname.replace("/api/v1", "");
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const body = Buffer.concat(chunks);
		const problem = (status: number, code: string) =>
			[status, { type: "about:blank", title: code, status, detail: code, code }] as [number, unknown];
		if (path === "/session") {
			const cookies = ["vinspect_session=s1; HttpOnly; Path=/", "vinspect_csrf=c1; Path=/"];
			return [200, { name: "administrator", csrfToken: "c1" }, { "Set-Cookie": cookies }];
		}
		const by = this.identity(request);
		if (by === null) return problem(401, "unauthenticated");
		if (path === "/vehicle-records") {
			return [
				200,
				{ items: [...this.records].map((productionNumber) => ({ productionNumber })), next: null },
			];
		}
		if (path === "/vehicle-records/import") {
			const rows = body.toString().trimEnd().split("\r\n").slice(1);
			for (const row of rows) this.records.add(row.split(",", 1)[0] ?? "");
			this.imports.push(request.headers["content-type"] ?? "");
			return [200, { rows: rows.length, created: rows.length, rejected: 0, problems: [] }];
		}
		if (path === "/plans") {
			if (request.method === "POST")
				this.plans.push((JSON.parse(body.toString()) as { model: string }).model);
			return [200, { items: this.plans.map((model) => ({ model, status: "released" })) }];
		}
		if (path === "/stations") {
			const { name } = JSON.parse(body.toString()) as { name: string };
			if (this.stations.has(name)) return problem(409, "name_taken");
			this.stations.set(name, `key-of-${name}`);
			return [201, { name, key: `key-of-${name}` }];
		}
		if (path === "/track-in") {
			const { productionNumber } = JSON.parse(body.toString()) as { productionNumber: string };
			if (this.finished.has(productionNumber)) return problem(409, "inspection_finished");
			const inspectionId = `P-${productionNumber}-1`;
			const captures = this.sent.filter((sent) => sent.inspectionId === inspectionId);
			return [201, { inspectionId, status: "collecting", captures }];
		}
		const [, inspectionId] = /^\/inspections\/([^/]+)\/captures$/.exec(path) ?? [];
		if (!inspectionId) return problem(404, "not_found");
		if (this.refusals > 0) {
			this.refusals -= 1;
			return problem(503, "workflow_unavailable");
		}
		const headers = { "Content-Type": request.headers["content-type"] ?? "" };
		const form = await new Response(new Uint8Array(body), { headers }).formData();
		const file = form.get("file");
		if (!(file instanceof File)) return problem(400, "request_invalid");
		const sha256 = createHash("sha256")
			.update(Buffer.from(await file.arrayBuffer()))
			.digest("hex");
		const witness = String(form.get("witness"));
		this.sent.push({ inspectionId, witness, sha256, by, key: String(request.headers["idempotency-key"]) });
		return [202, { status: "accepted", capture: {} }];
	}
}

describe("loadDemonstration", () => {
	let service: Service;
	let baseUrl: string;
	let lines: string[];
	beforeEach(async () => {
		service = new Service();
		baseUrl = await service.listen();
		lines = [];
	});
	afterEach(() => service.close());

	const load = () =>
		loadDemonstration({
			baseUrl,
			administrator: { name: "administrator", password: "first password" },
			progress: (line) => lines.push(line),
			taktMs: 0,
			vehicles: SHIFT,
		});

	it("sets the plant up and sends every picture from its station, through a service that is busy at first", async () => {
		await load();
		expect(service.imports).toEqual(["text/csv"]);
		expect([...service.records]).toEqual(SHIFT.map(({ record }) => record.productionNumber));
		expect(service.plans).toEqual(["LANXING-X5", "NORDHAVEN-N4", "PRAIRIECREST-R7"]);
		expect(service.sent.map(({ inspectionId, witness, by }) => [inspectionId, witness, by])).toEqual([
			["P-LX26-0417-1", "stamp", "body-stamp"],
			["P-PC26-8342-1", "stamp", "body-stamp"],
		]);
		expect(new Set(service.sent.map(({ key }) => key)).size).toBe(2);
		expect(lines.some((line) => line.startsWith("LX26-0417 has passed every station"))).toBe(true);
	});

	it("goes on where it was interrupted and repeats nothing", async () => {
		await load();
		const [first, second] = [...service.sent];
		service.sent.splice(1);
		await load();
		expect(service.imports).toHaveLength(1);
		expect(service.plans).toHaveLength(3);
		expect(service.sent).toHaveLength(2);
		expect(service.sent[0]).toEqual(first);
		// The station's key was shown once; its picture is the same to the byte.
		expect(service.sent[1]).toMatchObject({ witness: "stamp", sha256: second?.sha256, by: "administrator" });
	});

	it("passes a finished vehicle by", async () => {
		service.finished.add("LX26-0417");
		await load();
		expect(service.sent.map(({ inspectionId }) => inspectionId)).toEqual(["P-PC26-8342-1"]);
	});

	it("gives up on a service that stays away, saying which call failed", async () => {
		service.refusals = Number.POSITIVE_INFINITY;
		const loading = loadDemonstration({
			baseUrl,
			administrator: { name: "administrator", password: "first password" },
			progress: () => {},
			taktMs: 0,
			patienceMs: 300,
			vehicles: SHIFT,
		});
		await expect(loading).rejects.toThrow(/captures: workflow_unavailable/);
	});
});
