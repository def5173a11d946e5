import type { Connection } from "mongoose";
import { type CaptureImageDocument, captureImageSchema } from "../../../models/records/capture-image.js";
import { type ObservationDocument, observationSchema } from "../../../models/records/observation.js";
import { CaptureImage } from "../../contracts/capture.js";
import { Observation } from "../../contracts/reading.js";
import type { CaptureImages, Observations } from "../store.js";

export function mongoObservations(connection: Connection): Observations {
	const Kept = connection.model<ObservationDocument>("Observation", observationSchema());
	return {
		async save(inspectionId, witness, observation) {
			const _id = `${inspectionId}/${witness}/${observation.capture}`;
			await Kept.replaceOne({ _id }, { ...Observation.parse(observation), witness }, { upsert: true });
		},
		async of(inspectionId) {
			// "0" follows "/" in ASCII: the range holds exactly this inspection's keys.
			const found = await Kept.find({ _id: { $gt: `${inspectionId}/`, $lt: `${inspectionId}0` } })
				.sort({ _id: 1 })
				.lean();
			return found.map(({ _id, ...observation }) => observation);
		},
		async readersOf(inspectionId, witness, capture) {
			const found = await Kept.findById(`${inspectionId}/${witness}/${capture}`)
				.select({ readers: 1 })
				.lean();
			return found?.readers ?? null;
		},
	};
}

export function mongoCaptureImages(connection: Connection): CaptureImages {
	const Kept = connection.model<CaptureImageDocument>("CaptureImage", captureImageSchema());
	return {
		async save(image) {
			await Kept.replaceOne({ _id: image.sha256 }, CaptureImage.parse(image), { upsert: true });
		},
		async get(sha256) {
			const found = await Kept.findById(sha256).lean();
			if (!found) return null;
			const { _id, ...image } = found;
			return image;
		},
	};
}
