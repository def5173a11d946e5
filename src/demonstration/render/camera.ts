import sharp from "sharp";
import type { Point, Quad } from "../../contracts/primitives.js";
import { blurred, type Field } from "./field.js";
import { createRandom } from "./random.js";
import type { LinearPicture } from "./surface.js";

/** How a station's camera takes the lit scene. */
export interface Camera {
	readonly width: number;
	readonly height: number;
	/** Corners of the frame in scene pixels, clockwise from the top left. */
	readonly frame: Quad;
	/** Factor on the light that reaches the sensor; 1 is a well exposed picture. */
	readonly exposure: number;
	/** Deviation of the lens blur in pixels of the picture. */
	readonly defocus: number;
	/** Share of light lost in the corners, 0..1. */
	readonly vignette: number;
	/** Deviation of the sensor's noise at mid grey, share of full scale. */
	readonly noise: number;
	readonly monochrome: boolean;
	/** Quality of the JPEG, 1..100. */
	readonly quality: number;
}

/** Nine coefficients, row by row, of the projective map that carries (u, v) in the unit square onto a quad. */
type Projection = readonly [number, number, number, number, number, number, number, number];

/** Unit square to quad (Heckbert 1989, section 2.2.3). */
function projectionOnto([p0, p1, p2, p3]: Quad): Projection {
	const sx = p0[0] - p1[0] + p2[0] - p3[0];
	const sy = p0[1] - p1[1] + p2[1] - p3[1];
	const dx1 = p1[0] - p2[0];
	const dx2 = p3[0] - p2[0];
	const dy1 = p1[1] - p2[1];
	const dy2 = p3[1] - p2[1];
	const determinant = dx1 * dy2 - dx2 * dy1;
	const g = (sx * dy2 - dx2 * sy) / determinant;
	const h = (dx1 * sy - sx * dy1) / determinant;
	return [
		p1[0] - p0[0] + g * p1[0],
		p3[0] - p0[0] + h * p3[0],
		p0[0],
		p1[1] - p0[1] + g * p1[1],
		p3[1] - p0[1] + h * p3[1],
		p0[1],
		g,
		h,
	];
}

/** Where scene points come to lie in the picture. */
export function pictured(camera: Camera, scene: readonly Point[]): Point[] {
	const [a, b, c, d, e, f, g, h] = projectionOnto(camera.frame);
	return scene.map(([x, y]) => {
		// Solves x = (a u + b v + c) / (g u + h v + 1) and the same for y.
		const m11 = a - x * g;
		const m12 = b - x * h;
		const m21 = d - y * g;
		const m22 = e - y * h;
		const determinant = m11 * m22 - m12 * m21;
		const u = ((x - c) * m22 - m12 * (y - f)) / determinant;
		const v = (m11 * (y - f) - (x - c) * m21) / determinant;
		return [u * camera.width, v * camera.height];
	});
}

function projected(scene: LinearPicture, camera: Camera): [Field, Field, Field] {
	const { width, height } = camera;
	const [a, b, c, d, e, f, g, h] = projectionOnto(camera.frame);
	const channel = () => ({ width, height, data: new Float32Array(width * height) });
	const channels: [Field, Field, Field] = [channel(), channel(), channel()];
	const [red, green, blue] = channels;
	const { rgb } = scene;
	const maxX = scene.width - 1.001;
	const maxY = scene.height - 1.001;
	for (let y = 0; y < height; y++) {
		const v = (y + 0.5) / height;
		for (let x = 0; x < width; x++) {
			const u = (x + 0.5) / width;
			const w = 1 / (g * u + h * v + 1);
			const sx = Math.min(maxX, Math.max(0, (a * u + b * v + c) * w - 0.5));
			const sy = Math.min(maxY, Math.max(0, (d * u + e * v + f) * w - 0.5));
			const x0 = Math.floor(sx);
			const y0 = Math.floor(sy);
			const fx = sx - x0;
			const fy = sy - y0;
			const i = (y0 * scene.width + x0) * 3;
			const j = i + scene.width * 3;
			const w00 = (1 - fx) * (1 - fy);
			const w10 = fx * (1 - fy);
			const w01 = (1 - fx) * fy;
			const w11 = fx * fy;
			const o = y * width + x;
			red.data[o] =
				w00 * (rgb[i] ?? 0) + w10 * (rgb[i + 3] ?? 0) + w01 * (rgb[j] ?? 0) + w11 * (rgb[j + 3] ?? 0);
			green.data[o] =
				w00 * (rgb[i + 1] ?? 0) + w10 * (rgb[i + 4] ?? 0) + w01 * (rgb[j + 1] ?? 0) + w11 * (rgb[j + 4] ?? 0);
			blue.data[o] =
				w00 * (rgb[i + 2] ?? 0) + w10 * (rgb[i + 5] ?? 0) + w01 * (rgb[j + 2] ?? 0) + w11 * (rgb[j + 5] ?? 0);
		}
	}
	return channels;
}

/** Steps of the table below for light of 1. */
const STEPS = 4096;

/**
 * Light 0..2 to bytes: the shoulder of the sensor's response, by which highlights roll off instead of
 * clipping at once, then the sRGB curve (IEC 61966-2-1).
 */
const ENCODED = Float32Array.from({ length: 2 * STEPS + 1 }, (_, i) => {
	const light = i / STEPS;
	const c = light < 0.7 ? light : 0.7 + 0.3 * (1 - Math.exp(-(light - 0.7) / 0.3));
	return 255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055);
});

function encoded(light: number): number {
	return ENCODED[Math.min(2 * STEPS, Math.round(light * STEPS))] ?? 255;
}

const NORMALS = 65536;

/** Takes the picture: projection, lens, light fall-off, sensor noise, JPEG. Same arguments, same bytes. */
export async function photograph(scene: LinearPicture, camera: Camera, seed: string): Promise<Buffer> {
	const { width, height } = camera;
	let channels = projected(scene, camera);
	if (camera.defocus > 0) {
		const [red, green, blue] = channels;
		channels = [blurred(red, camera.defocus), blurred(green, camera.defocus), blurred(blue, camera.defocus)];
	}
	const [red, green, blue] = channels;
	const random = createRandom(`${seed}/sensor`);
	const normals = Float32Array.from({ length: NORMALS }, () => random.normal());
	const bytes = Buffer.allocUnsafe(width * height * 3);
	const noise = 255 * camera.noise;
	let shift = 0;
	for (let y = 0; y < height; y++) {
		const dy = (2 * y) / height - 1;
		shift = random.whole(0, NORMALS - 1);
		for (let x = 0; x < width; x++) {
			const i = y * width + x;
			const dx = (2 * x) / width - 1;
			const gain = camera.exposure * (1 - camera.vignette * 0.5 * (dx * dx + dy * dy));
			let r = (red.data[i] ?? 0) * gain;
			let g = (green.data[i] ?? 0) * gain;
			let b = (blue.data[i] ?? 0) * gain;
			if (camera.monochrome) {
				r = 0.25 * r + 0.55 * g + 0.2 * b;
				g = r;
				b = r;
			}
			const luminance = noise * (normals[(shift + x) & (NORMALS - 1)] ?? 0);
			const tint = camera.monochrome ? 0 : 0.5 * noise * (normals[(shift + 7 * x + 31) & (NORMALS - 1)] ?? 0);
			const er = encoded(r);
			const eg = encoded(g);
			const eb = encoded(b);
			bytes[i * 3] = Math.min(255, Math.max(0, er + luminance + tint));
			bytes[i * 3 + 1] = Math.min(255, Math.max(0, eg + luminance));
			bytes[i * 3 + 2] = Math.min(255, Math.max(0, eb + luminance - tint));
		}
	}
	return sharp(bytes, { raw: { width, height, channels: 3 } })
		.jpeg({ quality: camera.quality, chromaSubsampling: "4:2:0" })
		.toBuffer();
}
