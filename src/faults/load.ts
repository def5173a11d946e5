import { cpus, loadavg } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { TASK_QUEUES } from "../../workflows/task-queues.js";
import { connectStore } from "../persistence/mongo-store.js";
import { openBacklogs } from "../temporal/task-queue-backlog.js";
import { type Burst, burstOf } from "./burst.js";
import { type Trend, watchMemory } from "./memory.js";
import { FAULTS_PLANT, FaultPlant } from "./plant.js";
import { prepareLine } from "./prepare-line.js";
import { watchProcessors } from "./processors.js";
import { type LineVehicle, productionOf, witnessesOf } from "./vehicles.js";
import {
	type Measured,
	readingsOf,
	type Stage,
	sendCapture,
	trackIn,
	trackOut,
	type Visit,
} from "./visits.js";

export interface LoadWishes {
	/** Checks an hour that are asked for; a check is one capture, read and compared with the record. */
	readonly rate: number;
	/** Captures of a vehicle, each of a witness of its own. */
	readonly witnesses: number;
	readonly minutes: number;
	readonly readShare: number;
	/** How many times the rate is asked for afterwards, and for how many minutes; 0 leaves it out. */
	readonly overload: number;
	readonly overloadMinutes: number;
	/** Captures sent at once at the end; 0 leaves it out. */
	readonly burst: number;
}

/** Milliseconds, or null where nothing was measured. */
export interface Quantiles {
	readonly n: number;
	readonly p50: number | null;
	readonly p95: number | null;
	readonly p99: number | null;
	readonly most: number | null;
}

export interface Phase {
	readonly name: string;
	readonly seconds: number;
	readonly askedAnHour: number;
	/** Captures read and judged within the phase, and how many that is an hour. */
	readonly judged: number;
	readonly judgedAnHour: number;
	readonly vehicles: number;
	readonly sent: number;
	/** Requests told to come back later. */
	readonly refused: number;
	/** Captures not sent because their vehicle was told so. */
	readonly notLetIn: number;
	readonly failed: number;
	/** Decisions that people took, and vehicles that came to their end, in the phase and what it left behind. */
	readonly decided: number;
	readonly sealed: number;
	readonly trackIn: Quantiles;
	readonly capture: Quantiles;
	/** From the moment a workflow took the capture until it was read. */
	readonly reading: Quantiles;
	/** From the 202 of a vehicle's last capture until its station was told what became of it. */
	readonly verdict: Quantiles;
	/** From asking until told to come back. */
	readonly refusal: Quantiles;
	readonly mostWaiting: number;
	readonly notReady: number;
	/** Processor seconds that each part took within the phase. */
	readonly processors: Readonly<Record<string, number>>;
}

export interface LoadResult {
	readonly wishes: LoadWishes;
	readonly cores: number;
	readonly load: readonly number[];
	readonly phases: readonly Phase[];
	readonly burst: Burst | null;
	readonly memory: readonly Trend[];
	readonly answers: Readonly<Record<string, number>>;
	readonly defects: readonly string[];
	readonly defectCount: number;
}

const LOOK_EVERY_MS = 2_000;

export function quantilesOf(values: readonly number[]): Quantiles {
	const sorted = [...values].sort((a, b) => a - b);
	const at = (share: number) =>
		sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
	return { n: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), most: sorted.at(-1) ?? null };
}

/** Captures that arrive at their own pace, whatever becomes of those before. */
async function phase(
	name: string,
	{ plant, line, store, witnesses }: Stage,
	vehicles: LineVehicle[],
	askedAnHour: number,
	minutes: number,
	waiting: () => Promise<number>,
): Promise<Phase> {
	const measured: Measured = {
		trackIn: [],
		capture: [],
		verdict: [],
		refusal: [],
		refused: 0,
		notLetIn: 0,
		decided: 0,
		sealed: 0,
		failed: 0,
	};
	let [mostWaiting, notReady] = [0, 0];
	const look = async () => {
		mostWaiting = Math.max(mostWaiting, await waiting().catch(() => 0));
		if (!(await plant.isReady())) notReady += 1;
	};
	const looking = setInterval(() => void look(), LOOK_EVERY_MS);
	const clock = watchProcessors(plant);
	const [began, beganAt] = [performance.now(), Date.now()];
	const visits: Visit[] = [];
	const gone: Promise<void>[] = [];
	const seconds = minutes * 60;
	const count = Math.floor((askedAnHour / 3600) * seconds);
	for (let i = 0; i < count; i++) {
		await pause(Math.max(0, began + (i * 3_600_000) / askedAnHour - performance.now()));
		const witness = witnesses[i % witnesses.length] ?? "";
		if (i % witnesses.length === 0) {
			const vehicle = vehicles.shift();
			if (!vehicle) break;
			visits.push({ vehicle, trackedIn: trackIn(line, vehicle, measured), captures: [] });
		}
		const visit = visits.at(-1);
		if (!visit) break;
		visit.captures.push(sendCapture(line, visit, witness, measured));
		if (visit.captures.length === witnesses.length) gone.push(trackOut(line, visit, measured));
	}
	await pause(Math.max(0, began + seconds * 1000 - performance.now()));
	const lasted = (performance.now() - began) / 1000;
	const endedAt = Date.now();
	const processors = await clock.stop();
	await Promise.all(gone);
	const readings = await readingsOf(store, visits);
	clearInterval(looking);
	const judged = readings.filter(({ observed }) => observed >= beganAt && observed <= endedAt).length;
	return {
		name,
		seconds: lasted,
		askedAnHour,
		judged,
		judgedAnHour: (judged / lasted) * 3600,
		vehicles: visits.length,
		sent: visits.reduce((sum, { captures }) => sum + captures.length, 0),
		refused: measured.refused,
		notLetIn: measured.notLetIn,
		failed: measured.failed,
		decided: measured.decided,
		sealed: measured.sealed,
		trackIn: quantilesOf(measured.trackIn),
		capture: quantilesOf(measured.capture),
		reading: quantilesOf(readings.map(({ received, observed }) => observed - received)),
		verdict: quantilesOf(measured.verdict),
		refusal: quantilesOf(measured.refusal),
		mostWaiting,
		notReady,
		processors,
	};
}

/** Asks for a rate and measures what comes of it: latencies, processor time, memory, refusals, order. */
export async function runLoad(wishes: LoadWishes, say: (sentence: string) => void): Promise<LoadResult> {
	const { rate, minutes, overload, overloadMinutes } = wishes;
	const vehiclesFor = (captures: number) => Math.ceil(captures / wishes.witnesses);
	const steady = vehiclesFor((rate / 60) * minutes) + 1;
	const rush = vehiclesFor(((rate * overload) / 60) * overloadMinutes) + 1;
	const burst = vehiclesFor(wishes.burst);
	const vehicles = productionOf(steady + rush + burst, FAULTS_PLANT, wishes.readShare, "load");
	const plant = await FaultPlant.start({ volumeMegabytes: null, webs: 1, say });
	const backlogs = openBacklogs({ address: plant.temporalAddress, namespace: "default" });
	const store = await connectStore(plant.mongoUri);
	const waiting = async () =>
		(await backlogs.read()).find(({ queue }) => queue === TASK_QUEUES.vision)?.tasks ?? 0;
	try {
		const witnesses = witnessesOf(wishes.witnesses);
		const line = await prepareLine(plant, vehicles, "load", witnesses);
		const stage = { plant, line, store, witnesses };
		const last = vehicles.splice(vehicles.length - burst, burst);
		const memory = watchMemory(plant);
		const phases = [await phase("steady", stage, vehicles, rate, minutes, waiting)];
		say(`steady: ${phases[0]?.judgedAnHour.toFixed(0)} an hour`);
		const trend = memory.stop();
		if (overload > 0) {
			phases.push(await phase("overload", stage, vehicles, rate * overload, overloadMinutes, waiting));
			say(`overload: ${phases[1]?.judgedAnHour.toFixed(0)} an hour, ${phases[1]?.refused} refused`);
		}
		const drained = burst > 0 ? await burstOf(stage, last) : null;
		return {
			wishes,
			cores: cpus().length,
			load: loadavg(),
			phases,
			burst: drained,
			memory: trend,
			answers: Object.fromEntries([...line.tally.counts].sort()),
			defects: line.tally.defects,
			defectCount: line.tally.defectCount,
		};
	} finally {
		await store.close();
		await backlogs.close();
		await plant.stop();
	}
}
