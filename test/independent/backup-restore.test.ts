import { randomUUID } from "node:crypto";
import { copyFile, mkdtemp, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { BackupManifest } from "../../src/contracts/backup.js";
import { Inspection } from "../../src/contracts/inspection.js";
import { type ApiClient, json, openClient } from "../../src/demonstration/api-client.js";
import { loadDemonstration } from "../../src/demonstration/load.js";
import { VEHICLES } from "../../src/demonstration/plant.js";
import { findFreePort } from "../../src/embedded/free-port.js";
import { RunningService, runCommand, seriesOf } from "../support/running-service.js";

const PASSPHRASE = "a long passphrase of the plant";
const PATIENCE_MS = 240_000;

/** A vehicle with nothing wrong, and one whose stamp is. */
const GOOD = VEHICLES.find(({ what }) => what === null);
const WRONG = VEHICLES.find(({ expected }) => expected.some(({ outcome }) => outcome === "mismatch"));
if (!GOOD || !WRONG) throw new Error("the demonstration plant has no such vehicles");
const idOf = (vehicle: typeof GOOD) => `DEMO-${vehicle.record.productionNumber}-1`;

let folder: string;
let first: RunningService;
let second: RunningService | null = null;
let metricsPort: number;
let backup: string;
const at = (name: string) => join(folder, name);

async function asPerson(service: RunningService, name: string, password: string): Promise<ApiClient> {
	return openClient({ baseUrl: service.url }, { name, password });
}

async function until(
	api: ApiClient,
	id: string,
	wanted: (inspection: Inspection) => boolean,
): Promise<Inspection> {
	for (const end = Date.now() + PATIENCE_MS; ; await pause(500)) {
		const inspection = await api.get(`/inspections/${id}`, Inspection);
		if (wanted(inspection)) return inspection;
		if (Date.now() > end) throw new Error(`${id} is still ${inspection.status}`);
	}
}

async function reportOf(service: RunningService, password: string, id: string, file: string) {
	const { cookie } = await signIn(service, "auditor", password);
	const answer = await fetch(`${service.url}/api/v1/inspections/${id}/report.pdf`, { headers: { cookie } });
	expect(answer.status).toBe(200);
	const pdf = Buffer.from(await answer.arrayBuffer());
	await writeFile(file, pdf);
	return pdf;
}

async function signIn(service: RunningService, name: string, password: string) {
	const answer = await fetch(`${service.url}/api/v1/session`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ name, password }),
	});
	expect(answer.status).toBe(200);
	const cookie = answer.headers.getSetCookie().map((one) => one.split(";", 1)[0]);
	return { cookie: cookie.join("; ") };
}

const passwords = new Map<string, string>();
const passwordOf = (name: string) => passwords.get(name) ?? "";

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "vinspect-backup-"));
	metricsPort = await findFreePort();
	first = await RunningService.start("vinspect", {
		DATA_DIR: at("first"),
		METRICS_PORT: String(metricsPort),
		BACKUP_PASSPHRASE: PASSPHRASE,
	});
	for (const name of ["administrator", "operator", "auditor"])
		passwords.set(name, await first.passwordOf(name));
	const administrator = { name: "administrator", password: passwordOf("administrator") };
	await loadDemonstration({
		...{ baseUrl: first.url, administrator, progress: () => {} },
		vehicles: [GOOD, WRONG],
		taktMs: 0,
	});
}, 600_000);
afterAll(async () => {
	await first?.stop();
	await second?.stop();
	await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
}, 120_000);

describe.sequential("a service that is backed up while it runs", { timeout: 600_000 }, () => {
	it("tells Prometheus what it does", async () => {
		const api = await asPerson(first, "auditor", passwordOf("auditor"));
		await until(api, idOf(GOOD), ({ status }) => status === "sealed" || status === "reviewing");
		await until(api, idOf(WRONG), ({ status }) => status === "reviewing");
		const [web, worker] = await Promise.all(
			[metricsPort, metricsPort + 1].map(async (port) =>
				(await fetch(`http://127.0.0.1:${port}/metrics`)).text(),
			),
		);
		if (web === undefined || worker === undefined) throw new Error("no metrics");
		expect(seriesOf(web, "vinspect_exceptions_waiting")).toBeGreaterThan(0);
		expect(seriesOf(web, "vinspect_exceptions_overdue")).toBe(0);
		expect(seriesOf(web, "vinspect_inspections", { status: "reviewing" })).toBeGreaterThan(0);
		expect(seriesOf(web, "vinspect_task_queue_pollers", { queue: "vision" })).toBeGreaterThan(0);
		expect(seriesOf(web, "vinspect_task_queue_backlog", { queue: "reports" })).toBe(0);
		expect(seriesOf(web, "vinspect_http_request_seconds_count", { route: "submitCapture" })).toBeGreaterThan(
			0,
		);
		for (const part of ["store", "workflow", "pictures"])
			expect(seriesOf(web, "vinspect_part_up", { part })).toBe(1);
		for (const part of ["store", "workflow", "pictures", "signing_key"])
			expect(seriesOf(worker, "vinspect_part_up", { part })).toBe(1);
		expect(
			seriesOf(worker, "vinspect_activity_seconds_count", { activity: "inspectCapture" }),
		).toBeGreaterThan(0);
		expect(
			seriesOf(worker, "vinspect_picture_seconds_count", { kind: "stamp", step: "total" }),
		).toBeGreaterThan(0);
		expect(seriesOf(worker, "vinspect_readings_total", { kind: "stamp" })).toBeGreaterThan(0);
		expect(seriesOf(worker, "vinspect_key_expiry_days", { key: "inspector" })).toBeGreaterThan(1_000);
		expect(worker).not.toContain('station="unknown"');
	});

	it("stands still for seconds, goes on by itself, and lost nothing", async () => {
		const outages: number[] = [];
		let since: number | null = null;
		const watching = setInterval(() => {
			void fetch(`${first.url}/ready`)
				.then((answer) => answer.ok)
				.catch(() => false)
				.then((ok) => {
					if (!ok) since ??= Date.now();
					else if (since !== null) {
						outages.push(Date.now() - since);
						since = null;
					}
				});
		}, 100);
		const done = await runCommand(["backup", folder, "--json"], first.environment);
		expect(done.output).toContain("vinspect/backup/1");
		const { file, ...rest } = JSON.parse(done.output.trim().split("\n").at(-1) ?? "{}");
		const manifest = BackupManifest.parse(rest);
		backup = z.string().parse(file);
		expect(manifest).toMatchObject({ temporal: "included", keys: "encrypted", plant: "DEMO" });
		expect(manifest.contents.captures).toBeGreaterThan(4);
		expect((await stat(backup)).mode & 0o077).toBe(0);
		const api = await asPerson(first, "auditor", passwordOf("auditor"));
		await until(api, idOf(WRONG), ({ status }) => status === "reviewing");
		await pause(1_000);
		clearInterval(watching);
		process.stdout.write(
			`stood still ${manifest.pausedMs} ms by its own account, ${outages.join(" + ")} ms seen from outside; ${(await stat(backup)).size} bytes\n`,
		);
		expect(outages.length).toBeGreaterThan(0);
	});

	it("is restored on an empty machine: accounts, reports, chains, and an open inspection that goes on to its end", async () => {
		const old = await asPerson(first, "auditor", passwordOf("auditor"));
		const open = await until(old, idOf(WRONG), ({ status }) => status === "reviewing");
		// What is open in the good vehicle, a reading that was not sure enough, is decided before the machine dies.
		expect(await first.stop()).toBe(0);

		const environment = { ...first.environment, DATA_DIR: at("second"), BACKUP_PASSPHRASE: PASSPHRASE };
		const done = await runCommand(["restore", backup], environment);
		expect(done).toMatchObject({ code: 0 });
		expect(done.output).toContain("Restored what plant DEMO was");
		second = await RunningService.start("vinspect", { DATA_DIR: at("second") });
		expect(second.url).not.toBe(first.url);

		const operator = await asPerson(second, "operator", passwordOf("operator"));
		expect(await operator.get(`/inspections/${idOf(WRONG)}`, Inspection)).toEqual(open);
		for (const vehicle of [WRONG, GOOD]) {
			const { exceptions } = await operator.get(`/inspections/${idOf(vehicle)}`, Inspection);
			for (const { exceptionId, status } of exceptions) {
				if (status !== "open") continue;
				const path = `/exceptions/${encodeURIComponent(exceptionId)}`;
				await operator.post(`${path}/claim`, json({}), z.unknown());
				const choice = { decisionId: randomUUID(), action: "confirm_discrepancy", disposition: "rework" };
				await operator.post(
					`${path}/decisions`,
					json({ ...choice, reason: "stamp_wrong" }, choice.decisionId),
					z.unknown(),
				);
			}
		}
		const ended = await until(operator, idOf(WRONG), ({ status }) => status === "sealed");
		expect(ended.events.slice(0, open.events.length)).toEqual(open.events);
		expect(ended.exceptions.every(({ status }) => status !== "open")).toBe(true);
		await until(operator, idOf(GOOD), ({ status }) => status === "sealed");

		for (const vehicle of [GOOD, WRONG]) {
			const file = at(`${idOf(vehicle)}.pdf`);
			await reportOf(second, passwordOf("auditor"), idOf(vehicle), file);
			const verified = await runCommand(["verify", file, "--json"], environment);
			expect(verified.code, verified.output).toBe(0);
		}
		// The plant's whole chain, held against the heads that were signed before and after.
		const chain = await runCommand(["audit", "verify", "--json"], { ...environment, DATA_DIR: at("second") });
		expect(chain.code, chain.output).toBe(0);
		// Signed by the same authority as before, not by a new one.
		const root = (name: string) => readFile(join(at(name), "trusted-root.pem"), "utf8");
		expect(await root("second")).toBe(await root("first"));
	});

	it("refuses what is not whole, a wrong passphrase, and a folder that is in use or used", async () => {
		const environment = (name: string) => ({ ...first.environment, DATA_DIR: at(name) });
		const flipped = at("flipped.tar");
		await copyFile(backup, flipped);
		const file = await open(flipped, "r+");
		const { size } = await file.stat();
		const byte = Buffer.alloc(1);
		const middle = Math.floor(size / 2);
		await file.read(byte, 0, 1, middle);
		await file.write(Buffer.of((byte[0] ?? 0) ^ 1), 0, 1, middle);
		await file.close();
		const cut = at("cut.tar");
		await writeFile(cut, (await readFile(backup)).subarray(0, middle));
		for (const [index, damaged] of [flipped, cut].entries()) {
			const { code, output } = await runCommand(["restore", damaged], environment(`damaged-${index}`));
			expect(code).toBe(1);
			expect(output).toContain("no whole backup");
		}
		const wrong = await runCommand(["restore", backup], {
			...environment("wrong"),
			BACKUP_PASSPHRASE: "not the passphrase at all",
		});
		expect(wrong.code).toBe(1);
		expect(wrong.output).toContain("BACKUP_PASSPHRASE");
		const used = await runCommand(["restore", backup], environment("first"));
		expect(used.code).toBe(1);
		expect(used.output).toContain("empty folder");
		const busy = await runCommand(["restore", backup], environment("second"));
		expect(busy.code).toBe(1);
		expect(busy.output).toContain("already runs");
		const again = await runCommand(["backup", backup], environment("first"));
		expect(again.code).toBe(1);
		expect(again.output).toContain("is there already");
	});
});
