import { cpus, loadavg } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { TASK_QUEUES } from "../../workflows/task-queues.js";
import { CaptureReceipt, TrackOut } from "../contracts/api.js";
import { connectStore } from "../persistence/mongo-store.js";
import { openBacklogs } from "../temporal/task-queue-backlog.js";
import type { Line } from "./line.js";
import { type Trend, watchMemory } from "./memory.js";
import { FAULTS_PLANT, FaultPlant } from "./plant.js";
import { prepareLine } from "./prepare-line.js";
import { type LineVehicle, productionOf, STATION, WITNESS } from "./vehicles.js";

export interface LoadWishes {
	/** Checks an hour that are asked for. */
	readonly rate: number;
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
	/** Vehicles whose outcome or exception was there within the phase, an hour. */
	readonly judgedAnHour: number;
	readonly sent: number;
	readonly refused: number;
	readonly failed: number;
	readonly trackIn: Quantiles;
	readonly capture: Quantiles;
	/** From the capture's 202 until the station could see what became of it. */
	readonly verdict: Quantiles;
	/** From asking until told to come back. */
	readonly refusal: Quantiles;
	readonly mostWaiting: number;
	readonly notReady: number;
}

export interface Burst {
	readonly captures: number;
	readonly takenInSeconds: number;
	readonly drainedInSeconds: number;
	/** Places by which the order of reading departs from the order of arrival, at most. */
	readonly mostDisplaced: number;
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
const DRAIN_WITHIN_MS = 30 * 60_000;

export function quantilesOf(values: readonly number[]): Quantiles {
	const sorted = [...values].sort((a, b) => a - b);
	const at = (share: number) =>
		sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
	return { n: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), most: sorted.at(-1) ?? null };
}

interface Measured {
	readonly trackIn: number[];
	readonly capture: number[];
	readonly verdict: number[];
	readonly refusal: number[];
	/** When each vehicle was judged, so that those judged later count to no phase before. */
	readonly judgedAt: number[];
	refused: number;
	failed: number;
}

/** Sends one capture of one vehicle, once: a refusal is a result here. */
async function check(line: Line, vehicle: LineVehicle, measured: Measured): Promise<void> {
	const { station } = line.people;
	const { productionNumber, inspectionId, shows } = vehicle;
	const refusedOr = (answer: { status: number; ms: number }, into: number[]): boolean => {
		if (answer.status < 300 && answer.status > 0) {
			into.push(answer.ms);
			return false;
		}
		if (answer.status === 503 || answer.status === 429) {
			measured.refused += 1;
			measured.refusal.push(answer.ms);
		} else measured.failed += 1;
		return true;
	};
	const trackedIn = await station.send("/track-in", {
		json: { productionNumber, station: STATION, sequence: 1 },
		once: true,
	});
	if (refusedOr(trackedIn, measured.trackIn)) return;
	const form = () => {
		const parts = new FormData();
		parts.set("witness", WITNESS);
		parts.set("station", STATION);
		const picture = line.picture(shows, inspectionId);
		parts.set("file", new Blob([Buffer.from(picture)], { type: "image/jpeg" }), "gear.jpg");
		return parts;
	};
	const captured = await station.send(`/inspections/${inspectionId}/captures`, { form, once: true });
	if (refusedOr(captured, measured.capture)) return;
	CaptureReceipt.parse(captured.body);
	const taken = performance.now();
	for (const end = taken + DRAIN_WITHIN_MS; performance.now() < end; ) {
		const answer = await station.send(`/inspections/${inspectionId}/disposition`);
		if (answer.status === 200) {
			const { status, openExceptions } = TrackOut.parse(answer.body);
			if (status === "sealed" || openExceptions > 0) {
				measured.verdict.push(performance.now() - taken);
				measured.judgedAt.push(performance.now());
				return;
			}
		}
		await pause(1_000);
	}
	measured.failed += 1;
}

/** Vehicles that arrive at their own pace, whatever becomes of those before. */
async function phase(
	name: string,
	plant: FaultPlant,
	line: Line,
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
		judgedAt: [],
		refused: 0,
		failed: 0,
	};
	let [mostWaiting, notReady] = [0, 0];
	const look = async () => {
		mostWaiting = Math.max(mostWaiting, await waiting().catch(() => 0));
		if (!(await plant.isReady())) notReady += 1;
	};
	const looking = setInterval(() => void look(), LOOK_EVERY_MS);
	const began = performance.now();
	const running: Promise<void>[] = [];
	const seconds = minutes * 60;
	for (let i = 0; i < (askedAnHour / 3600) * seconds; i++) {
		const due = began + (i * 3_600_000) / askedAnHour;
		await pause(Math.max(0, due - performance.now()));
		const vehicle = vehicles.shift();
		if (vehicle) running.push(check(line, vehicle, measured));
	}
	const ended = began + seconds * 1000;
	await pause(Math.max(0, ended - performance.now()));
	const judged = measured.judgedAt.filter((at) => at <= performance.now()).length;
	const lasted = (performance.now() - began) / 1000;
	await Promise.all(running);
	clearInterval(looking);
	return {
		name,
		seconds: lasted,
		askedAnHour,
		judgedAnHour: (judged / lasted) * 3600,
		sent: running.length,
		refused: measured.refused,
		failed: measured.failed,
		trackIn: quantilesOf(measured.trackIn),
		capture: quantilesOf(measured.capture),
		verdict: quantilesOf(measured.verdict),
		refusal: quantilesOf(measured.refusal),
		mostWaiting,
		notReady,
	};
}

/** All captures at once, each until it is taken; then the order in which they were read. */
async function burstOf(plant: FaultPlant, line: Line, vehicles: readonly LineVehicle[]): Promise<Burst> {
	const { station } = line.people;
	for (const { productionNumber } of vehicles) {
		await station.send("/track-in", { json: { productionNumber, station: STATION, sequence: 1 } });
	}
	const began = performance.now();
	await Promise.all(
		vehicles.map(async ({ inspectionId, shows }) => {
			const picture = line.picture(shows, inspectionId);
			const form = () => {
				const parts = new FormData();
				parts.set("witness", WITNESS);
				parts.set("station", STATION);
				parts.set("file", new Blob([Buffer.from(picture)], { type: "image/jpeg" }), "gear.jpg");
				return parts;
			};
			await station.send(`/inspections/${inspectionId}/captures`, { form, idempotencyKey: inspectionId });
		}),
	);
	const takenInSeconds = (performance.now() - began) / 1000;
	const store = await connectStore(plant.mongoUri);
	try {
		const read: { readonly received: string; readonly observed: string }[] = [];
		for (const { inspectionId } of vehicles) {
			for (const end = Date.now() + DRAIN_WITHIN_MS; Date.now() < end; await pause(500)) {
				const inspection = await store.inspections.get(inspectionId);
				// by the workflow's own clock: the moment it took the capture, and the moment it was read
				const received = inspection?.events.find(({ type }) => type === "capture_received")?.at;
				const observed = inspection?.observations[0]?.observedAt;
				if (received === undefined || observed === undefined) continue;
				read.push({ received, observed });
				break;
			}
		}
		const drainedInSeconds = (performance.now() - began) / 1000;
		const byArrival = read.toSorted((a, b) => (a.received < b.received ? -1 : 1));
		const byReading = byArrival.toSorted((a, b) => (a.observed < b.observed ? -1 : 1));
		const place = new Map(byReading.map((one, i) => [one, i]));
		const displaced = byArrival.map((one, i) => Math.abs((place.get(one) ?? i) - i));
		return {
			captures: read.length,
			takenInSeconds,
			drainedInSeconds,
			mostDisplaced: Math.max(...displaced),
		};
	} finally {
		await store.close();
	}
}

/** Asks for a rate and measures what comes of it: latencies, memory, refusals, order. */
export async function runLoad(wishes: LoadWishes, say: (sentence: string) => void): Promise<LoadResult> {
	const { rate, minutes, overload, overloadMinutes, burst } = wishes;
	const steady = Math.ceil((rate / 60) * minutes) + 1;
	const rush = Math.ceil(((rate * overload) / 60) * overloadMinutes) + 1;
	const vehicles = productionOf(steady + rush + burst, FAULTS_PLANT, wishes.readShare, "load");
	const plant = await FaultPlant.start({ volumeMegabytes: null, webs: 1, say });
	const backlogs = openBacklogs({ address: plant.temporalAddress, namespace: "default" });
	const waiting = async () =>
		(await backlogs.read()).find(({ queue }) => queue === TASK_QUEUES.vision)?.tasks ?? 0;
	try {
		const line = await prepareLine(plant, vehicles, "load");
		const last = vehicles.splice(vehicles.length - burst, burst);
		const memory = watchMemory(plant);
		const phases = [await phase("steady", plant, line, vehicles, rate, minutes, waiting)];
		say(`steady: ${phases[0]?.judgedAnHour.toFixed(0)} an hour`);
		const trend = memory.stop();
		if (overload > 0) {
			phases.push(await phase("overload", plant, line, vehicles, rate * overload, overloadMinutes, waiting));
			say(`overload: ${phases[1]?.judgedAnHour.toFixed(0)} an hour, ${phases[1]?.refused} refused`);
		}
		const drained = burst > 0 ? await burstOf(plant, line, last) : null;
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
		await backlogs.close();
		await plant.stop();
	}
}
