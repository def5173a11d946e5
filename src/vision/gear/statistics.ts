/** Value below which the given share lies; 0 for none. */
export function quantile(values: ArrayLike<number>, share: number): number {
	const sorted = Float64Array.from(values).sort();
	return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Middle value; 0 for none. */
export function median(values: ArrayLike<number>): number {
	return quantile(values, 0.5);
}

/** Consistent with the standard deviation of normal noise (Rousseeuw and Croux, 1993). */
const MAD_TO_SIGMA = 1.4826;

/** Standard deviation that outliers do not move: 1.4826 times the median absolute deviation. */
export function robustSigma(values: ArrayLike<number>, middle = median(values)): number {
	return MAD_TO_SIGMA * median(Array.from(values, (value) => Math.abs(value - middle)));
}

/** Solves the normal equations of `rows · x ≈ targets`; null where they are singular. */
export function leastSquares(
	rows: readonly (readonly number[])[],
	targets: readonly number[],
): readonly number[] | null {
	const terms = rows[0]?.length ?? 0;
	const system = Array.from({ length: terms }, () => new Float64Array(terms + 1));
	for (const [r, row] of rows.entries()) {
		const target = targets[r] ?? 0;
		for (const [i, equation] of system.entries()) {
			const left = row[i] ?? 0;
			for (let j = 0; j < terms; j++) equation[j] = (equation[j] ?? 0) + left * (row[j] ?? 0);
			equation[terms] = (equation[terms] ?? 0) + left * target;
		}
	}
	return eliminate(system);
}

/** Gauss–Jordan elimination with pivoting of a system whose last column is the right side. */
function eliminate(system: Float64Array[]): readonly number[] | null {
	const terms = system.length;
	for (let column = 0; column < terms; column++) {
		const rest = system.slice(column).sort((a, b) => Math.abs(b[column] ?? 0) - Math.abs(a[column] ?? 0));
		system.splice(column, rest.length, ...rest);
		const pivotRow = system[column];
		const pivot = pivotRow?.[column] ?? 0;
		if (pivotRow === undefined || Math.abs(pivot) < 1e-9) return null;
		for (const [i, row] of system.entries()) {
			if (i === column) continue;
			const factor = (row[column] ?? 0) / pivot;
			for (let j = column; j <= terms; j++) row[j] = (row[j] ?? 0) - factor * (pivotRow[j] ?? 0);
		}
	}
	return system.map((row, i) => (row[terms] ?? 0) / (row[i] ?? 1));
}
