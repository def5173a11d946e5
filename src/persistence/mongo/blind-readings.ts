import type { Connection } from "mongoose";
import { type BlindReadingDocument, blindReadingSchema } from "../../../models/records/blind-reading.js";
import type { BlindReading } from "../../contracts/exception.js";
import type { BlindReadings } from "../store.js";
import { isDuplicateKey } from "./store-errors.js";

const readingOf = ({ text, sight, at }: BlindReadingDocument): BlindReading => ({ text, sight, at });
const idOf = (release: string, by: string): string => `${release}~${by}`;

/** Keeps the first answer only: whoever has seen the rest can't read blind again. */
export function mongoBlindReadings(connection: Connection): BlindReadings {
	const Kept = connection.model<BlindReadingDocument>("BlindReading", blindReadingSchema());
	return {
		async keep(release, by, reading) {
			try {
				await Kept.create({ _id: idOf(release, by), ...reading });
				return reading;
			} catch (error) {
				const standing = isDuplicateKey(error) ? await Kept.findById(idOf(release, by)).lean() : null;
				if (!standing) throw error;
				return readingOf(standing);
			}
		},
		async get(release, by) {
			const found = await Kept.findById(idOf(release, by)).lean();
			return found ? readingOf(found) : null;
		},
	};
}
