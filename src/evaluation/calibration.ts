/** A statement with the probability its reader gave it, and whether it was true. */
export interface Judged {
	/** 0..1 */
	readonly p: number;
	readonly correct: boolean;
}

/** Statements of like probability, taken together. */
export interface CalibrationBin {
	readonly count: number;
	/** Mean probability given. */
	readonly p: number;
	/** Share that was true. */
	readonly correct: number;
}

export interface Calibration {
	readonly count: number;
	/** Mean distance of probability and truth over the bins, weighted by their counts; 0 where nothing was judged. */
	readonly error: number;
	readonly bins: readonly CalibrationBin[];
}

const BINS = 10;

/**
 * Expected calibration error (Guo et al. 2017) over bins that hold equally many statements (Nixon et al. 2019):
 * readers are nearly always nearly sure, so bins of equal width would leave all but the last empty. Equal
 * probabilities stay in one bin.
 */
export function calibrationOf(judged: readonly Judged[], bins = BINS): Calibration {
	const sorted = judged.toSorted((a, b) => a.p - b.p);
	const found: CalibrationBin[] = [];
	for (let from = 0, bin = 1; from < sorted.length; bin++) {
		let to = Math.max(from + 1, Math.round((bin * sorted.length) / bins));
		while (to < sorted.length && sorted[to]?.p === sorted[to - 1]?.p) to++;
		const members = sorted.slice(from, to);
		found.push({
			count: members.length,
			p: members.reduce((sum, { p }) => sum + p, 0) / members.length,
			correct: members.filter(({ correct }) => correct).length / members.length,
		});
		from = to;
	}
	const distance = found.reduce((sum, { count, p, correct }) => sum + count * Math.abs(p - correct), 0);
	return { count: sorted.length, error: sorted.length === 0 ? 0 : distance / sorted.length, bins: found };
}

/** What would have been accepted from a confidence on. */
export interface AcceptancePoint {
	readonly threshold: number;
	readonly accepted: number;
	readonly wrong: number;
}

/** Accepted and wrong over every threshold that changes either, the highest first. */
export function acceptanceCurve(judged: readonly Judged[]): AcceptancePoint[] {
	const points: AcceptancePoint[] = [];
	let [accepted, wrong] = [0, 0];
	for (const { p, correct } of judged.toSorted((a, b) => b.p - a.p)) {
		accepted++;
		if (!correct) wrong++;
		if (points.at(-1)?.threshold === p) points.pop();
		points.push({ threshold: p, accepted, wrong });
	}
	return points;
}
