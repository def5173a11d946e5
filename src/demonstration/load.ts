import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { VehicleRecordInput } from "../contracts/record.js";
import { type ApiClient, ApiProblem, type Credentials, json, openClient } from "./api-client.js";
import { PLANS, STATIONS } from "./plans.js";
import { VEHICLES } from "./plant.js";
import type { PlantCapture, PlantVehicle } from "./plant-vehicle.js";
import { openStudio, type Studio } from "./render/studio.js";

export interface DemonstrationLoading {
	/** Address of the service, `http://localhost:3000`. */
	readonly baseUrl: string;
	readonly administrator: Credentials;
	/** Told one line for each thing done. */
	progress(line: string): void;
	readonly signal?: AbortSignal | undefined;
	/** Shortest time between two vehicles that enter the line, milliseconds. */
	readonly taktMs?: number | undefined;
	/** The day's production; all of it where left out. */
	readonly vehicles?: readonly PlantVehicle[] | undefined;
	readonly patienceMs?: number | undefined;
}

const TAKT_MS = 3_000;
/** The first vehicles follow each other as fast as they can be photographed, so that something is to be seen. */
const UNPACED_MOVES = 4;

const Page = z.object({
	items: z.array(z.object({ productionNumber: z.string() })),
	next: z.string().nullable(),
});
const Plans = z.object({ items: z.array(z.object({ model: z.string(), status: z.string() })) });
const StationKey = z.object({ key: z.string() });
const TrackedIn = z.object({
	inspectionId: z.string(),
	status: z.string(),
	captures: z.array(z.object({ witness: z.string() })),
});
const Receipt = z.object({ status: z.enum(["accepted", "duplicate"]) });
const Anything = z.unknown();

function csvCell(value: string): string {
	return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Vehicle records as the plant's order system would export them (RFC 4180); a value that is not there is an empty cell. */
export function recordsCsv(records: readonly VehicleRecordInput[]): string {
	const fields = [...new Set(records.flatMap(({ attributes }) => Object.keys(attributes)))];
	const header = ["productionNumber", "vin", "model", "market", ...fields];
	const rows = records.map(({ productionNumber, vin, model, market, attributes }) => [
		productionNumber,
		vin,
		model,
		market,
		...fields.map((field) => String(attributes[field] ?? "")),
	]);
	return [header, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}

async function knownRecords(api: ApiClient): Promise<ReadonlySet<string>> {
	const known = new Set<string>();
	let after = "";
	for (;;) {
		const page = await api.get(`/vehicle-records?limit=100${after}`, Page);
		for (const { productionNumber } of page.items) known.add(productionNumber);
		if (page.next === null) return known;
		after = `&after=${encodeURIComponent(page.next)}`;
	}
}

/** Imports what is not there yet; a record somebody has revised since stays as it is. */
async function importRecords(api: ApiClient, vehicles: readonly PlantVehicle[], say: (line: string) => void) {
	const known = await knownRecords(api);
	const missing = vehicles.map(({ record }) => record).filter((r) => !known.has(r.productionNumber));
	if (missing.length === 0) return;
	const ImportAnswer = z.object({
		created: z.number(),
		rejected: z.number(),
		problems: z.array(z.unknown()),
	});
	const result = await api.post(
		"/vehicle-records/import",
		{ content: recordsCsv(missing), mediaType: "text/csv" },
		ImportAnswer,
	);
	if (result.rejected > 0) {
		throw new Error(
			`The demonstration's vehicle records were refused: ${JSON.stringify(result.problems[0])}`,
		);
	}
	say(`${result.created} vehicle records imported · 已导入 ${result.created} 条车辆配置记录`);
}

async function releasePlans(api: ApiClient, say: (line: string) => void) {
	const { items } = await api.get("/plans", Plans);
	for (const plan of PLANS) {
		if (items.some(({ model, status }) => model === plan.model && status === "released")) continue;
		await api.post("/plans", json({ ...plan, status: "released" }), Anything);
		say(`Inspection plan ${plan.model} released · 检验方案 ${plan.model} 已发布`);
	}
}

/** A client for each station. A key is shown once: on a later start the administrator sends in the station's name. */
async function openStations(
	administrator: ApiClient,
	loading: DemonstrationLoading,
): Promise<ReadonlyMap<string, ApiClient>> {
	const clients = new Map<string, ApiClient>();
	for (const name of STATIONS) {
		try {
			const { key } = await administrator.post("/stations", json({ name }), StationKey);
			clients.set(name, await openClient(loading, { key }));
		} catch (error) {
			if (!(error instanceof ApiProblem && error.code === "name_taken")) throw error;
			clients.set(name, administrator);
		}
	}
	return clients;
}

/** A vehicle between two stations. */
interface Moving {
	readonly inspectionId: string;
	readonly productionNumber: string;
	readonly ahead: PlantCapture[];
}

const isFinished = (error: unknown) => error instanceof ApiProblem && error.code === "inspection_finished";

/**
 * Tracks a vehicle in, or finds it where it was left. Null where nothing remains to be sent. Repeating it is
 * harmless by itself; an Idempotency-Key would answer with the captures of long ago.
 */
async function trackIn(api: ApiClient, vehicle: PlantVehicle): Promise<Moving | null> {
	const { productionNumber } = vehicle.record;
	try {
		const station = vehicle.captures[0]?.witness.station ?? STATIONS[0];
		const { inspectionId, status, captures } = await api.post(
			"/track-in",
			json({ productionNumber, station, sequence: 1 }),
			TrackedIn,
		);
		const sent = new Set(captures.map(({ witness }) => witness));
		const ahead = vehicle.captures.filter(({ witness }) => !sent.has(witness.id));
		return status === "sealed" || ahead.length === 0 ? null : { inspectionId, productionNumber, ahead };
	} catch (error) {
		if (isFinished(error)) return null;
		throw error;
	}
}

async function sendCapture(api: ApiClient, studio: Studio, moving: Moving, capture: PlantCapture) {
	const { witness, order } = capture;
	const picture = await studio.render(order);
	const capturedAt = new Date().toISOString();
	const content = new FormData();
	content.set("witness", witness.id);
	content.set("station", witness.station);
	content.set("capturedAt", capturedAt);
	content.set("file", new Blob([Buffer.from(picture.jpeg)], { type: "image/jpeg" }), `${witness.id}.jpg`);
	const path = `/inspections/${encodeURIComponent(moving.inspectionId)}/captures`;
	const idempotencyKey = `${moving.inspectionId}.${witness.id}.${capturedAt}`;
	await api.post(path, { content, idempotencyKey }, Receipt);
}

/**
 * Loads the demonstration plant through the public API, as its order system and stations would: records,
 * plans, station keys, then the day's production, several vehicles on the line at once. What is there
 * already stays; a loading that was interrupted goes on where it stopped.
 * Errors: `ApiProblem`; what `fetch` throws when the service stays away; the signal's reason.
 */
export async function loadDemonstration(loading: DemonstrationLoading): Promise<void> {
	const { vehicles = VEHICLES, taktMs = TAKT_MS, signal, progress } = loading;
	const administrator = await openClient(loading, loading.administrator);
	await importRecords(administrator, vehicles, progress);
	await releasePlans(administrator, progress);
	const stations = await openStations(administrator, loading);
	const at = (station: string) => stations.get(station) ?? administrator;
	const studio = openStudio();
	try {
		const waiting = [...vehicles];
		let onTheLine: Moving[] = [];
		for (let moves = 0; waiting.length > 0 || onTheLine.length > 0; moves++) {
			const moveEnds = Date.now() + (moves < UNPACED_MOVES ? 0 : taktMs);
			const entering = await nextToEnter(waiting, at);
			if (entering) {
				onTheLine.push(entering);
				progress(`${entering.productionNumber} enters the line · 上线`);
			}
			for (const moving of onTheLine) {
				const capture = moving.ahead.shift();
				if (!capture) continue;
				try {
					await sendCapture(at(capture.witness.station), studio, moving, capture);
				} catch (error) {
					// Somebody cancelled it, or it was decided on: the next vehicle is not kept waiting.
					if (!isFinished(error)) throw error;
					moving.ahead.length = 0;
				}
				if (moving.ahead.length === 0)
					progress(`${moving.productionNumber} has passed every station · 采集完成`);
			}
			onTheLine = onTheLine.filter(({ ahead }) => ahead.length > 0);
			await pause(Math.max(0, moveEnds - Date.now()), undefined, { signal });
		}
	} finally {
		await studio.close();
	}
}

/** The next vehicle that still has something to show. */
async function nextToEnter(
	waiting: PlantVehicle[],
	at: (station: string) => ApiClient,
): Promise<Moving | null> {
	for (let vehicle = waiting.shift(); vehicle; vehicle = waiting.shift()) {
		const moving = await trackIn(at(vehicle.captures[0]?.witness.station ?? STATIONS[0]), vehicle);
		if (moving) return moving;
	}
	return null;
}
