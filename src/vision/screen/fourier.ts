/**
 * Discrete Fourier transform of a square of `size` × `size` complex numbers, in place. `size` is a power of two;
 * factors and bit reversal are laid out once (radix 2, decimation in time: Cooley and Tukey 1965).
 */
export interface SquareTransform {
	readonly size: number;
	/** Transforms rows, then columns; the result at (u, v) stands at `v * size + u`, unscaled. */
	run(real: Float64Array, imaginary: Float64Array): void;
}

/** Errors: `RangeError` where `size` is no power of two from 2 on. */
export function squareTransform(size: number): SquareTransform {
	if (size < 2 || (size & (size - 1)) !== 0) throw new RangeError(`${size} is no power of two.`);
	const turn = (at: number) => (-2 * Math.PI * at) / size;
	const cosines = Float64Array.from({ length: size / 2 }, (_, at) => Math.cos(turn(at)));
	const sines = Float64Array.from({ length: size / 2 }, (_, at) => Math.sin(turn(at)));
	const reversed = new Uint32Array(size);
	for (let at = 1; at < size; at++)
		reversed[at] = ((reversed[at >> 1] ?? 0) >> 1) | ((at & 1) === 1 ? size >> 1 : 0);
	const lineReal = new Float64Array(size);
	const lineImaginary = new Float64Array(size);

	/** One row (`step` 1) or column (`step` `size`) that begins at `start`. */
	const transformLine = (real: Float64Array, imaginary: Float64Array, start: number, step: number): void => {
		for (let at = 0; at < size; at++) {
			const from = start + (reversed[at] ?? 0) * step;
			lineReal[at] = real[from] ?? 0;
			lineImaginary[at] = imaginary[from] ?? 0;
		}
		for (let half = 1; half < size; half *= 2) {
			const stride = size / (2 * half);
			for (let block = 0; block < size; block += 2 * half)
				for (let at = block, factor = 0; at < block + half; at++, factor += stride) {
					const cosine = cosines[factor] ?? 0;
					const sine = sines[factor] ?? 0;
					const other = at + half;
					const re = lineReal[other] ?? 0;
					const im = lineImaginary[other] ?? 0;
					const turnedReal = re * cosine - im * sine;
					const turnedImaginary = re * sine + im * cosine;
					const evenReal = lineReal[at] ?? 0;
					const evenImaginary = lineImaginary[at] ?? 0;
					lineReal[other] = evenReal - turnedReal;
					lineImaginary[other] = evenImaginary - turnedImaginary;
					lineReal[at] = evenReal + turnedReal;
					lineImaginary[at] = evenImaginary + turnedImaginary;
				}
		}
		for (let at = 0, to = start; at < size; at++, to += step) {
			real[to] = lineReal[at] ?? 0;
			imaginary[to] = lineImaginary[at] ?? 0;
		}
	};

	return {
		size,
		run(real, imaginary) {
			for (let row = 0; row < size; row++) transformLine(real, imaginary, row * size, 1);
			for (let column = 0; column < size; column++) transformLine(real, imaginary, column, size);
		},
	};
}
