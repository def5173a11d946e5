import { cancellationSignal, heartbeat } from "@temporalio/activity";
import type {
	Observation,
	ObservationSummary,
	ObservedField,
	Reading,
	WitnessKind,
} from "../src/contracts/reading.js";
import type { CaptureToTry, TriedCapture } from "../src/contracts/try-out.js";
import { codeVinField } from "../src/domain/code-vin.js";
import { isFusible, slotsOf } from "../src/domain/fuse.js";
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
			const summary = summaryOf(request, observation);
			seen?.(request, observation, summary);
			return summary;
		},
		/** Reads a picture as `inspectCapture` would, and keeps nothing. */
		async tryCapture(request: CaptureToTry): Promise<TriedCapture> {
			const observation = await see(request);
			return { observation, summary: summaryOf(request, observation) };
		},
	};
}

/** The surest reading of the wanted kind; an accepted one before the others. */
function bestReading(kind: WitnessKind, readings: readonly Reading[]): Reading | undefined {
	return readings
		.filter((reading) => reading.kind === kind)
		.toSorted((a, b) => Number(b.accepted) - Number(a.accepted) || b.confidence - a.confidence)[0];
}

function summaryOf(request: CaptureToTry, observation: Observation): ObservationSummary {
	const { witness, kind, fields, capture } = request;
	const reading = bestReading(kind, observation.readings);
	const observed = fields.flatMap((field): [string, ObservedField][] => {
		const seen = reading?.fields[field];
		if (!seen) return [];
		const { text, value, confidence, accepted, refusal, box } = seen;
		const slots =
			field === "vin" && isFusible(seen.characters, refusal) ? { slots: slotsOf(seen.characters) } : {};
		return [[field, { text, value, confidence, accepted, refusal, box, ...slots }]];
	});
	const lookedFor = observation.readings.flatMap((seen) =>
		seen.kind === kind && seen.defects ? [seen.defects] : [],
	);
	// What a code states goes beside the text where either is planned, so that the two can be held together.
	const planned = fields.includes("codeVin");
	const codeVin = planned || fields.includes("vin") ? codeVinField(observation.codes ?? []) : null;
	if (codeVin) observed.push(["codeVin", codeVin]);
	return {
		capture,
		witness,
		kind,
		retake: observation.quality.retake,
		absent: reading === undefined && !(planned && codeVin !== null),
		refusal: reading?.refusal ?? null,
		fields: Object.fromEntries(observed),
		// Whichever of several gears is meant, damage on any of them is for a person to see.
		...(lookedFor.length > 0 && { defects: lookedFor.flat() }),
		observedAt: new Date().toISOString(),
	};
}
