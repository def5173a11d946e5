import { setTimeout as pause } from "node:timers/promises";
import { createRandom } from "../demonstration/render/random.js";
import { type FaultPlant, LINKS, type Link, PARTS, type Part, RESERVE_MEGABYTES } from "./plant.js";

/** Everything that can be done to the plant. */
export type Fault =
	| { readonly kind: "kill"; readonly parts: readonly Part[] }
	| { readonly kind: "drop" | "cut" | "hang"; readonly link: Link }
	/** No byte is left; or less than is kept for work begun. */
	| { readonly kind: "fill" }
	| { readonly kind: "reserve" };

export interface Befallen {
	readonly fault: string;
	/** Seconds since the first vehicle. */
	readonly at: number;
	/** Seconds the fault itself was kept up; 0 of a kill. */
	readonly held: number;
	/** Seconds from its end until web, store and workflow service answered again; null where they did not in time. */
	readonly ready: number | null;
	/** Seconds from its end until the next vehicle came to its end. */
	readonly vehicle: number | null;
}

export interface ChaosWishes {
	readonly seed: string;
	/** Seconds between two faults, drawn between these. */
	readonly between: readonly [number, number];
	readonly finished: () => number;
	readonly say: (sentence: string) => void;
	readonly signal: AbortSignal;
}

const READY_WITHIN_MS = 180_000;
const VEHICLE_WITHIN_MS = 240_000;

function nameOf(fault: Fault): string {
	if (fault.kind === "kill") return `kill ${fault.parts.join(" + ")}`;
	if (fault.kind === "fill") return "disk full";
	if (fault.kind === "reserve") return "disk nearly full";
	return `${fault.kind} ${fault.link}`;
}

/** Faults in turn, each kind about as often as the others, in an order that the seed draws. */
export function* faultsFrom(seed: string, withDisk: boolean): Generator<Fault> {
	const random = createRandom(`${seed}/faults`);
	const kinds: Fault[] = [
		...PARTS.map((part): Fault => ({ kind: "kill", parts: [part] })),
		...PARTS.map((part): Fault => ({ kind: "kill", parts: [part] })),
		{ kind: "kill", parts: ["temporal", "mongo"] },
		{ kind: "kill", parts: [...PARTS] },
		...LINKS.map((link): Fault => ({ kind: "drop", link })),
		...LINKS.map((link): Fault => ({ kind: "cut", link })),
		...LINKS.map((link): Fault => ({ kind: "hang", link })),
		...(withDisk ? ([{ kind: "fill" }, { kind: "fill" }, { kind: "reserve" }] as const) : []),
	];
	for (;;) {
		const round = [...kinds];
		while (round.length > 0) {
			const [fault] = round.splice(random.whole(0, round.length - 1), 1);
			if (fault) yield fault;
		}
	}
}

async function befall(plant: FaultPlant, fault: Fault, heldMs: number): Promise<boolean> {
	switch (fault.kind) {
		case "kill":
			return (await Promise.all(fault.parts.map((part) => plant.kill(part)))).some(Boolean);
		case "drop":
			plant.links[fault.link].drop();
			return true;
		case "cut":
		case "hang":
			plant.links[fault.link][fault.kind]();
			await pause(heldMs);
			plant.links[fault.link].mend();
			return true;
		case "fill":
		case "reserve":
			if (fault.kind === "fill") await plant.volume?.fill();
			else await plant.volume?.leave(RESERVE_MEGABYTES * 0.5 * 1024 * 1024);
			await pause(heldMs);
			await plant.volume?.empty();
			return true;
	}
}

async function untilTrue(
	ask: () => Promise<boolean> | boolean,
	withinMs: number,
	signal: AbortSignal,
): Promise<number | null> {
	const began = Date.now();
	while (Date.now() - began < withinMs) {
		if (await ask()) return (Date.now() - began) / 1000;
		if (signal.aborted) return null;
		await pause(200);
	}
	return null;
}

/** Breaks the plant again and again until told to stop; returns what befell it. */
export async function wreak(plant: FaultPlant, wishes: ChaosWishes): Promise<Befallen[]> {
	const { seed, between, finished, say, signal } = wishes;
	const random = createRandom(`${seed}/moments`);
	const befallen: Befallen[] = [];
	const began = Date.now();
	for (const fault of faultsFrom(seed, plant.volume !== null)) {
		await pause(1000 * random.between(...between), undefined, { signal }).catch(() => undefined);
		if (signal.aborted) return befallen;
		const at = (Date.now() - began) / 1000;
		const heldMs = 1000 * (fault.kind === "fill" ? random.between(5, 15) : random.between(3, 15));
		const before = Date.now();
		if (!(await befall(plant, fault, heldMs))) continue;
		const held = fault.kind === "kill" || fault.kind === "drop" ? 0 : (Date.now() - before) / 1000;
		const then = finished();
		const [ready, vehicle] = await Promise.all([
			untilTrue(() => plant.isReady(), READY_WITHIN_MS, signal),
			untilTrue(() => finished() > then, VEHICLE_WITHIN_MS, signal),
		]);
		befallen.push({ fault: nameOf(fault), at, held, ready, vehicle });
		const seconds = (value: number | null) => (value === null ? "not" : `${value.toFixed(1)} s`);
		say(`${nameOf(fault)}: ready after ${seconds(ready)}, next vehicle through after ${seconds(vehicle)}`);
	}
	return befallen;
}
