import { createHash, randomUUID } from "node:crypto";
import type {
	FieldReading,
	FieldValue,
	Observation,
	Refusal,
	WitnessKind,
} from "../../src/contracts/reading.js";
import { VinspectError } from "../../src/domain/errors.js";
import type { Inspector } from "../../src/vision/inspector.js";

/** What a scripted picture shows: stands for pixels in tests of everything behind the readers. */
export interface Scene {
	readonly kind: WitnessKind;
	/** Accepted readings. */
	readonly shows?: Readonly<Record<string, FieldValue>>;
	/** Readings that are refused. */
	readonly unclear?: Readonly<Record<string, FieldValue>>;
	readonly retake?: Refusal;
	readonly absent?: boolean;
	/** The reader fails with this error. */
	readonly fails?: "picture_truncated" | "reader_unavailable";
}

/** Bytes that the scripted inspector reads as this scene; every call gives another picture of it. */
export function pictureOf(scene: Scene): Buffer {
	return Buffer.from(JSON.stringify({ ...scene, taken: randomUUID() }));
}

function reading(value: FieldValue, accepted: boolean): FieldReading {
	const text = String(value);
	return {
		text,
		value,
		unit: null,
		characters: [...text].map((char) => ({ char, p: accepted ? 0.99 : 0.4 })),
		confidence: accepted ? 0.99 : 0.4,
		accepted,
		refusal: accepted ? null : "readers_disagree",
		box: [10, 10, 200, 40],
		evidence: [],
	};
}

function observe(picture: Uint8Array, kind: WitnessKind): Observation {
	const scene: Scene = JSON.parse(Buffer.from(picture).toString());
	if (scene.fails) throw new VinspectError(scene.fails, `The scene fails with ${scene.fails}.`);
	const fields = Object.fromEntries([
		...Object.entries(scene.shows ?? {}).map(([name, value]) => [name, reading(value, true)]),
		...Object.entries(scene.unclear ?? {}).map(([name, value]) => [name, reading(value, false)]),
	]);
	const shown = !scene.absent && scene.kind === kind;
	return {
		capture: createHash("sha256").update(picture).digest("hex"),
		kind,
		quality: { sharpness: 300, luminance: 120, clipped: 0, retake: scene.retake ?? null },
		detections: [],
		readings: shown
			? [
					{
						kind,
						text: "",
						vin: null,
						characters: [],
						confidence: 0.99,
						accepted: true,
						refusal: null,
						fields,
						box: null,
					},
				]
			: [],
		readers: { scripted: "1" },
		ms: { total: 1 },
	};
}

export class ScriptedInspector implements Inspector {
	readonly readers = { scripted: "1" };
	/** So many readings fail before the readers are back. */
	outages = 0;
	readonly inspected: string[] = [];

	async inspect(picture: Uint8Array, kind: WitnessKind | "auto"): Promise<Observation> {
		if (this.outages > 0) {
			this.outages -= 1;
			throw new VinspectError("reader_unavailable", "The scripted reader is away.");
		}
		if (kind === "auto") throw new Error("the workflow always says what kind it asks for");
		const observation = observe(picture, kind);
		this.inspected.push(observation.capture);
		return observation;
	}

	async close(): Promise<void> {}
}
