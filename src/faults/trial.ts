import { loadavg } from "node:os";
import { connectStore } from "../persistence/mongo-store.js";
import { type Befallen, wreak } from "./chaos.js";
import { runLine } from "./line.js";
import { FAULTS_PLANT, FaultPlant } from "./plant.js";
import { prepareLine } from "./prepare-line.js";
import { type Proof, prove } from "./proof.js";
import { productionOf } from "./vehicles.js";

export interface TrialWishes {
	readonly vehicles: number;
	/** No vehicle is taken on after so many; all of them where left out. */
	readonly minutes?: number;
	/** Vehicles on the line at once. */
	readonly atOnce: number;
	/** Share of vehicles whose picture the readers read; the quality gate refuses the others' at once. */
	readonly readShare: number;
	readonly seed: string;
	/** Seconds between two faults, drawn between these. */
	readonly between: readonly [number, number];
	readonly volumeMegabytes: number | null;
	/** Nothing is broken: the same line undisturbed, to compare with. */
	readonly calm: boolean;
}

export interface TrialResult {
	readonly wishes: TrialWishes;
	/** Vehicles that were taken on. */
	readonly vehicles: number;
	/** From the first track-in to the last track-out. */
	readonly minutes: number;
	/** Load averages of the machine at the end, over 1, 5 and 15 minutes. */
	readonly load: readonly number[];
	readonly diskCouldFill: boolean;
	readonly befallen: readonly Befallen[];
	readonly answers: Readonly<Record<string, number>>;
	readonly defects: readonly string[];
	readonly defectCount: number;
	readonly captures: { readonly accepted: number; readonly repeats: number };
	readonly decisions: { readonly taken: number; readonly races: number; readonly undone: number };
	readonly supervisorLived: boolean;
	readonly proof: Proof;
	readonly proved: boolean;
}

const TOLD_EVERY = 25;
const READY_WITHIN_MS = 240_000;

/** Runs vehicles through a plant that breaks again and again, and proves at the end what became of them. */
export async function runTrial(wishes: TrialWishes, say: (sentence: string) => void): Promise<TrialResult> {
	const { seed, atOnce, volumeMegabytes, between, calm } = wishes;
	const ordered = productionOf(wishes.vehicles, FAULTS_PLANT, wishes.readShare, seed);
	const plant = await FaultPlant.start({ volumeMegabytes, webs: 1, say });
	try {
		const line = await prepareLine(plant, ordered, seed);
		const { ledger, tally } = line;
		const done = new AbortController();
		const began = Date.now();
		const chaos = calm
			? Promise.resolve([])
			: wreak(plant, {
					seed,
					between,
					finished: () => ledger.finished.length,
					say,
					signal: done.signal,
				});
		const told = (count: number) => {
			if (count % TOLD_EVERY === 0) say(`${count} of ${ordered.length} vehicles are through`);
		};
		const closesAt = began + (wishes.minutes ?? Number.POSITIVE_INFINITY) * 60_000;
		const vehicles = await runLine(line, ordered, atOnce, told, closesAt);
		const minutes = (Date.now() - began) / 60_000;
		done.abort();
		const befallen = await chaos;
		const supervisorLived = plant.supervisorLives;
		await plant.untilReady(READY_WITHIN_MS);
		const { temporalAddress, dataDir } = plant;
		const store = await connectStore(plant.mongoUri);
		const proof = await prove({ store, dataDir, temporalAddress, vehicles, ledger }).finally(() =>
			store.close(),
		);
		return {
			wishes,
			vehicles: vehicles.length,
			minutes,
			load: loadavg(),
			diskCouldFill: plant.volume !== null,
			befallen,
			answers: Object.fromEntries([...tally.counts].sort()),
			defects: tally.defects,
			defectCount: tally.defectCount,
			captures: { accepted: ledger.accepted.length, repeats: ledger.captureRepeats },
			decisions: { taken: ledger.decided.length, races: ledger.decisionRaces, undone: ledger.undone },
			supervisorLived,
			proof,
			proved: supervisorLived && proof.claims.every(({ broken }) => broken.length === 0),
		};
	} finally {
		await plant.stop();
	}
}
