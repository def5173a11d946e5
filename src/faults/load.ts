import { cpus, loadavg } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { TASK_QUEUES } from "../../workflows/task-queues.js";
import { CaptureReceipt, TrackOut } from "../contracts/api.js";
import { connectStore } from "../persistence/mongo-store.js";
import type { Store } from "../persistence/store.js";
import { openBacklogs } from "../temporal/task-queue-backlog.js";
import type { Line } from "./line.js";
import { type Trend, watchMemory } from "./memory.js";
import { FAULTS_PLANT, FaultPlant } from "./plant.js";
import { prepareLine } from "./prepare-line.js";
import { watchProcessors } from "./processors.js";
import { type LineVehicle, productionOf, STATION, witnessesOf } from "./vehicles.js";

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
const WAIT_SECONDS = 15;

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
	refused: number;
	notLetIn: number;
	failed: number;
}

/** By the workflow's clock, milliseconds since 1970: a capture taken, and read. */
interface Reading {
	readonly received: number;
	readonly observed: number;
}

interface Stage {
	readonly plant: FaultPlant;
	readonly line: Line;
	/** The plant's store, without a proxy in between. */
	readonly store: Store;
	readonly witnesses: readonly string[];
}

/** A vehicle on the line; its captures follow each other at the line's pace. */
interface Visit {
	readonly vehicle: LineVehicle;
	/** Whether it was let in; a refusal is a result here. */
	readonly trackedIn: Promise<boolean>;
	readonly captures: Promise<boolean>[];
}

function refused(answer: { status: number; ms: number }, into: number[], measured: Measured): boolean {
	if (answer.status < 300 && answer.status > 0) {
		into.push(answer.ms);
		return false;
	}
	if (answer.status === 503 || answer.status === 429) {
		measured.refused += 1;
		measured.refusal.push(answer.ms);
	} else measured.failed += 1;
	return true;
}

async function trackIn(line: Line, { productionNumber }: LineVehicle, measured: Measured): Promise<boolean> {
	const json = { productionNumber, station: STATION, sequence: 1 };
	const answer = await line.people.station.send("/track-in", { json, once: true });
	return !refused(answer, measured.trackIn, measured);
}

function formOf(line: Line, { inspectionId, shows }: LineVehicle, witness: string): FormData {
	const parts = new FormData();
	parts.set("witness", witness);
	parts.set("station", STATION);
	const picture = line.picture(shows, `${inspectionId}/${witness}`);
	parts.set("file", new Blob([Buffer.from(picture)], { type: "image/jpeg" }), "gear.jpg");
	return parts;
}

/** One check: a capture is sent once. */
async function sendCapture(
	line: Line,
	{ vehicle, trackedIn }: Visit,
	witness: string,
	measured: Measured,
): Promise<boolean> {
	if (!(await trackedIn)) {
		measured.notLetIn += 1;
		return false;
	}
	const form = () => formOf(line, vehicle, witness);
	const answer = await line.people.station.send(`/inspections/${vehicle.inspectionId}/captures`, {
		form,
		once: true,
	});
	if (refused(answer, measured.capture, measured)) return false;
	CaptureReceipt.parse(answer.body);
	return true;
}

/** Waits as a station does for what becomes of a vehicle whose captures were all taken. */
async function trackOut(line: Line, visit: Visit, measured: Measured): Promise<void> {
	if (!(await Promise.all(visit.captures)).every(Boolean)) return;
	const taken = performance.now();
	for (const end = taken + DRAIN_WITHIN_MS; performance.now() < end; ) {
		const path = `/inspections/${visit.vehicle.inspectionId}/disposition?wait=${WAIT_SECONDS}`;
		const answer = await line.people.station.send(path);
		if (answer.status !== 200) continue;
		const { status, openExceptions } = TrackOut.parse(answer.body);
		if (status === "sealed" || openExceptions > 0) {
			measured.verdict.push(performance.now() - taken);
			return;
		}
	}
	measured.failed += 1;
}

/** When captures were taken and read, by the workflows' own clock. */
async function readingsOf(store: Store, visits: readonly Visit[]): Promise<readonly Reading[]> {
	const readings: Reading[] = [];
	for (const { vehicle, captures } of visits) {
		const wanted = (await Promise.all(captures)).filter(Boolean).length;
		for (const end = Date.now() + DRAIN_WITHIN_MS; wanted > 0 && Date.now() < end; await pause(500)) {
			const inspection = await store.inspections.get(vehicle.inspectionId);
			if (!inspection || inspection.observations.length < wanted) continue;
			const received = new Map(
				inspection.events
					.filter(({ type }) => type === "capture_received")
					.map(({ detail, at }) => [detail.sha256, at]),
			);
			for (const { capture, observedAt } of inspection.observations) {
				readings.push({
					received: Date.parse(received.get(capture) ?? ""),
					observed: Date.parse(observedAt),
				});
			}
			break;
		}
	}
	return readings;
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
		...{ trackIn: [], capture: [], verdict: [], refusal: [] },
		...{ refused: 0, notLetIn: 0, failed: 0 },
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

/** All captures at once, each until it is taken; then the order in which they were read. */
async function burstOf({ line, store, witnesses }: Stage, vehicles: readonly LineVehicle[]): Promise<Burst> {
	const { station } = line.people;
	for (const { productionNumber } of vehicles) {
		await station.send("/track-in", { json: { productionNumber, station: STATION, sequence: 1 } });
	}
	const began = performance.now();
	const visits = vehicles.map((vehicle): Visit => {
		const captures = witnesses.map(async (witness) => {
			await station.send(`/inspections/${vehicle.inspectionId}/captures`, {
				form: () => formOf(line, vehicle, witness),
				idempotencyKey: `${vehicle.inspectionId}.${witness}`,
			});
			return true;
		});
		return { vehicle, trackedIn: Promise.resolve(true), captures };
	});
	await Promise.all(visits.flatMap(({ captures }) => captures));
	const takenInSeconds = (performance.now() - began) / 1000;
	const readings = await readingsOf(store, visits);
	const drainedInSeconds = (performance.now() - began) / 1000;
	const byArrival = readings.toSorted((a, b) => a.received - b.received);
	const byReading = byArrival.toSorted((a, b) => a.observed - b.observed);
	const place = new Map(byReading.map((one, i) => [one, i]));
	const displaced = byArrival.map((one, i) => Math.abs((place.get(one) ?? i) - i));
	return {
		captures: readings.length,
		takenInSeconds,
		drainedInSeconds,
		mostDisplaced: Math.max(...displaced),
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
