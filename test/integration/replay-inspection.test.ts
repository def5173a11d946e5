import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Capture } from "../../src/contracts/capture.js";
import type { Inspection } from "../../src/contracts/inspection.js";
import type { Observation } from "../../src/contracts/reading.js";
import type { ReplayResult } from "../../src/contracts/replay.js";
import { PLANS } from "../../src/demonstration/plans.js";
import { VEHICLES } from "../../src/demonstration/plant.js";
import { renderPicture } from "../../src/demonstration/render/picture.js";
import {
	concluded,
	openInspection,
	sealed,
	withCapture,
	withObservation,
} from "../../src/domain/inspection.js";
import { summaryOf } from "../../src/domain/observation-summary.js";
import { fieldsForRules } from "../../src/domain/rules/index.js";
import { type ReplayDependencies, replayInspection } from "../../src/replay/replay-inspection.js";
import { canonicalBytes } from "../../src/reporting/canonical-json.js";
import { buildInspectionRecord } from "../../src/reporting/inspection-record.js";
import { createInspector } from "../../src/vision/create-inspector.js";
import type { Inspector } from "../../src/vision/inspector.js";
import { createMemoryContentStore } from "../support/memory-content-store.js";
import { createMemoryStore } from "../support/memory-store.js";

// Networks start here; a busy machine takes its time.
vi.setConfig({ testTimeout: 300_000 });

const PLANT = "DEMO";
const BY = { name: "station-1", role: "station" };
const JUDGED_BY = "vinspect test, rules 1";
/** Enough to read, to cross-check and to compare; the whole plan takes its time. */
const WITNESSES = ["stamp", "nameplate"];

/** One rendered vehicle of the demonstration plant, read by the real readers, judged, recorded and archived. */
class InspectedVehicle {
	readonly store = createMemoryStore();
	readonly captures = createMemoryContentStore();
	readonly reports = createMemoryContentStore();
	inspectionId = "";

	private constructor(private readonly inspector: Pick<Inspector, "inspect">) {}

	static async inspect(inspector: Pick<Inspector, "inspect">): Promise<InspectedVehicle> {
		const vehicle = new InspectedVehicle(inspector);
		const done = await vehicle.pass();
		vehicle.inspectionId = done.inspectionId;
		await vehicle.archive(done);
		return vehicle;
	}

	private async pass(): Promise<Inspection> {
		const [shown] = VEHICLES;
		const plan = PLANS.find(({ model }) => model === shown?.record.model);
		if (!shown || !plan) throw new Error("no vehicle");
		const witnesses = plan.witnesses.filter(({ id }) => WITNESSES.includes(id));
		const released = await this.store.plans.save(PLANT, { ...plan, witnesses }, "released", "test");
		await this.store.records.save(PLANT, shown.record, "test");
		const { productionNumber } = shown.record;
		const record = await this.store.records.latest(PLANT, productionNumber);
		if (!record) throw new Error("no record");
		const trackIn = { inspectionId: `${PLANT}-${productionNumber}-1`, plant: PLANT, productionNumber };
		const pinned = { record, plan: released, judgedBy: JUDGED_BY };
		let at = Date.parse("2026-03-14T08:00:00.000Z");
		const now = () => {
			at += 1000;
			return new Date(at).toISOString();
		};
		let state = openInspection({ ...trackIn, sequence: 1, station: "body", by: BY }, pinned, now());
		for (const { witness, order } of shown.captures) {
			if (!WITNESSES.includes(witness.id)) continue;
			const picture = Buffer.from((await renderPicture(order)).jpeg);
			const capture = await this.captureOf(picture, witness.id, now());
			state = withCapture(state, capture, BY, now());
			const seen = await this.inspector.inspect(picture, witness.kind);
			await this.store.observations.save(state.inspectionId, witness.id, seen);
			const fields = [...new Set([...witness.fields, ...fieldsForRules(released)])];
			const order2 = { witness: witness.id, kind: witness.kind, fields, capture: capture.sha256 };
			state = withObservation(state, summaryOf(order2, seen, now()), now());
		}
		return concluded(state, now());
	}

	private async captureOf(picture: Buffer, witness: string, receivedAt: string): Promise<Capture> {
		const { sha256, bytes } = await this.captures.put(picture);
		const image = { sha256, bytes, mediaType: "image/jpeg", width: 1600, height: 1200 } as const;
		return { ...image, witness, station: "body", capturedAt: null, receivedAt };
	}

	private async archive(done: Inspection): Promise<void> {
		await this.store.inspections.project(done);
		const observations = await this.store.observations.of(done.inspectionId);
		const bytes = canonicalBytes(buildInspectionRecord(done, observations));
		const { sha256: record } = await this.reports.put(bytes);
		const report = { pdf: record, record, pages: 1, bytes: bytes.length, sealedAt: done.updatedAt };
		await this.store.sealedReports.keep(done.inspectionId, report);
		await this.store.inspections.project(sealed(done, report, done.updatedAt));
	}

	replay(changed: Partial<ReplayDependencies> = {}): Promise<ReplayResult> {
		const { store, captures, reports, inspector } = this;
		const deps = { store, captures, reports, inspector, judgedBy: JUDGED_BY, ...changed };
		return replayInspection(deps, this.inspectionId);
	}

	async stored(): Promise<Inspection> {
		const inspection = await this.store.inspections.get(this.inspectionId);
		if (!inspection) throw new Error("nothing stored");
		return inspection;
	}
}

/** The real readers, asked for each picture once: what is tested with them is what is done with their answers. */
function remembering(inspector: Pick<Inspector, "inspect">): Pick<Inspector, "inspect"> {
	const answers = new Map<string, Promise<Observation>>();
	return {
		inspect(picture, kind) {
			const name = `${kind}/${picture.length}`;
			const answer = answers.get(name) ?? inspector.inspect(picture, kind);
			answers.set(name, answer);
			return answer;
		},
	};
}

const parts = ({ differences }: ReplayResult) => [...new Set(differences.map(({ part }) => part))];

describe("replaying an inspection", () => {
	let readers: Inspector;
	let known: Pick<Inspector, "inspect">;
	let vehicle: InspectedVehicle;
	beforeAll(async () => {
		readers = await createInspector();
		known = remembering(readers);
		vehicle = await InspectedVehicle.inspect(known);
	});
	afterAll(() => readers.close());

	it("reads the captures again, bit for bit the same, and comes to the same outcome", async () => {
		const result = await vehicle.replay({ inspector: readers });
		expect(result.differences).toEqual([]);
		expect(result).toMatchObject({ same: true, basis: "signed_record", captures: 2, largestDifference: 0 });
		expect(result.disposition.now).toBe("pass");
	});

	it("names a capture that is not what it was", async () => {
		const [capture] = (await vehicle.stored()).captures;
		const { captures } = vehicle;
		const kept = captures.contents.get(capture?.sha256 ?? "");
		captures.contents.delete(capture?.sha256 ?? "");
		const result = await vehicle.replay({ inspector: known });
		captures.contents.set(capture?.sha256 ?? "", kept ?? Buffer.alloc(0));
		expect(result.same).toBe(false);
		expect(result.differences[0]).toMatchObject({ part: "capture", where: capture?.witness });
		expect(parts(result)).toContain("finding");
	});

	it("names another model, and every member of a reading that it changes", async () => {
		const result = await vehicle.replay({
			inspector: {
				async inspect(picture, kind) {
					const seen = await known.inspect(picture, kind);
					const [first, ...rest] = seen.readings;
					if (!first) return seen;
					const readings = [{ ...first, confidence: first.confidence - 2 ** -40 }, ...rest];
					return { ...seen, readings, readers: { ...seen.readers, "vin-reader": "f".repeat(64) } };
				},
			},
		});
		expect(parts(result)).toEqual(["model", "reading"]);
		expect(result.differences.map(({ where }) => where)).toContain("stamp.readings.0.confidence");
		expect(result).toMatchObject({ same: false, onlyNumbers: false, largestDifference: 2 ** -40 });
	});

	it("tells numbers that differ from everything else that may", async () => {
		const result = await vehicle.replay({
			inspector: {
				async inspect(picture, kind) {
					const seen = await known.inspect(picture, kind);
					return { ...seen, quality: { ...seen.quality, sharpness: seen.quality.sharpness + 1e-9 } };
				},
			},
		});
		expect(result).toMatchObject({ same: false, onlyNumbers: true });
		expect(parts(result)).toEqual(["reading"]);
	});

	it("names a record that the store gives otherwise than it was pinned", async () => {
		const revisions = await vehicle.store.records.revisions(PLANT, (await vehicle.stored()).productionNumber);
		const records = {
			...vehicle.store.records,
			revisions: async () => revisions.map((one) => ({ ...one, vin: "LXA2J5B37TC999999" })),
		};
		const result = await vehicle.replay({ store: { ...vehicle.store, records }, inspector: known });
		expect(parts(result)).toEqual(["record"]);
		expect(result.differences[0]?.where).toMatch(/vin$/);
	});

	it("names findings and an outcome that the store gives otherwise than they were signed", async () => {
		const stored = await vehicle.stored();
		const findings = stored.findings.map((finding, i) =>
			i === 0 ? { ...finding, outcome: "mismatch" as const } : finding,
		);
		const inspections = {
			...vehicle.store.inspections,
			get: async () => ({ ...stored, findings, disposition: "hold" as const }),
		};
		const result = await vehicle.replay({ store: { ...vehicle.store, inspections }, inspector: known });
		expect(parts(result)).toEqual(["history"]);
		expect(result.differences.map(({ where }) => where)).toEqual([
			"store.findings.0.outcome",
			"store.disposition",
		]);
	});

	it("names findings that don't follow from what was seen, where nothing is signed", async () => {
		const stored = await vehicle.stored();
		const findings = stored.findings.map((finding, i) =>
			i === 0 ? { ...finding, outcome: "mismatch" as const } : finding,
		);
		const store = {
			...vehicle.store,
			inspections: { ...vehicle.store.inspections, get: async () => ({ ...stored, findings }) },
			sealedReports: { ...vehicle.store.sealedReports, get: async () => null },
		};
		const result = await vehicle.replay({ store, inspector: known });
		expect(result.basis).toBe("store");
		expect(parts(result)).toEqual(["finding"]);
	});

	it("names another program", async () => {
		const result = await vehicle.replay({ inspector: known, judgedBy: "vinspect test, rules 2" });
		expect(parts(result)).toEqual(["software"]);
	});

	it("says where there is no such inspection", async () => {
		const asked = replayInspection({ ...vehicle, inspector: known, judgedBy: JUDGED_BY }, "DEMO-NOTHING-1");
		await expect(asked).rejects.toMatchObject({ code: "inspection_missing" });
	});
});
