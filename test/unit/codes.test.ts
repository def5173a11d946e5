import bwipjs from "bwip-js/node";
import sharp from "sharp";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { type CodeReader, createCodeReader } from "../../src/codes/create-code-reader.js";
import { codeVinField, vinInCode } from "../../src/domain/code-vin.js";
import { decodePicture } from "../../src/vision/decode-picture.js";
import type { Picture } from "../../src/vision/picture.js";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const VIN = "LXA2J5B37TC004217";

interface Placed {
	readonly bcid: "datamatrix" | "qrcode" | "code39" | "code128";
	readonly text: string;
	readonly x: number;
	readonly y: number;
	/** Pixels a module. */
	readonly scale: number;
}

async function scene(width: number, height: number, codes: readonly Placed[]): Promise<Picture> {
	const layers = await Promise.all(
		codes.map(async ({ bcid, text, x, y, scale }) => {
			const matrix = bcid === "qrcode" || bcid === "datamatrix";
			const drawn = await bwipjs.toBuffer({
				bcid,
				text,
				scale,
				...(matrix ? {} : { height: 12 }),
				backgroundcolor: "ffffff",
				padding: 10,
			});
			return { input: drawn, left: x, top: y };
		}),
	);
	const drawn = await sharp({ create: { width, height, channels: 3, background: "#b9bcc0" } })
		.composite(layers)
		.jpeg({ quality: 90 })
		.toBuffer();
	return decodePicture(drawn);
}

describe("the code reader", () => {
	let reader: CodeReader;
	beforeAll(async () => {
		reader = await createCodeReader();
	});

	test("reads the four symbologies and says where they stand", async () => {
		const codes = await reader.readCodes(
			await scene(1200, 1000, [
				{ bcid: "datamatrix", text: VIN, x: 60, y: 60, scale: 6 },
				{ bcid: "qrcode", text: `WLX0126,${VIN},T26C004217`, x: 700, y: 60, scale: 6 },
				{ bcid: "code39", text: `I${VIN}`, x: 100, y: 500, scale: 2 },
				{ bcid: "code128", text: VIN, x: 100, y: 780, scale: 3 },
			]),
		);
		expect(codes.map(({ symbology }) => symbology).sort()).toEqual([
			"code_128",
			"code_39",
			"data_matrix",
			"qr_code",
		]);
		expect(codes.map(({ vin }) => vin)).toEqual([VIN, VIN, VIN, VIN]);
		const matrix = codes.find(({ symbology }) => symbology === "data_matrix");
		const [x = 0, y = 0, width = 0, height = 0] = matrix?.box ?? [];
		expect([x > 50, y > 50, x + width < 350, y + height < 350]).toEqual([true, true, true, true]);
	});

	test("reads a code that is too fine for the reduced copy, in a picture of twelve megapixels", async () => {
		const codes = await reader.readCodes(
			await scene(4000, 3000, [{ bcid: "code39", text: VIN, x: 2500, y: 1900, scale: 2 }]),
		);
		expect(codes.map(({ vin }) => vin)).toEqual([VIN]);
		const [x = 0, y = 0] = codes[0]?.box ?? [];
		expect(x).toBeGreaterThan(2490);
		expect(y).toBeGreaterThan(1890);
	});

	test("sees none where there is none", async () => {
		expect(await reader.readCodes(await scene(1600, 1200, []))).toEqual([]);
		expect(await reader.readCodes({ width: 3, height: 2, rgb: new Uint8Array(18) })).toEqual([]);
	});
});

describe("what a code says of the VIN", () => {
	test.each([
		[VIN, VIN],
		[`I${VIN}`, VIN],
		[`CLSBDH:${VIN};FDJH:T26C004217;CLLX:轿车`, VIN],
		[`https://example.org/v?vin=${VIN}&p=1`, VIN],
		[`${VIN},${VIN}`, VIN],
		[`${VIN},LXA2J5B34TC004224`, null],
		[VIN.slice(1), null],
		[`${VIN}5`, null],
		["LXA2J5B37TCO04217", null],
		["12345678901234567", null],
		["LXA2J5B37TC00421A", null],
		["", null],
	])("%s", (text, vin) => {
		expect(vinInCode(text)).toBe(vin);
	});

	test("two codes that differ state nothing", () => {
		const code = (vin: string) => ({
			symbology: "code_39" as const,
			text: vin,
			vin,
			box: [0, 0, 9, 9] as [number, number, number, number],
			quad: [
				[0, 0],
				[9, 0],
				[9, 9],
				[0, 9],
			] as [[number, number], [number, number], [number, number], [number, number]],
		});
		expect(codeVinField([])).toBeNull();
		expect(codeVinField([code(VIN), code(VIN)])).toMatchObject({ value: VIN, accepted: true });
		expect(codeVinField([code(VIN), code("LXA2J5B34TC004224")])).toMatchObject({
			value: null,
			accepted: false,
			refusal: "several_vins",
		});
	});
});
