import type { Plane } from "./plane.js";

/** One connected thing on the background, with its holes filled. Lengths in pixels of the foreground plane. */
export interface Silhouette {
	/** 1 where the thing is, row by row. */
	readonly mask: Uint8Array;
	readonly width: number;
	readonly height: number;
	readonly area: number;
	readonly centre: readonly [number, number];
	/**
	 * Maps the unit circle onto the ellipse of equal second moments, row by row `[a, b, b, d]`: a gear seen
	 * a little from the side, or in a stretched picture, becomes round again.
	 */
	readonly shape: readonly [number, number, number, number];
	/** Shorter axis over longer axis, 0..1. */
	readonly roundness: number;
	/** Left, top, right, bottom; inclusive. */
	readonly bounds: readonly [number, number, number, number];
}

/** A thing smaller than this share of the picture is too small to count its teeth. */
const SMALLEST_SHARE = 0.006;
const LARGEST_SHARE = 0.95;

/** Everything that stands out from the background, largest first, leaving out what the picture cuts off. */
export function findSilhouettes(plane: Plane, threshold: number): readonly Silhouette[] {
	const { width, height, values } = plane;
	const queue = new Int32Array(values.length);
	const taken = floodFromBorder(plane, threshold, queue);
	const found: Silhouette[] = [];
	for (let start = 0; start < values.length; start++) {
		if (taken[start] !== 0) continue;
		const pixels = collect(start, taken, queue, width);
		const share = pixels.length / values.length;
		if (share < SMALLEST_SHARE || share > LARGEST_SHARE) continue;
		const silhouette = describe(pixels, width, height);
		const [left, top, right, bottom] = silhouette.bounds;
		if (left === 0 || top === 0 || right === width - 1 || bottom === height - 1) continue;
		found.push(silhouette);
	}
	return found.sort((a, b) => b.area - a.area);
}

/**
 * Threshold between two populations that maximises the variance between them (N. Otsu, "A Threshold
 * Selection Method from Gray-Level Histograms", IEEE Trans. SMC 9, 1979).
 */
export function otsuThreshold(values: ArrayLike<number>): number {
	let low = Number.POSITIVE_INFINITY;
	let high = Number.NEGATIVE_INFINITY;
	for (let i = 0; i < values.length; i++) {
		const value = values[i] ?? 0;
		if (value < low) low = value;
		if (value > high) high = value;
	}
	const bins = 256;
	const width = (high - low) / bins;
	if (!(width > 0)) return high;
	const histogram = new Float64Array(bins);
	for (let i = 0; i < values.length; i++) {
		const bin = Math.min(bins - 1, Math.floor(((values[i] ?? 0) - low) / width));
		histogram[bin] = (histogram[bin] ?? 0) + 1;
	}
	let totalSum = 0;
	for (const [bin, count] of histogram.entries()) totalSum += bin * count;
	let below = 0;
	let belowSum = 0;
	let best = -1;
	let bestBin = 0;
	for (const [bin, count] of histogram.entries()) {
		below += count;
		belowSum += bin * count;
		const above = values.length - below;
		if (below === 0 || above === 0) continue;
		const difference = belowSum / below - (totalSum - belowSum) / above;
		const between = below * above * difference * difference;
		if (between > best) {
			best = between;
			bestBin = bin;
		}
	}
	return low + (bestBin + 1) * width;
}

/** 1 for background pixels connected with the picture's border: what is left over is things with holes filled. */
function floodFromBorder({ width, height, values }: Plane, threshold: number, stack: Int32Array): Uint8Array {
	const outside = new Uint8Array(values.length);
	let depth = 0;
	const visit = (index: number) => {
		if (outside[index] !== 0 || (values[index] ?? 0) >= threshold) return;
		outside[index] = 1;
		stack[depth++] = index;
	};
	for (let x = 0; x < width; x++) {
		visit(x);
		visit((height - 1) * width + x);
	}
	for (let y = 0; y < height; y++) {
		visit(y * width);
		visit(y * width + width - 1);
	}
	while (depth > 0) {
		const index = stack[--depth] ?? 0;
		const x = index % width;
		if (x > 0) visit(index - 1);
		if (x < width - 1) visit(index + 1);
		if (index >= width) visit(index - width);
		if (index < values.length - width) visit(index + width);
	}
	return outside;
}

/** Pixels of the thing that `start` belongs to, which are marked as taken; a view of `queue`, to be used at once. */
function collect(start: number, taken: Uint8Array, queue: Int32Array, width: number): Int32Array {
	let count = 0;
	const visit = (index: number) => {
		if (taken[index] !== 0) return;
		taken[index] = 1;
		queue[count++] = index;
	};
	visit(start);
	for (let next = 0; next < count; next++) {
		const index = queue[next] ?? 0;
		const x = index % width;
		if (x > 0) visit(index - 1);
		if (x < width - 1) visit(index + 1);
		visit(index - width);
		visit(index + width);
	}
	return queue.subarray(0, count);
}

function describe(pixels: Int32Array, width: number, height: number): Silhouette {
	const mask = new Uint8Array(width * height);
	let sumX = 0;
	let sumY = 0;
	let left = width;
	let top = height;
	let right = 0;
	let bottom = 0;
	for (const index of pixels) {
		const x = index % width;
		const y = (index - x) / width;
		mask[index] = 1;
		sumX += x;
		sumY += y;
		left = Math.min(left, x);
		right = Math.max(right, x);
		top = Math.min(top, y);
		bottom = Math.max(bottom, y);
	}
	const cx = sumX / pixels.length;
	const cy = sumY / pixels.length;
	let xx = 0;
	let xy = 0;
	let yy = 0;
	for (const index of pixels) {
		const x = (index % width) - cx;
		const y = Math.floor(index / width) - cy;
		xx += x * x;
		xy += x * y;
		yy += y * y;
	}
	const { shape, roundness } = momentEllipse(xx / pixels.length, xy / pixels.length, yy / pixels.length);
	return {
		mask,
		width,
		height,
		area: pixels.length,
		centre: [cx, cy],
		shape,
		roundness,
		bounds: [left, top, right, bottom],
	};
}

/** A filled ellipse with half axes a, b has second moments a²/4, b²/4: the shape is twice the matrix root. */
function momentEllipse(xx: number, xy: number, yy: number) {
	const mean = (xx + yy) / 2;
	const spread = Math.hypot((xx - yy) / 2, xy);
	const long = 2 * Math.sqrt(mean + spread);
	const short = 2 * Math.sqrt(Math.max(mean - spread, 0));
	const angle = 0.5 * Math.atan2(2 * xy, xx - yy);
	const c = Math.cos(angle);
	const s = Math.sin(angle);
	const shape = [
		long * c * c + short * s * s,
		(long - short) * c * s,
		(long - short) * c * s,
		long * s * s + short * c * c,
	] as const;
	return { shape, roundness: long > 0 ? short / long : 0 };
}
