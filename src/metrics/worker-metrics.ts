import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Inspection } from "../contracts/inspection.js";
import type { Observation, ObservationSummary } from "../contracts/reading.js";
import { type Contribution, EVERY_STATION } from "../contracts/statistics.js";
import { boundedLabel } from "./bounded-label.js";

/** Upper bounds in seconds: a reading takes tenths to seconds, a record milliseconds. */
const ACTIVITY_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180];
const PICTURE_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** More stations than any line has; a plant's own configuration names them. */
const STATIONS = 200;
/** Versions of the readers that one process meets: one, unless it is told otherwise. */
const READERS = 20;
/** Witness kinds, steps and activities are the code's own; the bound only keeps a mistake from growing. */
const OWN_NAMES = 50;
const DAY_MS = 24 * 60 * 60 * 1000;

/** A capture that was read for an inspection. */
export interface SeenCapture {
	/** Null for a capture of an inspection from before stations were told. */
	readonly station: string | null;
	/** Digest of the readers' versions. */
	readonly readers: string;
	/** Milliseconds by step. */
	readonly ms: Observation["ms"];
	readonly summary: ObservationSummary;
}

export interface WorkerMetrics {
	/** `outcome` is `done`, or the name of what went wrong. */
	activityEnded(activity: string, outcome: string, seconds: number): void;
	seen(capture: SeenCapture): void;
	/** A sealed inspection; told again where its projection had to be repeated. */
	sealed(inspection: Inspection, contribution: Contribution | null): void;
}

/** Whether a capture's reading was believed, and if not, which of the reasons there are. */
function resultOf({ retake, absent, refusal, fields }: ObservationSummary): string {
	if (retake !== null) return "retake";
	if (absent) return "absent";
	if (refusal !== null) return "refused";
	return Object.values(fields).every(({ accepted }) => accepted) ? "accepted" : "refused";
}

/** What this worker did: activities, pictures, readings, and how inspections ended. */
export function createWorkerMetrics(registry: Registry): WorkerMetrics {
	const registers = [registry];
	const station = boundedLabel(STATIONS);
	const readersOf = boundedLabel(READERS);
	const own = boundedLabel(OWN_NAMES);
	const activities = new Histogram({
		name: "vinspect_activity_seconds",
		help: "Time an attempt of an activity took",
		labelNames: ["activity", "outcome"],
		buckets: ACTIVITY_SECONDS,
		registers,
	});
	const pictures = new Histogram({
		name: "vinspect_picture_seconds",
		help: "Time a step of reading one picture took",
		labelNames: ["kind", "step"],
		buckets: PICTURE_SECONDS,
		registers,
	});
	const readings = new Counter({
		name: "vinspect_readings_total",
		help: "Captures read: accepted (every field believed), refused, absent (nothing of the kind found), retake (picture of no use)",
		labelNames: ["station", "kind", "readers", "result"],
		registers,
	});
	const inspections = new Counter({
		name: "vinspect_inspections_sealed_total",
		help: "Inspections whose report was signed and archived, by outcome",
		labelNames: ["disposition", "closure"],
		registers,
	});
	const vehicles = new Counter({
		name: "vinspect_station_vehicles_total",
		help: "Sealed vehicles of which a station sent pictures; station all: every vehicle",
		labelNames: ["station"],
		registers,
	});
	const ended = new Counter({
		name: "vinspect_exceptions_ended_total",
		help: "Exceptions of sealed inspections by how they ended: false_call (confirmed good), confirmed, released, expired; station all: every one once",
		labelNames: ["station", "end"],
		registers,
	});
	return {
		activityEnded: (activity, outcome, seconds) =>
			activities.observe({ activity: own(activity), outcome }, seconds),
		seen({ station: from, readers, ms, summary }) {
			for (const [step, taken] of Object.entries(ms))
				pictures.observe({ kind: summary.kind, step: own(step) }, taken / 1000);
			readings.inc({
				station: station(from ?? "unknown"),
				kind: summary.kind,
				readers: readersOf(readers),
				result: resultOf(summary),
			});
		},
		sealed({ disposition, closure }, contribution) {
			inspections.inc({ disposition: disposition ?? "none", closure: closure ?? "none" });
			for (const bucket of contribution?.buckets ?? []) {
				if (bucket.grain !== "hour") continue;
				const { tally } = bucket;
				const at = bucket.station === EVERY_STATION ? "all" : station(bucket.station);
				vehicles.inc({ station: at }, tally.captured);
				ended.inc({ station: at, end: "false_call" }, tally.falseCalls);
				ended.inc({ station: at, end: "confirmed" }, tally.confirmed);
				ended.inc({ station: at, end: "released" }, tally.released);
				ended.inc({ station: at, end: "expired" }, tally.expired);
			}
		},
	};
}

/** How many days each signing key may still be used; `validTo` is asked at every scrape. */
export function watchKeys(registry: Registry, keys: ReadonlyMap<string, () => Promise<Date>>): void {
	new Gauge({
		name: "vinspect_key_expiry_days",
		help: "Days until a signing certificate is no longer valid; negative afterwards",
		labelNames: ["key"],
		registers: [registry],
		async collect() {
			for (const [key, validTo] of keys)
				this.set({ key }, ((await validTo()).getTime() - Date.now()) / DAY_MS);
		},
	});
}
