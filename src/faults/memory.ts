import { type FaultPlant, PARTS } from "./plant.js";
import { readProcesses, takenByTree } from "./process-tree.js";

/** Resident memory of one process, with those it started, at one moment. */
export interface Sample {
	/** Seconds since sampling began. */
	readonly at: number;
	readonly megabytes: number;
}

export interface Trend {
	readonly process: string;
	readonly samples: number;
	readonly first: number;
	readonly last: number;
	readonly most: number;
	/** Megabytes an hour by least squares over the part after warming up, and half the width of its 95 % interval. */
	readonly slope: number;
	readonly slopeWithin: number;
	/** One mark a tenth of the time, from ▁ (least) to █ (most). */
	readonly plot: string;
}

const EVERY_MS = 5_000;
/** Share of the time in which caches and heaps fill, not counted into the slope. */
const WARM_UP = 0.3;
const MARKS = "▁▂▃▄▅▆▇█";
const COLUMNS = 30;
/** Normal quantile of a two-sided 95 % interval; samples are many. */
const Z = 1.96;

/** Least squares of megabytes over hours, with the standard error of the slope. */
export function slopeOf(samples: readonly Sample[]): { readonly slope: number; readonly within: number } {
	const n = samples.length;
	if (n < 3) return { slope: 0, within: Number.POSITIVE_INFINITY };
	const hours = samples.map(({ at }) => at / 3600);
	const meanX = hours.reduce((sum, x) => sum + x, 0) / n;
	const meanY = samples.reduce((sum, { megabytes }) => sum + megabytes, 0) / n;
	const sxx = hours.reduce((sum, x) => sum + (x - meanX) ** 2, 0);
	const sxy = samples.reduce(
		(sum, { megabytes }, i) => sum + ((hours[i] ?? 0) - meanX) * (megabytes - meanY),
		0,
	);
	const slope = sxy / sxx;
	const residual = samples.reduce(
		(sum, { megabytes }, i) => sum + (megabytes - meanY - slope * ((hours[i] ?? 0) - meanX)) ** 2,
		0,
	);
	return { slope, within: Z * Math.sqrt(residual / (n - 2) / sxx) };
}

function plotOf(samples: readonly Sample[]): string {
	const values = samples.map(({ megabytes }) => megabytes);
	const [low, high] = [Math.min(...values), Math.max(...values)];
	return Array.from({ length: Math.min(COLUMNS, values.length) }, (_, column) => {
		const value = values[Math.floor((column * values.length) / Math.min(COLUMNS, values.length))] ?? low;
		return MARKS[high === low ? 0 : Math.round(((value - low) / (high - low)) * (MARKS.length - 1))];
	}).join("");
}

/** Samples the memory of the plant's parts until stopped. A process that is replaced goes on under its part. */
export function watchMemory(plant: FaultPlant): { stop(): Trend[] } {
	const began = Date.now();
	const series = new Map<string, Sample[]>();
	const note = (name: string, megabytes: number) => {
		const samples = series.get(name) ?? [];
		samples.push({ at: (Date.now() - began) / 1000, megabytes });
		series.set(name, samples);
	};
	const look = async () => {
		const table = await readProcesses();
		for (const part of PARTS) {
			const pid = await plant.pidOf(part);
			if (pid !== null && table.has(pid)) note(part, takenByTree(pid, table).megabytes);
		}
		// the parts are its children, and told for themselves
		const own = table.get(plant.supervisorPid ?? 0);
		if (own) note("supervisor", own.megabytes);
	};
	const timer = setInterval(() => void look(), EVERY_MS);
	void look();
	return {
		stop() {
			clearInterval(timer);
			return [...series].map(([process, samples]) => {
				const warm = samples.slice(Math.floor(samples.length * WARM_UP));
				const { slope, within } = slopeOf(warm);
				const values = samples.map(({ megabytes }) => megabytes);
				return {
					process,
					samples: samples.length,
					first: values[0] ?? 0,
					last: values.at(-1) ?? 0,
					most: Math.max(...values),
					slope,
					slopeWithin: within,
					plot: plotOf(samples),
				};
			});
		},
	};
}
