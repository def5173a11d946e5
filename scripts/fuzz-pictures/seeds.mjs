/** Real pictures to damage: every format that is taken in, in the kinds cameras and phones write. */
import sharp from "sharp";

const [WIDTH, HEIGHT] = [320, 240];

/** Something with edges, gradients and noise, so that every part of a coder has work to do. */
function scene() {
	const pixels = Buffer.alloc(WIDTH * HEIGHT * 3);
	let state = 7;
	for (let y = 0; y < HEIGHT; y++)
		for (let x = 0; x < WIDTH; x++) {
			state = (state * 48271) % 2147483647;
			const at = (y * WIDTH + x) * 3;
			const edge = (x >> 4) % 2 === (y >> 4) % 2 ? 160 : 40;
			pixels[at] = edge + (state % 32);
			pixels[at + 1] = (x * 255) / WIDTH;
			pixels[at + 2] = (y * 255) / HEIGHT;
		}
	return sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
}

function bmp(bits) {
	const stride = Math.ceil((WIDTH * bits) / 32) * 4;
	const palette = bits === 8 ? 1024 : 0;
	const file = Buffer.alloc(54 + palette + stride * HEIGHT, 90);
	file.fill(0, 0, 54);
	file.write("BM", 0, "latin1");
	file.writeUInt32LE(file.length, 2);
	file.writeUInt32LE(54 + palette, 10);
	file.writeUInt32LE(40, 14);
	file.writeInt32LE(WIDTH, 18);
	file.writeInt32LE(HEIGHT, 22);
	file.writeUInt16LE(1, 26);
	file.writeUInt16LE(bits, 28);
	return file;
}

const meta = (picture) =>
	picture.withMetadata({ orientation: 6, exif: { IFD0: { Copyright: "nobody", Software: "camera" } } });

/** `{ name, format, bytes }` of every seed. */
export async function seeds() {
	const make = {
		"jpeg baseline": () => scene().jpeg({ quality: 85 }),
		"jpeg progressive": () => scene().jpeg({ progressive: true }),
		"jpeg 4:4:4 with EXIF and ICC": () => meta(scene()).jpeg({ chromaSubsampling: "4:4:4" }),
		"jpeg CMYK": () => scene().toColourspace("cmyk").jpeg(),
		"jpeg grey": () => scene().greyscale().jpeg(),
		png: () => scene().png(),
		"png interlaced": () => scene().png({ progressive: true }),
		"png palette": () => scene().png({ palette: true }),
		"png 16 bits": () => scene().toColourspace("rgb16").png(),
		"png alpha with EXIF and ICC": () => meta(scene().ensureAlpha(0.5)).png(),
		"webp lossy": () => scene().webp(),
		"webp lossless": () => scene().webp({ lossless: true }),
		"webp alpha with EXIF and ICC": () => meta(scene().ensureAlpha(0.5)).webp(),
		"tiff plain": () => scene().tiff({ compression: "none" }),
		"tiff lzw": () => scene().tiff({ compression: "lzw" }),
		"tiff deflate": () => scene().tiff({ compression: "deflate", predictor: "horizontal" }),
		"tiff jpeg": () => scene().tiff({ compression: "jpeg" }),
		"tiff packbits": () => scene().tiff({ compression: "packbits" }),
		"tiff fax": () =>
			scene().threshold(100).toColourspace("b-w").tiff({ compression: "ccittfax4", bitdepth: 1 }),
		"tiff tiled with EXIF": () => meta(scene()).tiff({ tile: true, tileWidth: 64, tileHeight: 64 }),
	};
	const made = await Promise.all(
		Object.entries(make).map(async ([name, picture]) => ({ name, bytes: await picture().toBuffer() })),
	);
	return [...made, ...[8, 24, 32].map((bits) => ({ name: `bmp ${bits} bits`, bytes: bmp(bits) }))].map(
		({ name, bytes }) => ({ name, format: name.split(" ", 1)[0], bytes }),
	);
}
