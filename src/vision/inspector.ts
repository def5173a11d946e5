import type { CaptureImage } from "../contracts/capture.js";
import type { Observation, WitnessKind } from "../contracts/reading.js";

/**
 * Detects and reads. Its input is a picture and what kind of witness to look for, and nothing else: the
 * expected value has no way in. The only implementation is built in `createInspector`.
 */
export interface Inspector {
	/** Errors: the `picture_*` codes; `reader_unavailable`. A misread is a result, not an error. */
	inspect(picture: Uint8Array, kind: WitnessKind | "auto"): Promise<Observation>;
	/** Reader and model names with their versions or digests. */
	readonly readers: Readonly<Record<string, string>>;
	close(): Promise<void>;
}

/** Reads the header and proves the picture decodable. Errors: the `picture_*` codes. */
export type ProbePicture = (picture: Uint8Array) => Promise<CaptureImage>;
