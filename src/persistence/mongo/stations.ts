import { createHash } from "node:crypto";
import type { Connection } from "mongoose";
import { type StationDocument, stationSchema } from "../../../models/records/station.js";
import type { StationCapture } from "../../contracts/station.js";
import type { StationState, Stations } from "../store.js";
import { isDuplicateKey } from "./store-errors.js";

/** Long enough that two of an hour's captures never share it; the same again for a repeated request. */
const KEY_LENGTH = 12;

function keyOf({ inspectionId, witness, sha256 }: StationCapture): string {
	return createHash("sha256")
		.update(`${inspectionId}/${witness}/${sha256}`)
		.digest("hex")
		.slice(0, KEY_LENGTH);
}

const stateOf = ({ _id, lastCapture, minutes, silenceMinutes, changes }: StationDocument): StationState => ({
	name: _id,
	lastCapture: lastCapture ?? null,
	minutes: Object.values(minutes ?? {}),
	silenceMinutes: silenceMinutes ?? null,
	changes: changes ?? [],
});

/** Each write is one atomic step on one document, and changes nothing when repeated. */
export function mongoStations(connection: Connection): Stations {
	const Kept = connection.model<StationDocument>("Station", stationSchema());

	const ensure = async (name: string): Promise<void> => {
		try {
			const empty = { lastCapture: null, minutes: {}, silenceMinutes: null, changes: [] };
			await Kept.updateOne({ _id: name }, { $setOnInsert: empty }, { upsert: true });
		} catch (error) {
			if (!isDuplicateKey(error)) throw error; // somebody else made it
		}
	};

	const count = async (name: string, capture: StationCapture): Promise<void> => {
		const minute = capture.at.slice(0, "YYYY-MM-DDTHH:MM".length);
		const slot = `minutes.m${minute.slice(-2)}`;
		const key = keyOf(capture);
		for (;;) {
			const added = await Kept.updateOne(
				{ _id: name, [`${slot}.at`]: minute },
				{ $addToSet: { [`${slot}.captures`]: key } },
			);
			if (added.matchedCount === 1) return;
			// The slot is free or an hour old. Whoever comes second finds it taken and adds to it; a capture that
			// is late by an hour finds a newer minute there and is no longer counted.
			const taken = await Kept.updateOne(
				{ _id: name, $or: [{ [slot]: { $exists: false } }, { [`${slot}.at`]: { $lt: minute } }] },
				{ $set: { [slot]: { at: minute, captures: [key] } } },
			);
			if (taken.matchedCount === 1) return;
			const standing = await Kept.findById(name).lean();
			const at = standing?.minutes[`m${minute.slice(-2)}`]?.at;
			if (at !== undefined && at > minute) return;
		}
	};

	return {
		async captured(name, capture) {
			await ensure(name);
			await Kept.updateOne(
				{ _id: name, $or: [{ lastCapture: null }, { "lastCapture.at": { $lt: capture.at } }] },
				{ $set: { lastCapture: capture } },
			);
			await count(name, capture);
		},
		async get(name) {
			const found = await Kept.findById(name).lean();
			return found ? stateOf(found) : null;
		},
		async list() {
			return (await Kept.find().sort({ _id: 1 }).lean()).map(stateOf);
		},
		async change(name, change) {
			await ensure(name);
			await Kept.updateOne(
				{ _id: name },
				{
					$push: { changes: change },
					...(change.minutes === null ? {} : { $set: { silenceMinutes: change.minutes } }),
				},
			);
		},
	};
}
