import type { Inspection } from "../../contracts/inspection.js";
import type { InspectionRow } from "../../contracts/inspection-row.js";
import { VinspectError } from "../../domain/errors.js";
import type { Role } from "../../persistence/store.js";
import { toReadBlindFirst } from "../blind-second.js";
import type { WebDeps } from "../deps.js";
import type { Identity } from "../request-context.js";

/** Who decides exceptions; engineers and stations look on. */
export const DECIDERS: readonly Role[] = ["operator", "auditor", "administrator"];

/** Who checks the people who decide: they know the truth, so nothing is ever hidden in their own queue. */
export const AUDITORS: readonly Role[] = ["auditor", "administrator"];

/** Whether a station has to do with this inspection: planned for a witness, or it tracked in or sent a capture. */
export function concerns(inspection: Inspection, station: string): boolean {
	return (
		inspection.plan.witnesses.some((witness) => witness.station === station) ||
		inspection.captures.some((capture) => capture.station === station) ||
		inspection.events.some((event) => event.by === station)
	);
}

/** Whether this person or station may see the inspection: people all of them, a station its own. */
export function maySee(inspection: Inspection, actor: Identity): boolean {
	return actor.role !== "station" || concerns(inspection, actor.name);
}

/** The same of a line of a list. */
export function maySeeRow(row: InspectionRow, actor: Identity): boolean {
	return actor.role !== "station" || row.stations.includes(actor.name);
}

/**
 * The inspection as the store's projection has it; of the workflow itself where it is not projected yet.
 * Errors: `inspection_missing`, `forbidden` for another station's.
 */
export async function visibleInspection(
	deps: WebDeps,
	inspectionId: string,
	actor: Identity,
): Promise<Inspection> {
	const inspection =
		(await deps.store.inspections.get(inspectionId)) ?? (await deps.gateway.current(inspectionId));
	if (maySee(inspection, actor)) return inspection;
	throw new VinspectError(
		"forbidden",
		`Inspection ${inspectionId} has no witness at station ${actor.name} and was not tracked in there.`,
	);
}

/**
 * The inspection with what was read in it. Errors: as of `visibleInspection`; `blind_reading_missing` for whoever may
 * be asked to confirm a release of this vehicle and has not read its picture yet.
 */
export async function readInspection(
	deps: WebDeps,
	inspectionId: string,
	actor: Identity,
): Promise<Inspection> {
	const inspection = await visibleInspection(deps, inspectionId, actor);
	const unread =
		DECIDERS.includes(actor.role) && (await toReadBlindFirst(deps.store, inspection, actor.name));
	if (!unread) return inspection;
	throw new VinspectError(
		"blind_reading_missing",
		`A release in ${inspectionId} waits for a second person. Read the picture of exception ${unread} first.`,
	);
}

/**
 * A station speaks for itself alone: what its key sends in the name of another one is refused. Errors: `forbidden`.
 */
export function requireOwnStation(station: string, actor: Identity): void {
	if (actor.role !== "station" || station === actor.name) return;
	throw new VinspectError(
		"forbidden",
		`The key of station ${actor.name} can't speak for station ${station}.`,
		[{ path: "station", message: `expected ${actor.name}, whose key was sent` }],
	);
}

/**
 * A station sends pictures of what the plan has it photograph, of nothing else. Errors: `forbidden`; what the workflow
 * says of an inspection or witness that does not exist is its own to say.
 */
export async function requireOwnWitness(
	deps: WebDeps,
	inspectionId: string,
	witness: string,
	actor: Identity,
): Promise<void> {
	if (actor.role !== "station") return;
	const inspection =
		(await deps.store.inspections.get(inspectionId)) ?? (await deps.gateway.current(inspectionId));
	const planned = inspection.plan.witnesses.find(({ id }) => id === witness);
	if (planned === undefined || planned.station === actor.name) return;
	throw new VinspectError(
		"forbidden",
		`The plan has witness ${witness} photographed at station ${planned.station}, not at ${actor.name}.`,
		[{ path: "witness", message: `is not of station ${actor.name}` }],
	);
}

/** Exceptions that wait for a person or for a capture a person asked for. */
export function openExceptionsOf(inspection: Inspection): number {
	return inspection.exceptions.filter(
		({ status }) => status === "open" || status === "awaiting_second" || status === "awaiting_capture",
	).length;
}
