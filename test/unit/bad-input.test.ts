import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Observation, Refusal, WitnessKind } from "../../src/contracts/reading.js";
import { photographScreen } from "../../src/demonstration/render/photographed-screen.js";
import { renderPicture } from "../../src/demonstration/render/picture.js";
import { verdictOf } from "../../src/domain/verdict.js";
import { createInspector } from "../../src/vision/create-inspector.js";
import type { Inspector } from "../../src/vision/inspector.js";

vi.setConfig({ testTimeout: 600_000, hookTimeout: 300_000 });

const VIN = "LXA2J5B37TC004217";

const svg = (width: number, height: number, content: string) =>
	sharp(
		Buffer.from(
			`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#d6d8da"/>${content}</svg>`,
		),
	);

/** Printed on a plate as lines of text. */
const plate = (...lines: readonly string[]) =>
	svg(
		1200,
		160 + 160 * lines.length,
		lines
			.map(
				(line, at) =>
					`<text x="60" y="${160 + 160 * at}" font-size="84" font-family="monospace" fill="#16181a">${line}</text>`,
			)
			.join(""),
	);

/** Two eyes, a nose, a mouth in an oval; with ears and whiskers it is a cat. */
function face(cat: boolean) {
	const ears = cat
		? '<path d="M250 260L300 90L420 210ZM650 260L600 90L480 210Z" fill="#6b5138"/><path d="M380 430L120 390M380 450L120 460M520 430L780 390M520 450L780 460" stroke="#222" stroke-width="5"/>'
		: '<path d="M230 300Q450 20 670 300Q450 170 230 300" fill="#3a2a20"/>';
	return svg(
		900,
		700,
		`<ellipse cx="450" cy="370" rx="230" ry="270" fill="${cat ? "#8a6a48" : "#d9ab8c"}"/>${ears}
		<ellipse cx="360" cy="320" rx="42" ry="26" fill="#fff"/><circle cx="360" cy="320" r="20" fill="#2c4a3c"/>
		<ellipse cx="540" cy="320" rx="42" ry="26" fill="#fff"/><circle cx="540" cy="320" r="20" fill="#2c4a3c"/>
		<path d="M450 360L425 430L475 430Z" fill="#5b3a30"/><path d="M360 500Q450 560 540 500" stroke="#7b2d2d" stroke-width="14" fill="none"/>`,
	);
}

function noise(width: number, height: number) {
	const data = new Uint8Array(width * height * 3);
	let state = 7;
	for (let at = 0; at < data.length; at++) {
		state = (state * 48271) % 2147483647;
		data[at] = state % 256;
	}
	return sharp(data, { raw: { width, height, channels: 3 } });
}

const gradient = (width: number, height: number) =>
	svg(
		width,
		height,
		'<defs><linearGradient id="g"><stop offset="0" stop-color="#222"/><stop offset="1" stop-color="#eee"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#g)"/>',
	);

const why = ({ quality, readings }: Observation): Refusal =>
	quality.retake ?? readings[0]?.fields.vin?.refusal ?? readings[0]?.refusal ?? "no_text";

describe("bad input is refused by name and never accepted", () => {
	let inspector: Inspector;
	beforeAll(async () => {
		inspector = await createInspector();
	});
	afterAll(() => inspector.close());

	const refused = async (picture: Uint8Array, kind: WitnessKind = "stamp") => {
		const observation = await inspector.inspect(picture, kind);
		expect(observation.readings.some(({ fields }) => fields.vin?.accepted)).toBe(false);
		return why(observation);
	};

	test.each([
		["no text", gradient(900, 500), ["no_text", "blurred", "empty"]],
		["a face", face(false), ["no_text", "no_vin"]],
		["a cat", face(true), ["no_text", "no_vin"]],
		["noise", noise(800, 500), ["no_text", "no_vin", "blurred"]],
		["16 characters", plate(VIN.slice(0, 16)), ["length", "no_vin"]],
		["18 characters", plate(`${VIN}3`), ["length", "no_vin"]],
		["the letter I", plate("LXA2J5B37TCI04217"), ["forbidden_letter"]],
		["the letter Q", plate("LXA2J5B37TCQ04217"), ["forbidden_letter"]],
		["two VINs", plate(VIN, "LXA2J5B34TC004224"), ["several_vins"]],
		["mirrored text", plate(VIN).flop(), ["mirrored"]],
		["other words", plate("MADE IN GERMANY", "2026-03"), ["no_vin", "no_text", "length"]],
		["a thumbnail", plate(VIN).resize(60), ["too_small", "no_text", "no_vin", "length", "blurred"]],
		["a dot", gradient(5, 4), ["too_small"]],
	] satisfies [string, Sharp, Refusal[]][])("%s", async (_, picture, reasons) => {
		expect(reasons).toContain(await refused(await picture.png().toBuffer()));
	});

	test("a mirrored stamp", async () => {
		const { jpeg } = await renderPicture({
			seed: "mirrored",
			subject: { form: "stamp", vin: VIN, process: "scribed", surface: "primer", paint: "#8a8f94" },
			fault: null,
		});
		expect(await refused(await sharp(jpeg).flop().jpeg().toBuffer())).toBe("mirrored");
	});

	test.each(["stripes", "diamonds"] as const)(
		"a right number on a screen of %s, though it is read",
		async (kind) => {
			const { data, info } = await plate(VIN)
				.resize(500)
				.removeAlpha()
				.raw()
				.toBuffer({ resolveWithObject: true });
			const jpeg = await photographScreen(
				{ width: info.width, height: info.height, rgb: data },
				kind,
				{
					...{ width: 1250, height: 420, pitch: 2.6, turned: 2, slant: 0.02 },
					...{ blur: 0.6, mosaic: true, noise: 1.5, quality: 88 },
				},
				"number",
			);
			const observation = await inspector.inspect(jpeg, "nameplate");
			expect(observation.quality.retake).toBe("screen");
			expect(observation.readings[0]?.vin).toBe(VIN);
			for (const { accepted, fields } of observation.readings)
				expect([accepted, ...Object.values(fields).map((field) => field.accepted)]).not.toContain(true);
			expect(verdictOf(observation, "vin", VIN)).toBe("unreadable");
			const held = await inspector.inspect(await plate(VIN).jpeg({ quality: 88 }).toBuffer(), "nameplate");
			expect(verdictOf(held, "vin", VIN)).toBe("match");
		},
	);

	test("a gear where a number was asked for", async () => {
		const { jpeg } = await renderPicture({
			seed: "gear",
			subject: { form: "gear", toothCount: 37, partNumber: "R7-3730" },
			fault: null,
		});
		expect(await refused(jpeg)).toBe("wrong_view");
	});

	test("a long strip and a picture of forty megapixels", async () => {
		expect(["no_text", "blurred", "empty"]).toContain(
			await refused(await gradient(4000, 40).png().toBuffer()),
		);
		const huge = sharp({ create: { width: 8000, height: 5000, channels: 3, background: "#808080" } });
		expect(await refused(await huge.jpeg().toBuffer())).toBe("empty");
	});
});
