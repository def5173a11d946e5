import sharp from "sharp";
import type { Normalisation } from "./model-contract.js";
import type { Picture } from "./picture.js";

/** Scales a whole picture, averaging when it shrinks. */
export async function resizePicture(picture: Picture, width: number, height: number): Promise<Picture> {
	if (picture.width === width && picture.height === height) return picture;
	const { data } = await sharp(picture.rgb, {
		raw: { width: picture.width, height: picture.height, channels: 3 },
	})
		.resize(width, height, { fit: "fill", kernel: "cubic" })
		.raw()
		.toBuffer({ resolveWithObject: true });
	return { width, height, rgb: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

/**
 * Pictures of one height as one planar (NCHW) tensor `batchWidth` wide. Narrower pictures are filled up on the
 * right with the network's zero, which is how PP-OCR was trained.
 */
export function tensorOf(
	pictures: readonly Picture[],
	{ colourOrder, mean, deviation }: Normalisation,
	batchWidth: number,
): { data: Float32Array; shape: [number, number, number, number] } {
	const height = pictures[0]?.height ?? 0;
	const plane = batchWidth * height;
	const data = new Float32Array(pictures.length * 3 * plane);
	for (const [index, picture] of pictures.entries()) {
		for (let channel = 0; channel < 3; channel++) {
			const scale = 1 / (255 * (deviation[channel] ?? 1));
			const offset = (mean[channel] ?? 0) / (deviation[channel] ?? 1);
			const source = colourOrder === "bgr" ? 2 - channel : channel;
			const start = (index * 3 + channel) * plane;
			for (let y = 0; y < height; y++) {
				let from = y * picture.width * 3 + source;
				const row = start + y * batchWidth;
				for (let x = 0; x < picture.width; x++, from += 3)
					data[row + x] = (picture.rgb[from] ?? 0) * scale - offset;
			}
		}
	}
	return { data, shape: [pictures.length, 3, height, batchWidth] };
}
