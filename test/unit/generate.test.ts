import { describe, expect, it } from "vitest";
import { Inspection } from "../../src/contracts/inspection.js";
import { InspectionRow } from "../../src/contracts/inspection-row.js";
import { Observation } from "../../src/contracts/reading.js";
import { fateOf } from "../../src/demonstration/generate/fate.js";
import { entriesOf } from "../../src/demonstration/generate/generate.js";
import { type Passage, passageOf } from "../../src/demonstration/generate/passage.js";
import { vehicleNumbered } from "../../src/demonstration/generate/vehicle.js";
import { PLANS } from "../../src/demonstration/plans.js";
import { createRandom } from "../../src/demonstration/render/random.js";
import { rowOf } from "../../src/domain/inspection-row.js";

const UNTIL = new Date("2026-06-30T12:00:00.000Z");
const COUNT = 300;

function passages(seed: string, count = COUNT): Passage[] {
	const revision = { plant: "p", revision: 1, createdAt: "2026-01-01T00:00:00.000Z", createdBy: "test" };
	return entriesOf({ count: COUNT, days: 60, until: UNTIL })
		.slice(0, count)
		.map((startedAt, index) => {
			const random = createRandom(`${seed}/${index}`);
			const vehicle = vehicleNumbered(index, random);
			const plan = PLANS.find(({ model }) => model === vehicle.record.model);
			if (!plan) throw new Error("no plan");
			return passageOf({
				vehicle,
				fate: fateOf(vehicle, random),
				record: { ...vehicle.record, ...revision },
				plan: { ...plan, ...revision, status: "released" },
				pictureOf: (_capture, again) => ({
					sha256: (again ? "b" : "a").repeat(64),
					bytes: 1,
					mediaType: "image/jpeg",
					width: 1600,
					height: 1200,
				}),
				startedAt,
				until: UNTIL,
				random,
			});
		});
}

describe("generated inspections", () => {
	const made = passages("a");

	it("follow their contracts, and so do their rows and observations", () => {
		for (const { inspection, observations } of made) {
			expect(Inspection.parse(inspection)).toEqual(inspection);
			expect(InspectionRow.parse(rowOf(inspection))).toEqual(rowOf(inspection));
			for (const { observation } of observations) Observation.parse(observation);
		}
	});

	it("are the same for the same seed, and others for another", () => {
		expect(passages("a", 30)).toEqual(made.slice(0, 30));
		expect(passages("b", 30)).not.toEqual(made.slice(0, 30));
	});

	it("come in a plant's mix: most pass, people decide on the others", () => {
		const states = made.map(({ inspection }) => inspection.disposition ?? inspection.status);
		const share = (state: string) => states.filter((one) => one === state).length / COUNT;
		expect(share("pass")).toBeGreaterThan(0.85);
		for (const state of ["pass", "rework"]) expect(share(state)).toBeGreaterThan(0);
		const actions = made.flatMap(({ inspection }) =>
			inspection.exceptions.flatMap(({ decisions }) => decisions.map(({ action }) => action)),
		);
		for (const action of ["confirm_discrepancy", "correct_reading", "retake"]) {
			expect(actions).toContain(action);
		}
		expect(made.at(0)?.inspection.status).toBe("sealed");
	});

	it("tell nothing that has not happened yet", () => {
		for (const { inspection } of made) {
			for (const { at } of inspection.events) expect(at <= UNTIL.toISOString()).toBe(true);
		}
	});
});
