import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import {
	type BarcodeSymbology,
	prepareZXingModule,
	type ReaderOptions,
	type ReadResult,
	readBarcodes,
	ZXING_WASM_VERSION,
} from "zxing-wasm/reader";
import type { Box, Point, Quad } from "../contracts/primitives.js";
import type { CodeReading, CodeSymbology } from "../contracts/reading.js";
import { vinInCode } from "../domain/code-vin.js";
import { VinspectError } from "../domain/errors.js";
import { boundingBox, mapQuad, overlapOfSmaller } from "../domain/geometry.js";
import type { Picture } from "../vision/picture.js";
import { busyRegions } from "./busy-regions.js";
import { type GreyPicture, surveyPicture } from "./survey.js";

/** Reads bar codes and matrix codes. Never told what to expect. */
export interface CodeReader {
	readonly name: string;
	readonly version: string;
	/** Every code in the picture that decodes, quads and boxes in its pixels. */
	readCodes(picture: Picture): Promise<readonly CodeReading[]>;
}

const SYMBOLOGIES: Partial<Record<BarcodeSymbology, CodeSymbology>> = {
	DataMatrix: "data_matrix",
	QRCode: "qr_code",
	Code39: "code_39",
	Code128: "code_128",
};

const OPTIONS: ReaderOptions = {
	formats: ["DataMatrix", "QRCodeModel1", "QRCodeModel2", "Code39", "Code128"],
	textMode: "Plain",
	// The copy it is given is reduced already.
	tryDownscale: false,
	returnErrors: true,
};

/** White around a region in shares of its longer side: a code is found by the quiet zone around it. */
const MARGIN = 0.12;

interface Located {
	readonly result: ReadResult;
	readonly quad: Quad;
}

async function decode({ width, height, grey }: GreyPicture): Promise<readonly ReadResult[]> {
	const data = new Uint8ClampedArray(4 * grey.length);
	for (let at = 0; at < grey.length; at++) data.fill(grey[at] ?? 0, 4 * at, 4 * at + 4);
	return readBarcodes({ data, width, height, colorSpace: "srgb" }, OPTIONS);
}

/** Part of a picture at full resolution, grey. */
function cutGrey({ width, rgb }: Picture, [left, top, columns, rows]: Box): GreyPicture {
	const grey = new Uint8Array(columns * rows);
	for (let y = 0; y < rows; y++)
		for (let x = 0, at = ((top + y) * width + left) * 3; x < columns; x++, at += 3)
			grey[y * columns + x] = ((rgb[at] ?? 0) + 2 * (rgb[at + 1] ?? 0) + (rgb[at + 2] ?? 0)) >> 2;
	return { width: columns, height: rows, grey };
}

function padded([x, y, width, height]: Box, picture: Picture): Box {
	const margin = MARGIN * Math.max(width, height);
	const left = Math.max(0, Math.floor(x - margin));
	const top = Math.max(0, Math.floor(y - margin));
	return [
		left,
		top,
		Math.min(picture.width, Math.ceil(x + width + margin)) - left,
		Math.min(picture.height, Math.ceil(y + height + margin)) - top,
	];
}

function located(results: readonly ReadResult[], place: (point: Point) => Point): Located[] {
	return results.map((result) => {
		const { topLeft: a, topRight: b, bottomRight: c, bottomLeft: d } = result.position;
		const quad: Quad = [
			[a.x, a.y],
			[b.x, b.y],
			[c.x, c.y],
			[d.x, d.y],
		];
		return { result, quad: mapQuad(quad, place) };
	});
}

function codeOf({ result, quad }: Located): CodeReading[] {
	const symbology = SYMBOLOGIES[result.symbology];
	if (!result.isValid || symbology === undefined || result.text === "") return [];
	return [{ symbology, text: result.text, vin: vinInCode(result.text), quad, box: boundingBox(quad) }];
}

const touches = (a: Box, b: Box): boolean => overlapOfSmaller(a, b) > 0;

async function readCodes(picture: Picture): Promise<readonly CodeReading[]> {
	const survey = surveyPicture(picture);
	const { step } = survey;
	const first = located(await decode(survey.reduced), ([x, y]) => [x * step, y * step]);
	const codes = first.flatMap(codeOf);
	if (step === 1) return codes;
	const undecoded = first.filter(({ result }) => !result.isValid).map(({ quad }) => boundingBox(quad));
	for (const region of [...undecoded, ...busyRegions(survey)]) {
		if (codes.some(({ box }) => touches(box, region))) continue;
		const cut = padded(region, picture);
		const found = located(await decode(cutGrey(picture, cut)), ([x, y]) => [x + cut[0], y + cut[1]]);
		codes.push(...found.flatMap(codeOf).filter(({ box }) => !codes.some((known) => touches(known.box, box))));
	}
	return codes;
}

/**
 * The code reader: ZXing-C++ compiled to WebAssembly, its file taken from the installed package. The module is
 * loaded once a process and shared. A picture is read reduced first; what is too fine for that is read at full
 * resolution where the picture is busy. Errors: `reader_unavailable`.
 */
export async function createCodeReader(): Promise<CodeReader> {
	try {
		const file = createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm");
		const wasmBinary = Uint8Array.from(await readFile(file)).buffer;
		await prepareZXingModule({ overrides: { wasmBinary }, equalityFn: () => true, fireImmediately: true });
	} catch (cause) {
		throw new VinspectError("reader_unavailable", "The code reader can't be loaded.", [], { cause });
	}
	return { name: "zxing", version: ZXING_WASM_VERSION, readCodes };
}
