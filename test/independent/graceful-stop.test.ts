import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadDemonstration } from "../../src/demonstration/load.js";
import { VEHICLES } from "../../src/demonstration/plant.js";
import { findFreePort } from "../../src/embedded/free-port.js";
import { connectStore } from "../../src/persistence/mongo-store.js";
import type { Store } from "../../src/persistence/store.js";
import { createFirstAccounts } from "../../src/supervision/first-accounts.js";
import { RunningService } from "../support/running-service.js";
import { startTestServers, type TestServers } from "../support/servers.js";

let folder: string;
let servers: TestServers;
let store: Store;
let environment: NodeJS.ProcessEnv;
const metricsPorts: Record<string, number> = {};
let password = "";

/** A process of its own with a port for its probes. */
async function process_(name: "web" | "worker", more: NodeJS.ProcessEnv = {}): Promise<RunningService> {
	const port = await findFreePort();
	const label = more.WORKER_QUEUES ?? name;
	metricsPorts[label] = port;
	return RunningService.start(name, { ...environment, METRICS_PORT: String(port), ...more }, port);
}

const readyOf = async (port: number | undefined) =>
	(await fetch(`http://127.0.0.1:${port}/ready`).then((a) => a.json())) as { status: string; parts: object };

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "vinspect-stop-"));
	servers = await startTestServers();
	const { mongoUri, temporalAddress } = servers;
	environment = { DATA_DIR: folder, MONGODB_URI: mongoUri, TEMPORAL_ADDRESS: temporalAddress };
	store = await connectStore(mongoUri);
	const accounts = await createFirstAccounts(store.accounts, folder);
	password = accounts.find(({ name }) => name === "administrator")?.password ?? "";
}, 300_000);
afterAll(async () => {
	await store?.close();
	await servers?.stop();
	await rm(folder, { recursive: true, force: true });
}, 60_000);

describe.sequential("processes of their own, one worker for each task queue", { timeout: 300_000 }, () => {
	const running: RunningService[] = [];
	afterAll(async () => {
		for (const service of running) await service.stop();
	}, 120_000);

	it("only the worker of the queue reports opens the signing key", async () => {
		for (const queue of ["verification", "records", "vision", "reports"])
			running.push(await process_("worker", { WORKER_QUEUES: queue }));
		const parts = async (queue: string) => Object.keys((await readyOf(metricsPorts[queue])).parts);
		expect(await parts("vision")).toEqual(["store", "workflow", "pictures"]);
		expect(await parts("reports")).toEqual(["store", "workflow", "pictures", "signing_key"]);
	});

	it("the web finishes what it answers, says first that it is not ready, then closes its port", async () => {
		const web = await process_("web", { DRAIN_SECONDS: "3" });
		const vehicle = VEHICLES[0];
		if (!vehicle) throw new Error("the plant has vehicles");
		const administrator = { name: "administrator", password };
		await loadDemonstration({
			...{ baseUrl: web.url, administrator, progress: () => {}, vehicles: [vehicle], taktMs: 0 },
		});
		const signedIn = await fetch(`${web.url}/api/v1/session`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify(administrator),
		});
		const cookie = signedIn.headers
			.getSetCookie()
			.map((one) => one.split(";", 1)[0])
			.join("; ");
		// A track-in of its own, without captures: its track-out waits.
		const headers = {
			cookie,
			"x-csrf-token": ((await signedIn.json()) as { csrfToken: string }).csrfToken,
			"content-type": "application/json",
		};
		const { productionNumber } = vehicle.record;
		const trackedIn = await fetch(`${web.url}/api/v1/track-in`, {
			method: "POST",
			headers,
			body: JSON.stringify({ productionNumber, station: "S1", sequence: 2 }),
		});
		expect(trackedIn.status).toBeLessThan(300);
		const id = `DEMO-${productionNumber}-2`;
		const waiting = fetch(`${web.url}/api/v1/inspections/${id}/disposition?wait=30`, { headers: { cookie } });
		await pause(500);
		const stopping = web.stop();
		await pause(700);
		expect(await readyOf(metricsPorts.web)).toMatchObject({ status: "draining" });
		expect((await fetch(`${web.url}/ready`)).status).toBe(503);
		expect((await fetch(`${web.url}/api/v1/inspections/${id}`, { headers: { cookie } })).status).toBe(200);
		const answer = await waiting;
		expect(answer.status).toBeLessThan(300);
		expect(await stopping).toBe(0);
		await expect(fetch(`${web.url}/health`)).rejects.toThrow();
	});
});

describe("a worker that is asked to stop in the middle of its work", { timeout: 900_000 }, () => {
	it("ends in order, and what it did not finish the next one does: each picture has one reading", async () => {
		const web = await process_("web");
		let worker = await process_("worker");
		try {
			const vehicle = VEHICLES[1];
			if (!vehicle) throw new Error("the plant has vehicles");
			await loadDemonstration({
				...{ baseUrl: web.url, administrator: { name: "administrator", password }, progress: () => {} },
				...{ vehicles: [vehicle], taktMs: 0 },
			});
			// The pictures are there and being read.
			const id = `DEMO-${vehicle.record.productionNumber}-1`;
			const readBefore = (await store.observations.of(id)).length;
			expect(await worker.stop()).toBe(0);
			const readAtEnd = (await store.observations.of(id)).length;
			worker = await process_("worker");
			for (const until = Date.now() + 600_000; ; await pause(500)) {
				const inspection = await store.inspections.get(id);
				if (inspection && inspection.observations.length === vehicle.captures.length) break;
				if (Date.now() > until) throw new Error(`not all of ${vehicle.captures.length} captures were read`);
			}
			const names = (await store.observations.of(id)).map(({ witness }) => witness);
			expect(names.toSorted()).toEqual(vehicle.captures.map(({ witness }) => witness.id).toSorted());
			process.stdout.write(
				`${readBefore} of ${vehicle.captures.length} read when it was asked to stop, ${readAtEnd} when it had ended\n`,
			);
		} finally {
			await worker.stop();
			await web.stop();
		}
	});
});
