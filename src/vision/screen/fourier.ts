/** Discrete Fourier transform of a square of `size` × `size` complex numbers, in place. */
export interface SquareTransform {
	readonly size: number;
	/** Transforms rows and columns; the result at (u, v) stands at `v * size + u`, unscaled. */
	run(real: Float64Array, imaginary: Float64Array): void;
}

function transpose(values: Float64Array, size: number): void {
	for (let row = 1; row < size; row++)
		for (let column = 0; column < row; column++) {
			const [at, across] = [row * size + column, column * size + row];
			const kept = values[at] ?? 0;
			values[at] = values[across] ?? 0;
			values[across] = kept;
		}
}

/**
 * A transform of one size, a power of two: radix 2, decimation in time (Cooley and Tukey 1965). All columns go through
 * each step together, so that memory is read along its rows. Errors: `RangeError` where `size` is no power of two from
 * 2 on.
 */
export function squareTransform(size: number): SquareTransform {
	if (size < 2 || (size & (size - 1)) !== 0) throw new RangeError(`${size} is no power of two.`);
	const turn = (at: number) => (-2 * Math.PI * at) / size;
	const cosines = Float64Array.from({ length: size / 2 }, (_, at) => Math.cos(turn(at)));
	const sines = Float64Array.from({ length: size / 2 }, (_, at) => Math.sin(turn(at)));
	const reversed = new Uint32Array(size);
	for (let at = 1; at < size; at++)
		reversed[at] = ((reversed[at >> 1] ?? 0) >> 1) | ((at & 1) === 1 ? size >> 1 : 0);
	const kept = new Float64Array(size);

	const reorderRows = (values: Float64Array): void => {
		for (let row = 0; row < size; row++) {
			const other = reversed[row] ?? 0;
			if (other <= row) continue;
			kept.set(values.subarray(row * size, (row + 1) * size));
			values.copyWithin(row * size, other * size, (other + 1) * size);
			values.set(kept, other * size);
		}
	};

	/** Rows `even` and `odd` to their sum and difference, the second turned by a factor. */
	const combine = (
		real: Float64Array,
		imaginary: Float64Array,
		even: number,
		odd: number,
		factor: number,
	): void => {
		const cosine = cosines[factor] ?? 0;
		const sine = sines[factor] ?? 0;
		for (let a = even * size, b = odd * size, end = a + size; a < end; a++, b++) {
			const re = real[b] ?? 0;
			const im = imaginary[b] ?? 0;
			const turnedReal = re * cosine - im * sine;
			const turnedImaginary = re * sine + im * cosine;
			const evenReal = real[a] ?? 0;
			const evenImaginary = imaginary[a] ?? 0;
			real[b] = evenReal - turnedReal;
			imaginary[b] = evenImaginary - turnedImaginary;
			real[a] = evenReal + turnedReal;
			imaginary[a] = evenImaginary + turnedImaginary;
		}
	};

	const transformColumns = (real: Float64Array, imaginary: Float64Array): void => {
		reorderRows(real);
		reorderRows(imaginary);
		for (let half = 1; half < size; half *= 2)
			for (let block = 0; block < size; block += 2 * half)
				for (let at = 0; at < half; at++)
					combine(real, imaginary, block + at, block + at + half, (at * size) / (2 * half));
	};

	return {
		size,
		run(real, imaginary) {
			for (let pass = 0; pass < 2; pass++) {
				transformColumns(real, imaginary);
				transpose(real, size);
				transpose(imaginary, size);
			}
		},
	};
}
