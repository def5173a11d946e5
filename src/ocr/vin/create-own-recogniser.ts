import type { Quad } from "../../contracts/primitives.js";
import { mapQuad } from "../../domain/geometry.js";
import { readContract, VinReaderContract } from "../../vision/model-contract.js";
import { openNetwork, type RuntimeOptions } from "../../vision/onnx-session.js";
import type { Picture } from "../../vision/picture.js";
import { rectify } from "../../vision/rectify.js";
import type { Posterior } from "../ppocr/ctc.js";
import { projectPosterior, symbolsOfKeys } from "./symbols.js";
import type { VinRecogniser } from "./vin-recogniser.js";

/** The project's own reader, with what its contract says of believing it. */
export interface OwnRecogniser extends VinRecogniser {
	readonly acceptance: VinReaderContract["acceptance"];
	close(): Promise<void>;
}

/** The quad grown to all sides by shares of its width and height; the network is trained on lines cut like that. */
function grown(quad: Quad, across: number, along: number): Quad {
	const [a, b, c, d] = quad;
	const right = [(b[0] - a[0] + c[0] - d[0]) / 2, (b[1] - a[1] + c[1] - d[1]) / 2] as const;
	const down = [(d[0] - a[0] + c[0] - b[0]) / 2, (d[1] - a[1] + c[1] - b[1]) / 2] as const;
	const signs = new Map([
		[a, [-1, -1]],
		[b, [1, -1]],
		[c, [1, 1]],
		[d, [-1, 1]],
	] as const);
	return mapQuad(quad, (point) => {
		const [x, y] = signs.get(point) ?? [0, 0];
		return [
			point[0] + x * along * right[0] + y * across * down[0],
			point[1] + x * along * right[1] + y * across * down[1],
		];
	});
}

/** Grey planes of pictures of one size, 0..255 (ITU-R BT.601 luma); the network takes light and contrast out itself. */
function greyPlanes(pictures: readonly Picture[], width: number, height: number): Float32Array {
	const plane = width * height;
	const data = new Float32Array(pictures.length * plane);
	for (const [index, { rgb }] of pictures.entries())
		for (let at = 0; at < plane; at++)
			data[index * plane + at] =
				0.299 * (rgb[at * 3] ?? 0) + 0.587 * (rgb[at * 3 + 1] ?? 0) + 0.114 * (rgb[at * 3 + 2] ?? 0);
	return data;
}

/**
 * The VIN reader trained in `training/reader`. Errors: `reader_unavailable` when its
 * weights are missing or are not those its contract names.
 */
export async function createOwnRecogniser(options: RuntimeOptions = {}): Promise<OwnRecogniser> {
	const { name, weights, sha256, symbols, input, looks, acceptance } = await readContract(
		"vin-reader",
		VinReaderContract,
	);
	const network = await openNetwork({ name, weights, sha256 }, options);
	const symbolOf = symbolsOfKeys(["", ...symbols]);
	return {
		name,
		version: sha256,
		acceptance,
		async look(picture, line, _characters, which): Promise<readonly Posterior[]> {
			const { width, height } = input;
			const chosen = which === "first" ? looks.slice(0, 1) : looks.slice(1);
			const lines = chosen.map(({ across, along }) =>
				rectify(picture, grown(line, across, along), width, height),
			);
			const output = await network.run(greyPlanes(lines, width, height), [lines.length, 1, height, width]);
			const [, columns = 0, classes = 0] = output.shape;
			return lines.map((_, index) =>
				projectPosterior(
					{
						columns,
						classes,
						p: output.data.subarray(index * columns * classes, (index + 1) * columns * classes),
					},
					symbolOf,
				),
			);
		},
		close: () => network.close(),
	};
}
