import { createPpocrReader, type PpocrReader } from "../ocr/ppocr/create-ppocr-reader.js";
import { createOwnRecogniser } from "../ocr/vin/create-own-recogniser.js";
import { ppocrRecogniser } from "../ocr/vin/ppocr-recogniser.js";
import type { RuntimeOptions } from "./onnx-session.js";
import type { VinReaders } from "./read-vin.js";

/** The readers of VIN lines with what they run on. */
export interface OpenVinReaders extends VinReaders {
	/** PP-OCR as a whole; it reads more than VINs. */
	readonly ppocr: PpocrReader;
	close(): Promise<void>;
}

/** Opens the reader of our own and PP-OCR beside it. Errors: `reader_unavailable`. */
export async function createVinReaders(options: RuntimeOptions = {}): Promise<OpenVinReaders> {
	const [ppocr, own] = await Promise.all([createPpocrReader(options), createOwnRecogniser(options)]);
	return {
		ppocr,
		own,
		second: ppocrRecogniser(ppocr),
		async close() {
			await Promise.all([ppocr.close(), own.close()]);
		},
	};
}
