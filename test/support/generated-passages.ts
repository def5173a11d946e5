import { fateOf } from "../../src/demonstration/generate/fate.js";
import { entriesOf } from "../../src/demonstration/generate/generate.js";
import { type Passage, passageOf } from "../../src/demonstration/generate/passage.js";
import { vehicleNumbered } from "../../src/demonstration/generate/vehicle.js";
import { PLANS } from "../../src/demonstration/plans.js";
import { createRandom } from "../../src/demonstration/render/random.js";

export const UNTIL = new Date("2026-06-30T12:00:00.000Z");
export const COUNT = 300;

/** Vehicles of every fate: passed, decided, taken back, retaken, released by two, late, cancelled. */
export function passages(seed: string, count = COUNT): Passage[] {
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
