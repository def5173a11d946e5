import type { Connection } from "mongoose";
import { type CaptureImageDocument, captureImageSchema } from "../../../models/records/capture-image.js";
import type { InspectionDocument } from "../../../models/records/inspection.js";
import { type ObservationDocument, observationSchema } from "../../../models/records/observation.js";
import { CaptureImage } from "../../contracts/capture.js";
import { Observation } from "../../contracts/reading.js";
import type { CaptureImages, Observations } from "../store.js";

export function mongoObservations(connection: Connection): Observations {
	const Kept = connection.model<ObservationDocument>("Observation", observationSchema());
	const Projection = connection.model<InspectionDocument>("Inspection");
	return {
		async save(inspectionId, witness, observation) {
			const _id = `${inspectionId}/${witness}/${observation.capture}`;
			await Kept.replaceOne({ _id }, { ...Observation.parse(observation), witness }, { upsert: true });
		},
		async of(inspectionId) {
			// Asked for by name, because every server looks names up, and some would read the whole collection for a range.
			const inspection = await Projection.findById(inspectionId, { captures: 1 }).lean();
			const ids =
				inspection?.captures.map(({ witness, sha256 }) => `${inspectionId}/${witness}/${sha256}`) ?? [];
			const found = await Kept.find({ _id: { $in: ids } })
				.sort({ _id: 1 })
				.lean();
			return found.map(({ _id, ...observation }) => observation);
		},
		async remove(inspectionId, name) {
			await Kept.deleteOne({ _id: `${inspectionId}/${name}` });
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
