import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { PACKAGE_ROOT } from "../config/package-root.js";
import type { WitnessKind } from "../contracts/reading.js";
import type { Inspector } from "../vision/inspector.js";
import { DetectionContract, readContract } from "../vision/model-contract.js";
import { type Network, openNetwork, type RuntimeOptions } from "../vision/onnx-session.js";
import type { Rival } from "./rapidocr.js";
import { quantileOf } from "./statistics.js";
import { type StepTime, stepTimes } from "./summary.js";

/** A ratio to the yardstick this much above the committed one is a drop. */
const SLOWER = 1.2;

export interface BenchPicture {
	readonly file: string;
	readonly bytes: Uint8Array;
}

/** Times of ours and the rival's on the same pictures, each right after the other. */
export interface Duel {
	readonly name: string;
	/** Milliseconds. */
	readonly median: number;
	readonly p95: number;
	/** Its median over ours: above 1, ours is faster. */
	readonly ratioOfMedians: number;
	/** Median and middle half of the ratios of single pairs. */
	readonly pairedRatio: { readonly median: number; readonly lower: number; readonly upper: number };
}

export interface BenchResult {
	readonly pictures: number;
	readonly steps: Readonly<Record<string, StepTime>>;
	/** One call of the stock text detector on a blank 736 × 960 picture, in milliseconds: how fast the machine is. */
	readonly yardstick: StepTime;
	/** Median of a picture over median of the yardstick: comparable between machines. */
	readonly ratio: number;
	readonly throughput: { readonly parallel: number; readonly picturesPerSecond: number };
	readonly against: Duel | null;
}

/** The yardstick: the same kind of work as reading, and independent of how it is read. */
export async function openYardstick(
	options: RuntimeOptions,
): Promise<{ time(): Promise<number>; close: Network["close"] }> {
	const network = await openNetwork(await readContract("ppocr-v4-detection", DetectionContract), options);
	const [height, width] = [736, 960];
	const blank = new Float32Array(3 * height * width);
	return {
		async time() {
			const start = performance.now();
			await network.run(blank, [1, 3, height, width]);
			return performance.now() - start;
		},
		close: network.close,
	};
}

export interface BenchSetting {
	readonly kind: WitnessKind | "auto";
	/** Times every picture is read; one more round before is not counted: networks and workers start in it. */
	readonly rounds: number;
	/** Pictures read at once when throughput is measured. */
	readonly parallel: number;
	readonly progress: (name: string) => void;
}

/** Pictures a second with `parallel` of them read at once. */
async function throughputOf(
	inspector: Inspector,
	pictures: readonly BenchPicture[],
	{ kind, parallel }: BenchSetting,
): Promise<number> {
	const start = performance.now();
	const waiting = pictures.values();
	const lane = async () => {
		for (const { bytes } of waiting) await inspector.inspect(bytes, kind);
	};
	await Promise.all(Array.from({ length: parallel }, lane));
	return (1000 * pictures.length) / (performance.now() - start);
}

/** Times everything, warm: ours, the yardstick and the rival take turns, so that what disturbs one disturbs all. */
export async function runBench(
	inspector: Inspector,
	pictures: readonly BenchPicture[],
	yardstick: { time(): Promise<number> },
	rival: Rival | null,
	setting: BenchSetting,
): Promise<BenchResult> {
	const runs: Record<string, number>[] = [];
	const measures: { yardstick: number }[] = [];
	const rivals: { ms: number }[] = [];
	for (let round = 0; round <= setting.rounds; round++)
		for (const { file, bytes } of pictures) {
			const { ms } = await inspector.inspect(bytes, setting.kind);
			const measure = await yardstick.time();
			const theirs = rival ? await rival.time(file) : 0;
			setting.progress(file);
			if (round === 0) continue;
			runs.push(ms);
			measures.push({ yardstick: measure });
			if (rival) rivals.push({ ms: theirs });
		}
	const steps = stepTimes(runs);
	const total = steps.total?.median ?? Number.NaN;
	const measured = stepTimes(measures).yardstick ?? { runs: 0, median: Number.NaN, p95: Number.NaN };
	const theirs = stepTimes(rivals).ms;
	const pairs = rivals.map(({ ms }, index) => ms / (runs[index]?.total ?? Number.NaN));
	return {
		pictures: pictures.length,
		steps,
		yardstick: measured,
		ratio: total / measured.median,
		throughput: {
			parallel: setting.parallel,
			picturesPerSecond: await throughputOf(inspector, pictures, setting),
		},
		against:
			rival && theirs
				? {
						name: rival.name,
						median: theirs.median,
						p95: theirs.p95,
						ratioOfMedians: theirs.median / total,
						pairedRatio: {
							median: quantileOf(pairs, 0.5),
							lower: quantileOf(pairs, 0.25),
							upper: quantileOf(pairs, 0.75),
						},
					}
				: null,
	};
}

/** A result as it is committed: a ratio, and which pictures it was measured on. */
const BenchBaseline = z.strictObject({
	set: z.string(),
	kind: z.string(),
	threads: z.int(),
	ratio: z.number(),
});
export type BenchBaseline = z.infer<typeof BenchBaseline>;

/** What a ratio may be compared with: the same pictures, kind and threads. */
export function benchBaselineOf(
	pictures: readonly BenchPicture[],
	kind: string,
	threads: number,
	ratio: number,
): BenchBaseline {
	const digests = pictures.map(({ bytes }) => createHash("sha256").update(bytes).digest("hex")).sort();
	const set = createHash("sha256").update(digests.join("\n")).digest("hex").slice(0, 12);
	return { set, kind, threads, ratio };
}

const RESULTS = join(PACKAGE_ROOT, "docs", "results");

export async function readBenchBaseline(file: string): Promise<BenchBaseline> {
	return BenchBaseline.parse(JSON.parse(await readFile(file, "utf8")));
}

export async function writeBenchBaseline(file: string | undefined, baseline: BenchBaseline): Promise<string> {
	const path = file ?? join(RESULTS, `bench-${baseline.set}-${baseline.threads}.json`);
	await writeFile(path, `${JSON.stringify(baseline, null, "\t")}\n`);
	return path;
}

const isComparable = (a: BenchBaseline, b: BenchBaseline) =>
	a.set === b.set && a.kind === b.kind && a.threads === b.threads;

/** The committed result of the same pictures, kind and threads. */
export async function findBenchBaseline(current: BenchBaseline): Promise<BenchBaseline | null> {
	for (const name of await readdir(RESULTS).catch(() => [])) {
		if (!/^bench-.*\.json$/.test(name)) continue;
		const known = await readBenchBaseline(join(RESULTS, name));
		if (isComparable(known, current)) return known;
	}
	return null;
}

/** What got slower, in a sentence; null where nothing did. Throws where the two can't be compared. */
export function slowdownSince(known: BenchBaseline, current: BenchBaseline): string | null {
	if (!isComparable(known, current))
		throw new Error(
			"The committed result was measured on other pictures, another kind or other threads; they can't be compared.",
		);
	if (current.ratio <= known.ratio * SLOWER) return null;
	return `slower: a picture takes ${current.ratio.toFixed(2)} times the yardstick, ${known.ratio.toFixed(2)} before; up to ${SLOWER} times that is let through.`;
}
