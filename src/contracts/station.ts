import { z } from "zod";
import { Identifier, Instant, Sha256 } from "./primitives.js";

/** The newest capture that came from a station. */
export const StationCapture = z.strictObject({
	at: Instant,
	witness: Identifier,
	sha256: Sha256,
	inspectionId: Identifier,
});
export type StationCapture = z.infer<typeof StationCapture>;

/** Something a person did to a station's key or alarm. */
export const StationChange = z.strictObject({
	at: Instant,
	by: z.string(),
	action: z.enum(["key_created", "key_rotated", "former_keys_ended", "disabled", "enabled", "silence_limit"]),
	/** `key_rotated`: until when the key before stays valid. */
	formerUntil: Instant.nullable(),
	/** `silence_limit`: the new limit. */
	minutes: z.int().positive().nullable(),
});
export type StationChange = z.infer<typeof StationChange>;

/** Minutes without a capture, while vehicles wait, from which a station counts as silent. */
export const SilenceMinutes = z.int().min(1).max(1440);

/** Minutes the key before stays valid after a rotation: none, up to a week. */
export const OverlapMinutes = z.int().min(0).max(10_080);

export const StationItem = z.strictObject({
	name: Identifier,
	displayName: z.string(),
	/** Named by a released plan. */
	planned: z.boolean(),
	key: z.enum(["none", "active", "disabled"]),
	/** Until when a rotated key is still taken; null where none is. */
	formerUntil: Instant.nullable(),
	lastCapture: StationCapture.nullable(),
	/** Captures that arrived in the last 60 minutes. */
	capturesLastHour: z.int().nonnegative(),
	/** Vehicles that wait for a capture from this station. */
	vehiclesWaiting: z.int().nonnegative(),
	silenceMinutes: SilenceMinutes,
	/** Since when the station is silent for too long; null where it is not. */
	silentSince: Instant.nullable(),
	/** Newest first. */
	changes: z.array(StationChange),
});
export type StationItem = z.infer<typeof StationItem>;
