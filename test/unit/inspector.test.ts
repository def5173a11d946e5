import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Observation } from "../../src/contracts/reading.js";
import { type PictureOrder, renderPicture } from "../../src/demonstration/render/picture.js";
import { VinspectError } from "../../src/domain/errors.js";
import { verdictOf } from "../../src/domain/verdict.js";
import { createInspector } from "../../src/vision/create-inspector.js";
import type { Inspector } from "../../src/vision/inspector.js";
import { RecognitionContract, readContract, readModelFile } from "../../src/vision/model-contract.js";

// Networks and workers start here; a busy machine takes its time.
vi.setConfig({ testTimeout: 300_000 });

const VIN = "LMGKT1G80N1145942";

const stamp = (vin: string | null, fault: PictureOrder["fault"] = null): PictureOrder => ({
	seed: "inspector-test",
	subject: { form: "stamp", vin, process: "dot_peened", surface: "primer", paint: "#8a8f94" },
	fault,
});

describe("the inspector on rendered stamps", () => {
	let inspector: Inspector;
	let picture: Uint8Array;
	beforeAll(async () => {
		inspector = await createInspector();
		picture = (await renderPicture(stamp(VIN))).jpeg;
	});
	afterAll(() => inspector.close());

	test("reads the number, says where it stands, and names every reader", async () => {
		const observation = Observation.parse(await inspector.inspect(picture, "stamp"));
		const [reading] = observation.readings;
		expect(reading?.vin).toBe(VIN);
		expect(reading?.characters.map(({ char }) => char).join("")).toBe(VIN);
		expect(reading?.fields.vin?.value).toBe(VIN);
		expect(observation.readers["ppocr-v4-recognition"]).toMatch(/^[0-9a-f]{64}$/);
		const line = observation.detections.find(({ kind }) => kind === "vin_line");
		const { width, height } = await sharp(picture).metadata();
		const [x = -1, y = -1, w = 0, h = 0] = line?.box ?? [];
		expect(x).toBeGreaterThan(0);
		expect(y).toBeGreaterThan(0);
		expect(x + w).toBeLessThan(width);
		expect(y + h).toBeLessThan(height);
	});

	test.each([90, 180, 270])("reads it turned by %i°", async (angle) => {
		const turned = await sharp(picture).rotate(angle).jpeg({ quality: 92 }).toBuffer();
		const { readings } = await inspector.inspect(turned, "stamp");
		expect(readings[0]?.vin).toBe(VIN);
	});

	test("accepts neither a mirrored number nor two numbers", async () => {
		const mirrored = await sharp(picture).flop().jpeg().toBuffer();
		expect((await inspector.inspect(mirrored, "stamp")).readings.some(({ accepted }) => accepted)).toBe(
			false,
		);
		const other = (await renderPicture(stamp("LMGKT1G86N1145928"))).jpeg;
		const { height } = await sharp(picture).metadata();
		const both = await sharp(picture)
			.extend({ bottom: height })
			.composite([{ input: Buffer.from(other), top: height, left: 0 }])
			.jpeg({ quality: 92 })
			.toBuffer();
		const [reading] = (await inspector.inspect(both, "stamp")).readings;
		expect(reading?.accepted).toBe(false);
		expect(reading?.refusal).toBe("several_vins");
	});

	test.each([
		["16 characters", "LMGKT1G80N114594"],
		["18 characters", "LMGKT1G80N11459423"],
	])("does not accept %s", async (_, vin) => {
		const { jpeg } = await renderPicture(stamp(vin));
		const [reading] = (await inspector.inspect(jpeg, "stamp")).readings;
		expect(reading?.accepted ?? false).toBe(false);
	});

	test("sees nothing on a bare panel and asks for another picture of a black one", async () => {
		const bare = await inspector.inspect((await renderPicture(stamp(null))).jpeg, "stamp");
		expect(bare.readings.some(({ accepted }) => accepted)).toBe(false);
		const black = await sharp({ create: { width: 640, height: 480, channels: 3, background: "#040404" } })
			.jpeg()
			.toBuffer();
		const observation = await inspector.inspect(black, "stamp");
		expect(observation.quality.retake).toBe("underexposed");
		expect(observation.readings).toEqual([]);
	});

	test("reads the same whatever is expected: the comparison comes after", async () => {
		const first = await inspector.inspect(picture, "stamp");
		const again = await inspector.inspect(picture, "stamp");
		expect(again.readings).toEqual(first.readings);
		const accepted = first.readings[0]?.accepted === true;
		expect(verdictOf(first, "vin", VIN)).toBe(accepted ? "match" : "unreadable");
		expect(verdictOf(first, "vin", "LMGKT1G8ON1145942")).toBe(accepted ? "mismatch" : "unreadable");
	});
});

describe("model contracts", () => {
	test("a model that is not the one its contract names refuses to start", async () => {
		const { name, weights } = await readContract("ppocr-v4-recognition", RecognitionContract);
		const loading = readModelFile(name, { ...weights, sha256: "0".repeat(64) });
		await expect(loading).rejects.toThrow(VinspectError);
		await expect(loading).rejects.toMatchObject({ code: "reader_unavailable" });
	});

	test("a contract that is not there is named", async () => {
		await expect(readContract("no-such-model", RecognitionContract)).rejects.toMatchObject({
			code: "reader_unavailable",
		});
	});

	test("the reading has no way to learn the expected value", async () => {
		for (const file of ["create-inspector", "read-vin", "read-fields", "inspector"])
			expect(await readFile(new URL(`../../src/vision/${file}.ts`, import.meta.url), "utf8")).not.toMatch(
				/compare\.js|verdict\.js|record\.js|finding\.js/,
			);
	});
});
