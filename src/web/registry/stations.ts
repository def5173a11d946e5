import type { Inspection } from "../../contracts/inspection.js";
import type { StationCapture, StationChange, StationItem } from "../../contracts/station.js";
import { VinspectError } from "../../domain/errors.js";
import {
	awaitedBy,
	capturesInLastHour,
	DEFAULT_SILENCE_MINUTES,
	silentSince,
} from "../../domain/station-silence.js";
import type { Account, KeyUse, StationState } from "../../persistence/store.js";
import { type AccessEvent, tellAccess } from "../access/access-events.js";
import { hashToken, newStationKey } from "../access/secrets.js";
import { nowOf, type WebDeps } from "../deps.js";

/** Vehicles looked at to find whom stations keep waiting: the newest that still collect. */
const COLLECTING_LIMIT = 200;
const MINUTE = 60_000;

const NO_STATE: Omit<StationState, "name"> = {
	lastCapture: null,
	minutes: [],
	silenceMinutes: null,
	changes: [],
};

interface Waiting {
	readonly vehicles: number;
	readonly since: string;
}

function waitingByStation(collecting: readonly Inspection[]): ReadonlyMap<string, Waiting> {
	const waiting = new Map<string, Waiting>();
	for (const { station, since } of collecting.flatMap(awaitedBy)) {
		const before = waiting.get(station);
		waiting.set(station, {
			vehicles: (before?.vehicles ?? 0) + 1,
			since: before !== undefined && before.since < since ? before.since : since,
		});
	}
	return waiting;
}

/** Until when a key that was replaced is still taken, by the last rotation that was noted. */
function formerUntil(changes: readonly StationChange[], now: Date): string | null {
	const last = changes.findLast(({ action }) => action === "key_rotated" || action === "former_keys_ended");
	const until = last?.formerUntil ?? null;
	return until !== null && until > now.toISOString() ? until : null;
}

function itemOf(
	name: string,
	facts: {
		readonly account: Account | undefined;
		readonly state: Omit<StationState, "name">;
		readonly waiting: Waiting | undefined;
		readonly planned: boolean;
	},
	now: Date,
): StationItem {
	const { account, state, waiting, planned } = facts;
	const silenceMinutes = state.silenceMinutes ?? DEFAULT_SILENCE_MINUTES;
	const watch = {
		limitMinutes: silenceMinutes,
		lastCaptureAt: state.lastCapture?.at ?? null,
		waitingSince: waiting?.since ?? null,
	};
	return {
		name,
		displayName: account?.displayName ?? name,
		planned,
		key: account === undefined ? "none" : account.disabled ? "disabled" : "active",
		formerUntil: account?.disabled === false ? formerUntil(state.changes, now) : null,
		lastCapture: state.lastCapture,
		capturesLastHour: capturesInLastHour(state.minutes, now),
		vehiclesWaiting: waiting?.vehicles ?? 0,
		silenceMinutes,
		silentSince: silentSince(watch, now),
		changes: state.changes.toReversed(),
	};
}

/** Every station that a released plan names, that has a key or that ever sent a capture, by name. */
export async function stationItems(deps: WebDeps): Promise<readonly StationItem[]> {
	const [plans, accounts, states, collecting] = await Promise.all([
		deps.store.plans.list(deps.plant),
		deps.store.accounts.list(),
		deps.store.stations.list(),
		deps.store.inspections.list({ status: "collecting" }, null, COLLECTING_LIMIT),
	]);
	const planned = new Set(
		plans
			.filter(({ status }) => status === "released")
			.flatMap(({ witnesses }) => witnesses.map(({ station }) => station)),
	);
	const accountOf = new Map(accounts.filter(({ role }) => role === "station").map((one) => [one.name, one]));
	const stateOf = new Map(states.map((one) => [one.name, one]));
	const waiting = waitingByStation(collecting.items);
	const now = nowOf(deps);
	return [...new Set([...planned, ...accountOf.keys(), ...stateOf.keys()])].toSorted().map((name) => {
		const facts = {
			account: accountOf.get(name),
			state: stateOf.get(name) ?? NO_STATE,
			waiting: waiting.get(name),
			planned: planned.has(name),
		};
		return itemOf(name, facts, now);
	});
}

/** One station of the list. Errors: `station_missing`. */
export async function stationItem(deps: WebDeps, name: string): Promise<StationItem> {
	const found = (await stationItems(deps)).find((station) => station.name === name);
	if (found) return found;
	throw new VinspectError("station_missing", `No plan names a station ${name}, and it has no key.`);
}

async function stationAccount(deps: WebDeps, name: string): Promise<Account> {
	const account = await deps.store.accounts.get(name);
	if (account?.role === "station") return account;
	throw new VinspectError("station_missing", `There is no station ${name} with a key.`);
}

const TOLD: Readonly<Partial<Record<StationChange["action"], AccessEvent["action"]>>> = {
	key_created: "key_created",
	key_rotated: "key_rotated",
	former_keys_ended: "former_keys_ended",
	disabled: "station_disabled",
	enabled: "station_enabled",
};

/** Notes what a person did to a station; what concerns its keys is told as an event of access too. */
async function noteChange(
	deps: WebDeps,
	name: string,
	by: string,
	action: StationChange["action"],
	more: Partial<StationChange> = {},
): Promise<void> {
	const at = nowOf(deps).toISOString();
	await deps.store.stations.change(name, { at, by, action, formerUntil: null, minutes: null, ...more });
	const told = TOLD[action];
	const why = more.formerUntil ? `the key before stays valid until ${more.formerUntil}` : undefined;
	if (told) await tellAccess(deps, { action: told, subject: name, by, ...(why ? { why } : {}) });
}

export interface NewKey {
	readonly name: string;
	readonly displayName: string;
	/** Shown once; only its hash is kept. */
	readonly key: string;
}

/** Makes a station with its first key. Errors: `name_taken`. */
export async function createStationKey(
	deps: WebDeps,
	{ name, displayName }: { readonly name: string; readonly displayName: string },
	by: string,
): Promise<NewKey> {
	const key = newStationKey();
	const account = { name, displayName, role: "station", disabled: false } as const;
	if (!(await deps.store.accounts.create({ ...account, secretHash: hashToken(key) }))) {
		throw new VinspectError(
			"name_taken",
			`There is an account or station ${name} already; choose another name.`,
			[{ path: "name", message: "is taken" }],
		);
	}
	await noteChange(deps, name, by, "key_created");
	return { name, displayName, key };
}

/**
 * Gives a station a new key; the one before stays valid for the overlap, any older one ends now. Errors:
 * `station_missing`; `revision_conflict` where somebody replaced the key at the same moment.
 */
export async function rotateStationKey(
	deps: WebDeps,
	name: string,
	overlapMinutes: number,
	by: string,
): Promise<NewKey & { readonly formerUntil: string | null }> {
	const account = await stationAccount(deps, name);
	const key = newStationKey();
	const until = overlapMinutes === 0 ? null : new Date(nowOf(deps).getTime() + overlapMinutes * MINUTE);
	if (!(await deps.store.accounts.replaceSecret(name, account.secretHash, hashToken(key), until))) {
		throw new VinspectError("revision_conflict", `Somebody replaced the key of ${name} at this moment.`);
	}
	const formerUntil = until?.toISOString() ?? null;
	await noteChange(deps, name, by, "key_rotated", { formerUntil });
	return { name, displayName: account.displayName, key, formerUntil };
}

/** A station's keys, the one in force first; none where it has no account. */
export function stationKeys(deps: WebDeps, name: string): Promise<readonly KeyUse[]> {
	return deps.store.accounts.keysOf(name);
}

/** Ends the keys that were replaced before their time. Errors: `station_missing`. */
export async function endFormerKeys(deps: WebDeps, name: string, by: string): Promise<void> {
	await stationAccount(deps, name);
	await deps.store.accounts.endFormerKeys(name);
	await noteChange(deps, name, by, "former_keys_ended");
}

/** Takes a station's keys out of use, all of them, or back into it. Errors: `station_missing`. */
export async function setStationDisabled(
	deps: WebDeps,
	name: string,
	disabled: boolean,
	by: string,
): Promise<void> {
	const account = await stationAccount(deps, name);
	if (account.disabled === disabled) return;
	await deps.store.accounts.setDisabled(name, disabled);
	await noteChange(deps, name, by, disabled ? "disabled" : "enabled");
}

/** Sets after how many minutes a station counts as silent. Errors: `station_missing`. */
export async function setSilenceLimit(
	deps: WebDeps,
	name: string,
	minutes: number,
	by: string,
): Promise<void> {
	await stationItem(deps, name);
	await noteChange(deps, name, by, "silence_limit", { minutes });
}

/**
 * Notes a capture that an inspection took in. A repeated request is noted at the moment the first one arrived, so
 * that one whose answer was lost leaves no gap and none is counted twice. Never fails the capture: it is kept.
 */
export async function noteCapture(
	deps: WebDeps,
	capture: StationCapture & { readonly station: string },
	status: "accepted" | "duplicate",
): Promise<void> {
	const { station, ...noted } = capture;
	try {
		if (status === "accepted") return await deps.store.stations.captured(station, noted);
		const inspection = await deps.store.inspections.get(noted.inspectionId);
		const first = inspection?.captures.find(
			({ sha256, witness }) => sha256 === noted.sha256 && witness === noted.witness,
		);
		if (first) await deps.store.stations.captured(first.station, { ...noted, at: first.receivedAt });
	} catch (error) {
		deps.logger.warn({ err: error, station }, "a station's last capture could not be noted");
	}
}
