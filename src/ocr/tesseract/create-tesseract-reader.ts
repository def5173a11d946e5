import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import sharp from "sharp";
import { createWorker, type Line, OEM, PSM, type Worker } from "tesseract.js";
import type { Box } from "../../contracts/primitives.js";
import type { CharacterReading } from "../../contracts/reading.js";
import { VinspectError } from "../../domain/errors.js";
import { quadOfBox } from "../../domain/geometry.js";
import type { Picture } from "../../vision/picture.js";
import type { TextLine, TextReader } from "../text-line.js";

const require = createRequire(import.meta.url);

export interface TesseractOptions {
	readonly language: "eng" | "chi_sim";
}

/** Lines lower than this many pixels are enlarged to it: the network was trained near 36 pixels a line. */
const LINE_HEIGHT = 64;
/** White around a line; without it the first and last character are lost. */
const BORDER = 16;

async function encode(picture: Picture, height: number, border: number): Promise<Buffer> {
	const source = sharp(picture.rgb, { raw: { width: picture.width, height: picture.height, channels: 3 } });
	const width = Math.max(1, Math.round((picture.width * height) / picture.height));
	return source
		.resize(width, height, { fit: "fill", kernel: "cubic" })
		.greyscale()
		.normalise()
		.extend({ top: border, bottom: border, left: border, right: border, extendWith: "copy" })
		.png({ compressionLevel: 1 })
		.toBuffer();
}

/** The page's line in pixels of the picture it was enlarged from. */
function textLine({ words, bbox }: Line, scale: number, border: number): TextLine | null {
	const characters: CharacterReading[] = words.flatMap((word, index) => [
		...(index > 0 ? [{ char: " ", p: 1 }] : []),
		...word.symbols.map(({ text, confidence }) => ({
			char: text,
			p: Math.min(1, Math.max(0, confidence / 100)),
		})),
	]);
	const text = characters.map(({ char }) => char).join("");
	if (text.trim() === "") return null;
	const at = (value: number) => (value - border) / scale;
	const box: Box = [at(bbox.x0), at(bbox.y0), (bbox.x1 - bbox.x0) / scale, (bbox.y1 - bbox.y0) / scale];
	return {
		text,
		characters,
		confidence: Math.min(...characters.map(({ p }) => p)),
		box,
		quad: quadOfBox(box),
	};
}

/**
 * Tesseract's LSTM reader in WebAssembly with language data from an installed package: no network, no cache
 * file. Workers start on first use and are reused. Errors: `reader_unavailable`.
 */
export async function createTesseractReader({ language }: TesseractOptions): Promise<TextReader> {
	const folder = join(require.resolve(`@tesseract.js-data/${language}/package.json`), "..", "4.0.0_best_int");
	const unavailable = (error: unknown) =>
		new VinspectError(
			"reader_unavailable",
			`Tesseract ${language} can't start: ${error}. Reinstall with npm ci.`,
			[],
			{
				cause: error,
			},
		);
	const data = await readFile(join(folder, `${language}.traineddata.gz`)).catch((error: unknown) => {
		throw unavailable(error);
	});
	const start = async (segmentation: PSM): Promise<Worker> => {
		try {
			const worker = await createWorker(language, OEM.LSTM_ONLY, {
				langPath: folder,
				cacheMethod: "none",
				gzip: true,
				errorHandler: () => undefined,
			});
			await worker.setParameters({
				tessedit_pageseg_mode: segmentation,
				user_defined_dpi: "300",
			});
			return worker;
		} catch (error) {
			throw unavailable(error);
		}
	};
	// One worker for lines and one for pages: a worker's parameters hold for all its jobs.
	const workers = new Map<PSM, Promise<Worker>>();
	const workerFor = (segmentation: PSM): Promise<Worker> => {
		const running = workers.get(segmentation);
		if (running !== undefined) return running;
		const starting = start(segmentation);
		workers.set(segmentation, starting);
		starting.catch(() => workers.delete(segmentation));
		return starting;
	};
	const read = async (
		picture: Picture,
		segmentation: PSM,
		height: number,
		border: number,
	): Promise<TextLine[]> => {
		const worker = await workerFor(segmentation);
		const { data: page } = await worker.recognize(
			await encode(picture, height, border),
			{},
			{ blocks: true, text: false },
		);
		const lines = (page.blocks ?? []).flatMap((block) =>
			block.paragraphs.flatMap((paragraph) => paragraph.lines),
		);
		return lines.flatMap((line) => textLine(line, height / picture.height, border) ?? []);
	};
	return {
		name: "tesseract",
		version: createHash("sha256").update(data).digest("hex"),
		readLines: (picture) => read(picture, PSM.SPARSE_TEXT, Math.max(picture.height, 2 * LINE_HEIGHT), 0),
		async readLine(line) {
			const [longest] = (await read(line, PSM.SINGLE_LINE, LINE_HEIGHT, BORDER)).sort(
				(a, b) => b.text.length - a.text.length,
			);
			return longest ?? null;
		},
		async close() {
			const started = await Promise.allSettled(workers.values());
			await Promise.all(
				started.map((worker) => (worker.status === "fulfilled" ? worker.value.terminate() : undefined)),
			);
		},
	};
}
