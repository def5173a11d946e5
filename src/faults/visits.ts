import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { CaptureReceipt, TrackOut } from "../contracts/api.js";
import type { Store } from "../persistence/store.js";
import { CONFIRM, Exceptions, type Line } from "./line.js";
import type { FaultPlant } from "./plant.js";
import { captureForm, type LineVehicle, STATION } from "./vehicles.js";

const DRAIN_WITHIN_MS = 30 * 60_000;
const WAIT_SECONDS = 15;
const DECIDE_AGAIN_MS = 1_000;

/** What a load is put on. */
export interface Stage {
	readonly plant: FaultPlant;
	readonly line: Line;
	/** The plant's store, without a proxy in between. */
	readonly store: Store;
	readonly witnesses: readonly string[];
}

/** What came of a phase's requests, milliseconds and counts. */
export interface Measured {
	readonly trackIn: number[];
	readonly capture: number[];
	readonly verdict: number[];
	readonly refusal: number[];
	/** Requests told to come back later. */
	refused: number;
	/** Captures not sent because their vehicle was told so. */
	notLetIn: number;
	/** Decisions people took, and vehicles that came to their end. */
	decided: number;
	sealed: number;
	failed: number;
}

/** By the workflow's clock, milliseconds since 1970: a capture taken, and read. */
export interface Reading {
	readonly received: number;
	readonly observed: number;
}

/** A vehicle on the line; its captures follow each other at the line's pace. */
export interface Visit {
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

export async function trackIn(
	line: Line,
	{ productionNumber }: LineVehicle,
	measured: Measured,
): Promise<boolean> {
	const json = { productionNumber, station: STATION, sequence: 1 };
	const answer = await line.people.station.send("/track-in", { json, once: true });
	return !refused(answer, measured.trackIn, measured);
}

export function formOf(line: Line, { inspectionId, shows }: LineVehicle, witness: string): FormData {
	return captureForm(line.picture(shows, `${inspectionId}/${witness}`), witness);
}

/** One check: a capture is sent once. */
export async function sendCapture(
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

/** A person confirms what is open. Returns how many decisions were taken. */
async function decideOpen(line: Line, inspectionId: string): Promise<number> {
	const { station, operators } = line.people;
	const answer = await station.send(`/inspections/${inspectionId}`);
	if (answer.status !== 200) return 0;
	let decided = 0;
	for (const { exceptionId, status } of Exceptions.parse(answer.body).exceptions) {
		if (status !== "open") continue;
		const person = operators[Math.floor(Math.random() * operators.length)];
		const json = { decisionId: randomUUID(), ...CONFIRM };
		const taken = await person?.send(`/exceptions/${encodeURIComponent(exceptionId)}/decisions`, { json });
		if (taken?.status === 200) decided += 1;
	}
	return decided;
}

/**
 * Waits as a station does for what becomes of a vehicle whose captures were all taken; people decide what is
 * brought to them, so that it comes to its end and nothing piles up that a plant would not let pile up.
 */
export async function trackOut(line: Line, visit: Visit, measured: Measured): Promise<void> {
	if (!(await Promise.all(visit.captures)).every(Boolean)) return;
	const { inspectionId } = visit.vehicle;
	const taken = performance.now();
	let told = false;
	for (const end = taken + DRAIN_WITHIN_MS; performance.now() < end; ) {
		const answer = await line.people.station.send(
			`/inspections/${inspectionId}/disposition?wait=${WAIT_SECONDS}`,
		);
		if (answer.status !== 200) continue;
		const { status, openExceptions } = TrackOut.parse(answer.body);
		if (!told && (status === "sealed" || openExceptions > 0)) {
			told = true;
			measured.verdict.push(performance.now() - taken);
		}
		if (status === "sealed") {
			measured.sealed += 1;
			return;
		}
		if (openExceptions > 0) {
			measured.decided += await decideOpen(line, inspectionId);
			await pause(DECIDE_AGAIN_MS);
		}
	}
	measured.failed += 1;
}

/** When captures were taken and read, by the workflows' own clock. */
export async function readingsOf(store: Store, visits: readonly Visit[]): Promise<readonly Reading[]> {
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
