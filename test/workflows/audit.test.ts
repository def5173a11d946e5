import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { AuditLog } from "../../src/audit/audit-log.js";
import { connectAuditedStore } from "../../src/audit/audited-store.js";
import { filedHeads } from "../../src/audit/signed-heads.js";
import { verifyStoredAudit } from "../../src/audit/verify-audit.js";
import type { Store } from "../../src/persistence/store.js";
import { openSigner } from "../../src/signing/signer.js";
import { createFileContentStore } from "../../src/storage/file-content-store.js";
import { publishTrustedRoots, readTrustedRoots } from "../../src/supervision/trusted-root.js";
import { scheduleAudit } from "../../src/temporal/audit-schedules.js";
import type { InspectionGateway } from "../../src/temporal/inspection-gateway.js";
import { connectGateway } from "../../src/temporal/temporal-gateway.js";
import { runWorkers } from "../../src/temporal/workers.js";
import { PLAN, PLANT, RECORD, STATION } from "../support/sample-vehicle.js";
import { ScriptedInspector } from "../support/scripted-inspector.js";
import { ScriptedSealer } from "../support/scripted-sealer.js";
import { uniqueDatabase } from "../support/servers.js";
import { ownNamespace } from "../support/test-plant.js";

const ADMINISTRATOR = { name: "adam", role: "administrator" };

async function until<T>(ask: () => Promise<T | null>, seconds = 60): Promise<T> {
	for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
		const answer = await ask();
		if (answer !== null) return answer;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	throw new Error("it did not come about");
}

describe("a line whose audit chain is kept", () => {
	const sealer = new ScriptedSealer();
	let folder: string;
	let store: Store;
	let log: AuditLog;
	let gateway: InspectionGateway;
	let workers: Awaited<ReturnType<typeof runWorkers>>;
	let temporal: { address: string; namespace: string };

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), "vinspect-line-"));
		const address = inject("temporalAddress");
		temporal = { address, namespace: await ownNamespace(address) };
		({ store, log } = await connectAuditedStore(uniqueDatabase(inject("mongoUri")), PLANT));
		const signer = await openSigner({ folder: join(folder, "keys"), plant: PLANT });
		await publishTrustedRoots(folder, signer.certificates.slice(-1));
		gateway = await connectGateway(temporal);
		workers = await runWorkers({
			...temporal,
			store,
			captures: await createFileContentStore(join(folder, "captures")),
			reports: await createFileContentStore(join(folder, "reports")),
			inspector: async () => new ScriptedInspector(),
			sealer,
			calendar: { shifts: ["06:00"], zone: "Asia/Shanghai" },
			audit: { log, signer, plant: PLANT, dataDir: folder },
		});
	});
	afterAll(async () => {
		await workers.shutdown();
		await gateway.close();
		await store.close();
		await rm(folder, { recursive: true, force: true });
	});

	it("tells every event of a vehicle, and signs the chain's end into its record", async () => {
		await store.plans.save(PLANT, PLAN, "released", "eva");
		await store.records.save(PLANT, RECORD, "eva");
		const { productionNumber } = RECORD;
		const vehicle = { plant: PLANT, productionNumber, sequence: 1, station: "S1", by: STATION };
		const { inspectionId } = await gateway.trackIn(vehicle);
		await gateway.cancel(inspectionId, "test drive", ADMINISTRATOR);
		const sealed = await until(async () => {
			const inspection = await store.inspections.get(inspectionId);
			return inspection?.status === "sealed" ? inspection : null;
		});
		const told = (await store.audit.list({ subject: inspectionId }, null, 100)).items.toReversed();
		expect(told.map(({ action }) => action)).toEqual(sealed.events.map(({ type }) => type));
		expect(told.find(({ action }) => action === "cancelled")).toMatchObject({
			who: "adam",
			why: "test drive",
		});
		const [record] = sealer.sealed;
		const signedOver = told.find(({ seq }) => seq === record?.plantHead?.seq);
		expect(signedOver?.hash).toBe(record?.plantHead?.hash);
		expect(signedOver?.action).toBe("disposition_reached");
		expect(signedOver?.detail.link).toBe(record?.auditHead);
	});

	it("has the end signed and the whole verified by schedule, which may be set again", async () => {
		for (const signEveryMinutes of [10, 5]) await scheduleAudit(temporal, { plant: PLANT, signEveryMinutes });
		const signed = await until(() => store.audit.lastSignedHead());
		const verified = await until(() => store.audit.lastVerification());
		expect(verified.valid).toBe(true);
		const [filed, roots] = [await filedHeads(folder), await readTrustedRoots(folder)];
		expect(filed.heads).toEqual([signed]);
		expect(await verifyStoredAudit(store.audit, { plant: PLANT, filed, roots })).toMatchObject({
			valid: true,
			lastSigned: { seq: signed.seq },
		});
	});
});
