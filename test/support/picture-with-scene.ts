import { createHash } from "node:crypto";
import sharp from "sharp";
import type { Observation, WitnessKind } from "../../src/contracts/reading.js";
import type { Inspector } from "../../src/vision/inspector.js";
import { pictureOf, type Scene, ScriptedInspector } from "./scripted-inspector.js";

const END_OF_JPEG = Buffer.from([0xff, 0xd9]);

/** A real picture that a browser shows; behind its end stands the scene that `SceneInspector` reads. */
export async function pictureWithScene(scene: Scene, words: string): Promise<Buffer> {
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><rect width="640" height="480" fill="#9aa5ad"/><text x="24" y="250" font-family="monospace" font-size="44">${words}</text></svg>`;
	const jpeg = await sharp(Buffer.from(svg)).jpeg().toBuffer();
	return Buffer.concat([jpeg, pictureOf(scene)]);
}

/** Reads the scene behind the end of the picture. */
export class SceneInspector implements Inspector {
	readonly readers = { scripted: "1" };
	readonly #scripted = new ScriptedInspector();

	async inspect(picture: Uint8Array, kind: WitnessKind | "auto"): Promise<Observation> {
		const bytes = Buffer.from(picture);
		const scene = bytes.subarray(bytes.lastIndexOf(END_OF_JPEG) + END_OF_JPEG.length);
		const observation = await this.#scripted.inspect(scene, kind);
		return { ...observation, capture: createHash("sha256").update(picture).digest("hex") };
	}

	async close(): Promise<void> {}
}
