import { connectStore } from "../persistence/mongo-store.js";
import { type Line, newLedger } from "./line.js";
import { openPeople } from "./people.js";
import { FAULTS_PLANT, type FaultPlant } from "./plant.js";
import { AnswerTally } from "./station-client.js";
import { type LineVehicle, openCamera, planOf, recordsOf, STATION } from "./vehicles.js";

export const MODEL = "FAULTS-1";
const OPERATORS = 6;
const UNDO_SECONDS = 2;
const RECORDS_AT_ONCE = 500;

/** Brings orders, plan, people and camera to an empty plant. */
export async function prepareLine(
	plant: FaultPlant,
	vehicles: readonly LineVehicle[],
	seed: string,
	witnesses?: readonly string[],
): Promise<Line> {
	const tally = new AnswerTally();
	const store = await connectStore(plant.mongoUri);
	try {
		const people = await openPeople(store, plant.addresses, OPERATORS, STATION, tally);
		await store.plans.save(FAULTS_PLANT, planOf(MODEL, UNDO_SECONDS, witnesses), "released", "faults");
		const records = recordsOf(vehicles, MODEL);
		for (let from = 0; from < records.length; from += RECORDS_AT_ONCE) {
			const rows = records.slice(from, from + RECORDS_AT_ONCE).map((input) => ({ input, revision: 0 }));
			await store.records.saveOnto(FAULTS_PLANT, rows, "faults");
		}
		return { people, picture: await openCamera(), ledger: newLedger(), tally, seed };
	} finally {
		await store.close();
	}
}
