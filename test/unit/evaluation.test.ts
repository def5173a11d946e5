import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { PACKAGE_ROOT } from "../../src/config/package-root.js";
import type { FieldReading, Observation } from "../../src/contracts/reading.js";
import { ACCURACY_PAGES, replaceBetween, writeAccuracyPages } from "../../src/evaluation/accuracy-page.js";
import { acceptedWrong, baselineOf, dropsSince } from "../../src/evaluation/baseline.js";
import { benchBaselineOf, runBench, slowdownSince } from "../../src/evaluation/bench.js";
import type { LabelledPicture } from "../../src/evaluation/labels.js";
import { type Outcome, outcomeOf } from "../../src/evaluation/outcome.js";
import { openPlots, summaryPlots } from "../../src/evaluation/plots.js";
import { openRapidOcr } from "../../src/evaluation/rapidocr.js";
import { summaryOf } from "../../src/evaluation/summary.js";
import { groupRows, markdownTable, rateSentences } from "../../src/evaluation/tables.js";

// The drawing library is many files; a busy machine takes its time to load them.
vi.setConfig({ testTimeout: 60_000 });

const VIN = "LXA2J5B37TC004217";

function fieldOf(value: string | number | null, accepted: boolean, confidence = 0.9): FieldReading {
	const text = String(value ?? "");
	return {
		...{ text, value, unit: null, confidence, accepted, refusal: accepted ? null : "single_reader" },
		characters: [...text].map((char) => ({ char, p: confidence })),
		...{ box: null, evidence: [] },
	};
}

function observationOf(fields: Record<string, FieldReading>, more: object = {}): Observation {
	const [lead = fieldOf(null, false)] = Object.values(fields);
	const reading = {
		...{ kind: "stamp" as const, text: lead.text, vin: null, characters: lead.characters },
		...{ confidence: lead.confidence, accepted: lead.accepted, refusal: lead.refusal, fields, box: null },
		...more,
	};
	return {
		...{ capture: "0".repeat(64), kind: "stamp", detections: [], readers: {} },
		quality: { sharpness: 1, luminance: 100, clipped: 0, retake: null },
		readings: [reading],
		ms: { decode: 10, read: 90, total: 100 },
	};
}

let made = 0;
/** A picture of its own, judged. */
function judged(label: Partial<LabelledPicture>, observation: Observation | null): Outcome {
	const file = `stamp/line_${++made}.jpg`;
	return outcomeOf({ file, kind: "stamp", ...label }, new TextEncoder().encode(file), observation);
}

const vinRead = (value: string | null, accepted: boolean, confidence?: number) =>
	observationOf({ vin: fieldOf(value, accepted, confidence) });

describe("one picture against its label", () => {
	test.each([
		[VIN, VIN, true, "accepted"],
		[VIN, VIN, false, "exact"],
		[VIN, "LXA2J5837TC004217", false, "misread"],
		[VIN, "LXA2J5837TC004217", true, "accepted_wrong"],
		[VIN, null, false, "unread"],
		[null, VIN, true, "accepted_wrong"],
		[null, null, false, "refused"],
	])("on it %s, read %s, accepted %s: %s", (vin, read, accepted, verdict) => {
		expect(judged({ vin }, vinRead(read, accepted)).verdict).toBe(verdict);
	});

	test("a picture that could not be taken in has failed, and its characters are not read", () => {
		const outcome = judged({ vin: VIN }, null);
		expect(outcome.verdict).toBe("failed");
		const { all } = summaryOf([outcome]).groups;
		expect(all).toMatchObject({ failed: 1, withVin: 1, exact: 0, characters: 17, charactersRight: 0 });
	});

	test("gears count by teeth, and by defects where readers look for any", () => {
		const gear = (label: Partial<LabelledPicture>, teeth: number, more?: object) =>
			judged({ kind: "gear", ...label }, observationOf({ toothCount: fieldOf(teeth, true) }, more));
		const found = { defects: [{ kind: "missing_tooth", box: [0, 0, 9, 9] }] };
		const { all } = summaryOf([
			gear({ toothCounts: [18, 57], defect: true }, 57, found),
			gear({ toothCounts: [28], defect: false }, 29, { defects: [] }),
			gear({ defect: false }, 40, found),
			gear({ toothCounts: [36], defect: true }, 36),
		]).groups;
		expect(all).toMatchObject({ gears: 3, gearsAccepted: 3, gearsAcceptedWrong: 1 });
		expect(all).toMatchObject({ damaged: 1, damagedFlagged: 1, good: 2, goodFlagged: 1, withVin: 0 });
	});

	test("fields count by value; one accepted and wrong is named", () => {
		const outcome = judged(
			{ vin: VIN, fields: { brand: "LX", grossMass: 2100, seats: 5, colour: "red" } },
			observationOf({
				...{ vin: fieldOf(VIN, true), brand: fieldOf("LX", true), grossMass: fieldOf(2100, false) },
				seats: fieldOf(6, true),
			}),
		);
		expect(outcome.fields).toEqual({ named: 4, exact: 2, accepted: 2, wrong: 1 });
		expect(acceptedWrong([outcome])).toEqual([`fields accepted wrong on 1 pictures: ${outcome.file}.`]);
	});
});

describe("the tables", () => {
	const outcomes = [
		judged({ vin: VIN }, vinRead(VIN, true)),
		judged({ vin: VIN }, vinRead("LXA2J5837TC00421", false, 0.5)),
		judged({ confidence: "unreadable" }, vinRead(null, false)),
	];
	const summary = summaryOf(outcomes);

	test("leave out what no picture shows, and give every count its bound", () => {
		const [head = [], ...rows] = groupRows(summary, { times: true, language: "both" });
		expect(head.join()).not.toContain("teeth");
		expect(rows.map(([name]) => name)).toEqual(["stamp, line", "all 合计"]);
		expect(rows.at(-1)).toContain("1 of 2");
		expect(rows.at(-1)).toContain("0 (< 95.0 %)");
		expect(rateSentences(summary, "both")[0]).toBe(
			"VIN exact 全对: 1 of 2, 50.0 % (95 % interval 1.3 % to 98.7 %)",
		);
	});

	test("stand between their markers in a page, and nothing else of it changes", () => {
		const page = "before\n<!-- a -->\nold\n<!-- /a -->\nafter\n";
		const table = markdownTable([["合计"], ["1"]]);
		const once = replaceBetween(page, "a", table);
		expect(once).toBe("before\n<!-- a -->\n\n| 合计 |\n| ---- |\n| 1    |\n\n<!-- /a -->\nafter\n");
		expect(replaceBetween(once, "a", table)).toBe(once);
		expect(() => replaceBetween(page, "b", table)).toThrow("no place for b");
	});

	test("are drawn in both languages, for light and dark, the same every time", async () => {
		const draw = await openPlots();
		const plots = draw?.(summaryPlots(summary)) ?? {};
		expect(Object.keys(plots)).toEqual(["reliability", "acceptance", "confusion", "latency"]);
		for (const svg of Object.values(plots)) {
			expect(svg).toMatch(/^<svg /);
			expect(svg).toContain("prefers-color-scheme: dark");
			expect(svg).toMatch(/>[^<]*[A-Za-z]+[^<]* · [^<]*\p{Script=Han}/u);
			expect(svg).not.toContain("NaN");
			expect(svg).not.toContain("class=");
		}
		expect(draw?.(summaryPlots(summary))).toEqual(plots);
	});
});

describe("the accuracy page", () => {
	let docs = "";
	beforeAll(async () => {
		docs = await mkdtemp(join(tmpdir(), "vinspect-docs-"));
		for (const name of Object.values(ACCURACY_PAGES))
			await cp(join(PACKAGE_ROOT, "docs", name), join(docs, name));
	});
	afterAll(() => rm(docs, { recursive: true, force: true }));

	const page = (language: keyof typeof ACCURACY_PAGES) =>
		readFile(join(docs, ACCURACY_PAGES[language]), "utf8");
	const outside = (text: string, nature: string) => replaceBetween(text, nature, "");
	const photographs = summaryOf([
		judged({ vin: VIN }, vinRead(VIN, true)),
		judged({ vin: VIN, kind: "plate" }, vinRead(null, false)),
	]);

	test("of either language gets the tables and plots in its words, and nothing else of it changes", async () => {
		const before = { en: await page("en"), zh: await page("zh") };
		const draw = await openPlots();
		if (draw === null) throw new Error("the plots need the development packages");
		await writeAccuracyPages({ photographs, rendered: photographs }, draw, docs);
		const [en, zh] = [await page("en"), await page("zh")];
		for (const [was, is] of [
			[before.en, en],
			[before.zh, zh],
		] as const) {
			const both = (text: string) => outside(outside(text, "photographs"), "rendered");
			expect(both(is)).toBe(both(was));
			expect(is.match(/images\/accuracy\/photographs-[a-z]+\.svg/g)).toHaveLength(3);
		}
		expect(en).toContain("- VIN exact: 1 of 2, 50.0 % (95 % interval 1.3 % to 98.7 %)");
		expect(zh).toContain("- 全对：1 / 2，50.0 %（95 % 置信区间 1.3 % 至 98.7 %）");
		expect(zh).toMatch(/^\| 钢印，line +\|/m);
		expect(zh).toMatch(/^\| 合计 +\|/m);
		expect(en).toMatch(/^\| stamp, line +\|/m);
		const plot = await readFile(join(docs, "images", "accuracy", "photographs-reliability.svg"), "utf8");
		expect(plot).toMatch(/^<svg /);
	});

	test("of neither language is touched where one has no place for what was measured", async () => {
		const before = [await page("en"), await page("zh")];
		const writing = writeAccuracyPages({ videos: photographs }, () => ({}), docs);
		await expect(writing).rejects.toThrow("no place for videos");
		expect([await page("en"), await page("zh")]).toEqual(before);
	});
});

describe("the committed result", () => {
	const before = Array.from({ length: 12 }, (_, at) => judged({ vin: VIN }, vinRead(VIN, at < 10)));
	const baseline = baselineOf(before, { photographs: summaryOf(before) }, { ppocr: "1" });
	const dropsAfter = (change: (outcome: Outcome, at: number) => Partial<Outcome>) =>
		dropsSince(
			baseline,
			before.map((outcome, at) => ({ ...outcome, ...change(outcome, at) })),
		);

	test("holds neither a number of a vehicle nor the name of a file", () => {
		const text = JSON.stringify(baseline);
		expect(text).not.toContain(VIN);
		expect(text).not.toContain("line_");
		expect(baseline.summaries.photographs).toMatchObject({ pictures: 12, exact: 12, accepted: 10 });
	});

	test("the same readings are no drop, better ones neither, nor pictures it never saw", () => {
		expect(dropsAfter(() => ({}))).toEqual([]);
		expect(dropsAfter(() => ({ verdict: "accepted" }))).toEqual([]);
		expect(dropsSince(baseline, [judged({ vin: VIN }, vinRead(null, false))])).toEqual([]);
	});

	test("one picture fewer read exactly is a drop, and is named", () => {
		const drops = dropsAfter((_, at) => (at === 11 ? { verdict: "misread" } : {}));
		expect(drops).toEqual([`photographs, exact: 11 of 12 pictures, 12 before; lost ${before[11]?.file}.`]);
	});

	test("fewer accepted is a drop only beyond what chance takes", () => {
		const without = (count: number) => dropsAfter((_, at) => (at < count ? { verdict: "exact" } : {}));
		expect(without(4)).toEqual([]);
		expect(without(5)[0]).toMatch(/^photographs, accepted: 5 of 12 pictures, 10 before; lost stamp/);
	});
});

describe("bench", () => {
	const pictures = ["a", "b"].map((file) => ({ file, bytes: new TextEncoder().encode(file) }));

	test("takes turns, leaves the first round out and gives ratios", async () => {
		const order: string[] = [];
		const inspector = {
			readers: {},
			inspect: async () => {
				order.push("ours");
				return vinRead(VIN, true);
			},
			close: async () => undefined,
		};
		const rival = {
			name: "rival",
			time: async (file: string) => {
				order.push(file);
				return 300;
			},
			close: async () => undefined,
		};
		const setting = { kind: "auto" as const, rounds: 2, parallel: 2, progress: () => undefined };
		const result = await runBench(inspector, pictures, { time: async () => 50 }, rival, setting);
		expect(order.slice(0, 4)).toEqual(["ours", "a", "ours", "b"]);
		expect(result).toMatchObject({ pictures: 2, ratio: 2, yardstick: { median: 50, runs: 4 } });
		expect(result.steps.total).toEqual({ runs: 4, median: 100, p95: 100 });
		expect(result.against).toMatchObject({
			ratioOfMedians: 3,
			pairedRatio: { median: 3, lower: 3, upper: 3 },
		});
		expect(result.throughput.picturesPerSecond).toBeGreaterThan(0);
	});

	test("a fifth slower than committed is let through, more is a drop, other pictures can't be compared", () => {
		const known = benchBaselineOf(pictures, "stamp", 2, 2);
		const reordered = pictures.toReversed();
		expect(slowdownSince(known, benchBaselineOf(reordered, "stamp", 2, 2.4))).toBeNull();
		expect(slowdownSince(known, benchBaselineOf(reordered, "stamp", 2, 2.5))).toContain("2.50 times");
		const other = benchBaselineOf(pictures.slice(1), "stamp", 2, 2);
		expect(() => slowdownSince(known, other)).toThrow("can't be compared");
	});

	test("says what a rival lacks that does not start", async () => {
		await expect(openRapidOcr("no-such-python", 1)).rejects.toThrow("rapidocr-onnxruntime==1.4.4");
		const node = await openRapidOcr(process.execPath, 1);
		await expect(node.time("a.jpg")).rejects.toThrow(/RapidOCR ended \(exit code 1\).*--python/s);
	});
});
