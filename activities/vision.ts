import { cancellationSignal, heartbeat } from "@temporalio/activity";
import type { Observation, ObservationSummary } from "../src/contracts/reading.js";
import type { CaptureToTry, TriedCapture } from "../src/contracts/try-out.js";
import { summaryOf } from "../src/domain/observation-summary.js";
import type { Observations } from "../src/persistence/store.js";
import type { ContentStore } from "../src/storage/content-store.js";
import type { Inspector } from "../src/vision/inspector.js";

const HEARTBEAT_MILLISECONDS = 5000;

/** What to read: picture, kind of witness, and the names of the planned fields. No expected value has a place here. */
export interface CaptureToInspect extends CaptureToTry {
	readonly inspectionId: string;
	/** Where the picture comes from, for the metrics; absent from inspections of before it was told. */
	readonly station?: string;
}

export interface VisionDependencies {
	readonly captures: ContentStore;
	readonly observations: Observations;
	readonly inspector: Inspector;
	/** Told of every capture that was read for an inspection. */
	readonly seen?: (request: CaptureToInspect, observation: Observation, summary: ObservationSummary) => void;
}

export type VisionActivities = ReturnType<typeof createVisionActivities>;

export function createVisionActivities({ captures, observations, inspector, seen }: VisionDependencies) {
	const see = async ({ capture, kind }: CaptureToTry): Promise<Observation> => {
		const beating = setInterval(heartbeat, HEARTBEAT_MILLISECONDS);
		try {
			const picture = await captures.get(capture);
			cancellationSignal().throwIfAborted();
			const observation = await inspector.inspect(picture, kind);
			cancellationSignal().throwIfAborted();
			return observation;
		} finally {
			clearInterval(beating);
		}
	};
	return {
		/** Reads one capture, keeps everything that was seen, and returns what the judgement needs. */
		async inspectCapture(request: CaptureToInspect): Promise<ObservationSummary> {
			const observation = await see(request);
			await observations.save(request.inspectionId, request.witness, observation);
			const summary = summaryOf(request, observation, new Date().toISOString());
			seen?.(request, observation, summary);
			return summary;
		},
		/** Reads a picture as `inspectCapture` would, and keeps nothing. */
		async tryCapture(request: CaptureToTry): Promise<TriedCapture> {
			const observation = await see(request);
			return { observation, summary: summaryOf(request, observation, new Date().toISOString()) };
		},
	};
}
