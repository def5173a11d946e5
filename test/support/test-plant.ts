import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, Connection } from "@temporalio/client";
import type { Capture } from "../../src/contracts/capture.js";
import type { Inspection } from "../../src/contracts/inspection.js";
import type { InspectionPlanInput } from "../../src/contracts/plan.js";
import type { VehicleRecordInput } from "../../src/contracts/record.js";
import { connectStore } from "../../src/persistence/mongo-store.js";
import type { Store } from "../../src/persistence/store.js";
import type { ContentStore } from "../../src/storage/content-store.js";
import { createFileContentStore } from "../../src/storage/file-content-store.js";
import type { InspectionGateway } from "../../src/temporal/inspection-gateway.js";
import { connectGateway } from "../../src/temporal/temporal-gateway.js";
import { runWorkers, type WorkersOptions } from "../../src/temporal/workers.js";
import { GOOD_SHOWS, PLAN, PLANT, RECORD, STATION } from "./sample-vehicle.js";
import { pictureOf, type Scene, ScriptedInspector } from "./scripted-inspector.js";
import { ScriptedSealer } from "./scripted-sealer.js";
import { uniqueDatabase } from "./servers.js";
import { recordHistory } from "./workflow-history.js";

/** Scenes of a vehicle that is as its record says. */
export const GOOD = {
	stamp: { kind: "stamp", shows: GOOD_SHOWS.stamp },
	nameplate: { kind: "nameplate", shows: GOOD_SHOWS.nameplate },
	certificate: { kind: "certificate", shows: GOOD_SHOWS.certificate },
} as const satisfies Readonly<Record<string, Scene>>;

/** A namespace of its own keeps the task queues of parallel test files apart. */
export async function ownNamespace(address: string): Promise<string> {
	const namespace = `test-${randomUUID()}`;
	const connection = await Connection.connect({ address });
	await connection.workflowService.registerNamespace({
		namespace,
		workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
	});
	await connection.close();
	return namespace;
}

/** A whole plant behind scripted readers and sealer: real store, real Temporal, real workers. */
export class TestPlant {
	private vehicles = 0;

	private constructor(
		readonly address: string,
		readonly namespace: string,
		readonly store: Store,
		readonly captures: ContentStore,
		readonly reports: ContentStore,
		readonly gateway: InspectionGateway,
		readonly inspector: ScriptedInspector,
		readonly sealer: ScriptedSealer,
		private readonly folder: string,
		private workers: Awaited<ReturnType<typeof runWorkers>> | null,
		private readonly replaced: Partial<Pick<WorkersOptions, "sealer" | "countersigner" | "inspector">>,
	) {}

	/** `replaced` takes the place of what is scripted. */
	static async start(
		temporalAddress: string,
		mongoUri: string,
		replaced: Partial<Pick<WorkersOptions, "sealer" | "countersigner" | "inspector">> = {},
	): Promise<TestPlant> {
		const folder = await mkdtemp(join(tmpdir(), "vinspect-plant-"));
		const namespace = await ownNamespace(temporalAddress);
		const store = await connectStore(uniqueDatabase(mongoUri));
		const plant = new TestPlant(
			temporalAddress,
			namespace,
			store,
			await createFileContentStore(join(folder, "captures")),
			await createFileContentStore(join(folder, "reports")),
			await connectGateway({ address: temporalAddress, namespace }),
			new ScriptedInspector(),
			new ScriptedSealer(),
			folder,
			null,
			replaced,
		);
		await plant.startWorkers();
		return plant;
	}

	/** What workers of this plant work on. */
	get connections() {
		const { address, namespace, store, captures, reports, sealer } = this;
		return { address, namespace, store, captures, reports, sealer };
	}

	/** Builds whose workers completed a task of this inspection's workflow. */
	async buildsOf(inspectionId: string): Promise<Set<string>> {
		const builds = new Set<string>();
		for (const event of await this.eventsOf(inspectionId)) {
			const build = event.workflowTaskCompletedEventAttributes?.deploymentVersion?.buildId;
			if (build) builds.add(build);
		}
		return builds;
	}

	/** Names of the patches its workflow has met. */
	async patchesOf(inspectionId: string): Promise<string[]> {
		const names: string[] = [];
		for (const event of await this.eventsOf(inspectionId)) {
			const marker = event.markerRecordedEventAttributes;
			const data = marker?.markerName === "core_patch" ? marker.details?.["patch-data"] : undefined;
			const [payload] = data?.payloads ?? [];
			if (payload?.data) names.push(JSON.parse(Buffer.from(payload.data).toString("utf8")).id);
		}
		return names;
	}

	/** Keeps a finished workflow's history for the replay tests, where RECORD_HISTORIES asks for it. */
	record(workflowId: string, name: string): Promise<void> {
		return this.asking((client) => recordHistory(client, workflowId, name));
	}

	private eventsOf(inspectionId: string) {
		return this.asking(
			async (client) => (await client.workflow.getHandle(inspectionId).fetchHistory()).events ?? [],
		);
	}

	private async asking<T>(ask: (client: Client) => Promise<T>): Promise<T> {
		const connection = await Connection.connect({ address: this.address });
		try {
			return await ask(new Client({ connection, namespace: this.namespace }));
		} finally {
			await connection.close();
		}
	}

	async startWorkers(): Promise<void> {
		const { address, namespace, store, captures, reports, inspector, sealer } = this;
		this.workers = await runWorkers({
			address,
			namespace,
			store,
			captures,
			reports,
			inspector: async () => inspector,
			sealer,
			calendar: { shifts: ["06:00", "14:00", "22:00"], zone: "Asia/Shanghai" },
			...this.replaced,
		});
	}

	async stopWorkers(): Promise<void> {
		await this.workers?.shutdown();
		this.workers = null;
	}

	async stop(): Promise<void> {
		await this.stopWorkers();
		await this.gateway.close();
		await this.store.close();
		await rm(this.folder, { recursive: true, force: true });
	}

	/** Tracks in a vehicle of its own; record and plan as given differ from the good ones. */
	async vehicle(
		plan: Partial<InspectionPlanInput> = {},
		record: Partial<VehicleRecordInput> = {},
	): Promise<Inspection> {
		this.vehicles += 1;
		const model = `model-${this.vehicles}`;
		const productionNumber = `P-${this.vehicles}`;
		await this.store.plans.save(PLANT, { ...PLAN, ...plan, model }, "released", "test");
		await this.store.records.save(PLANT, { ...RECORD, ...record, model, productionNumber }, "test");
		return this.gateway.trackIn({
			plant: PLANT,
			productionNumber,
			sequence: 1,
			station: "station-1",
			by: STATION,
		});
	}

	async capture(witness: string, scene: Scene): Promise<Capture> {
		const picture = pictureOf(scene);
		const { sha256, bytes } = await this.captures.put(picture);
		return {
			witness,
			station: "station-1",
			sha256,
			bytes,
			mediaType: "image/jpeg",
			width: 640,
			height: 480,
			capturedAt: null,
			receivedAt: new Date().toISOString(),
		};
	}

	async send(inspectionId: string, scenes: Readonly<Record<string, Scene>>): Promise<void> {
		for (const [witness, scene] of Object.entries(scenes)) {
			await this.gateway.submitCapture(inspectionId, await this.capture(witness, scene), STATION);
		}
	}

	/** Waits until the projection in the store satisfies `wanted`. */
	async until(
		inspectionId: string,
		wanted: (inspection: Inspection) => boolean,
		seconds = 30,
	): Promise<Inspection> {
		const end = Date.now() + seconds * 1000;
		for (;;) {
			const inspection = await this.store.inspections.get(inspectionId);
			if (inspection && wanted(inspection)) return inspection;
			if (Date.now() > end) {
				throw new Error(`${inspectionId} is still ${inspection?.status ?? "absent"} after ${seconds} s`);
			}
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
	}

	sealed(inspectionId: string, seconds = 30): Promise<Inspection> {
		return this.until(inspectionId, ({ status }) => status === "sealed", seconds);
	}
}
