import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PACKAGE_ROOT } from "../../src/config/package-root.js";
import type { Observation, Refusal } from "../../src/contracts/reading.js";
import { sampleBursts } from "../../src/demonstration/sample-bursts.js";
import { observedField } from "../../src/domain/observation-summary.js";
import type { SeenCapture } from "../../src/domain/statements.js";
import { ACCURACY_PAGES, writeAccuracyPages } from "../../src/evaluation/accuracy-page.js";
import {
	burstOutcomes,
	fusionOutcomeOf,
	fusionTally,
	type SeenPicture,
	wrongTogether,
} from "../../src/evaluation/fusion.js";
import { escapeSentence, fusionRows, fusionSentences } from "../../src/evaluation/fusion-table.js";
import { summaryOf } from "../../src/evaluation/summary.js";

const VIN = "LXA2J5B37TC004217";
const ORDER = "LXA2J5837TC004217";

/** A reading that doubts one character, or is sure of all. */
function fieldOf(text: string, refusal: Refusal | null, doubted: number | null = null) {
	const characters = [...text].map((char, at) =>
		at === doubted ? { char, p: 0.6, alternatives: [{ char: "W", p: 0.3 }] } : { char, p: 0.99 },
	);
	const confidence = refusal === null ? 0.99 : 0.7;
	return {
		...{ text, value: text, unit: null, characters, confidence, accepted: refusal === null, refusal },
		box: null,
		evidence: ["one", "other"].map((reader) => ({ reader, version: "1", text, confidence })),
	};
}

let taken = 0;
const captureOf = (field: ReturnType<typeof fieldOf> | null): SeenCapture => ({
	capture: String(++taken).padStart(64, "0"),
	...{ retake: null, absent: field === null, fields: field ? { vin: observedField("vin", field) } : {} },
});
const doubtful = (at: number) => captureOf(fieldOf(VIN, "low_confidence", at));
const sure = (text: string) => captureOf(fieldOf(text, null));

const fused = fusionOutcomeOf(VIN, [doubtful(3), doubtful(8), captureOf(null)], ORDER);
const alone = fusionOutcomeOf(VIN, [doubtful(3), sure(VIN)], ORDER);
const torn = fusionOutcomeOf(VIN, [sure(VIN), sure(ORDER)], ORDER);
const escaped = fusionOutcomeOf(VIN, [sure(ORDER), captureOf(null)], ORDER);
const unread = fusionOutcomeOf(VIN, [captureOf(null), captureOf(null)]);

describe("captures of one witness against what it carries", () => {
	it("are judged by the first, by the surest and together", () => {
		expect(fused).toMatchObject({
			first: { exact: true, accepted: false },
			best: { exact: true, accepted: false },
			together: { exact: true, accepted: true, wrong: false },
			fused: { accepted: true },
			escaped: false,
		});
		expect(alone).toMatchObject({ first: { accepted: false }, best: { accepted: true }, fused: null });
		expect(alone.together).toEqual(alone.best);
		expect(unread).toMatchObject({ best: { exact: false, accepted: false }, fused: null, escaped: false });
	});

	it("accept nothing where they contradict each other, and escape where they agree on the wrong order", () => {
		expect(torn).toMatchObject({
			conflict: true,
			together: { accepted: false, wrong: false },
			escaped: false,
		});
		expect(escaped).toMatchObject({ together: { accepted: true, wrong: true }, escaped: true });
	});

	it("are counted, with the exact bound of what was accepted wrong", () => {
		const tally = fusionTally([fused, alone, torn, escaped, unread]);
		expect(tally).toMatchObject({
			...{ witnesses: 5, captures: 11, conflicts: 1, fusible: 1, escapes: 1 },
			first: { exact: 3, accepted: 2, wrong: 1 },
			together: { exact: 3, accepted: 3, wrong: 1 },
			...{ acceptedGained: 1, acceptedLost: 1, exactGained: 0, exactLost: 0 },
		});
		const rows = fusionRows(tally, "en");
		expect(rows.at(-1)).toEqual([
			"of these fused",
			"1 of 1 (2.5 %–100.0 %)",
			"1 of 1 (2.5 %–100.0 %)",
			"0 (< 95.0 %)",
		]);
		expect(fusionSentences(tally, "en")[0]).toContain("11 captures of 5 witnesses; 1 witnesses");
		expect(fusionSentences(tally, "zh")[2]).toContain("增 1，减 1");
		expect(escapeSentence(tally, "en")).toContain("1 of 5 vehicles");
		expect(wrongTogether({ photographs: { fusion: tally }, rendered: {} })).toEqual([
			"accepted wrong together: 1 of 5 witnesses, photographs.",
		]);
	});
});

describe("labelled pictures of one witness", () => {
	const picture = (burst: string | undefined, capture: string, at: number, vin = VIN): SeenPicture => {
		const field = fieldOf(vin, "low_confidence", at);
		const observation: Observation = {
			...{ capture: capture.repeat(64), kind: "stamp", detections: [], readers: {}, ms: {} },
			quality: { sharpness: 1, luminance: 100, clipped: 0, retake: null },
			readings: [{ ...field, kind: "stamp", vin, fields: { vin: field } }],
		};
		return { label: { file: `${capture}.jpg`, kind: "stamp", vin, burst }, observation };
	};

	it("belong together by their label alone, and count once where their bytes are the same", () => {
		const together = burstOutcomes([picture("a", "1", 3), picture("a", "2", 9), picture(undefined, "3", 5)]);
		expect(together).toHaveLength(1);
		expect(together[0]).toMatchObject({ captures: 2, together: { accepted: true } });
		expect(burstOutcomes([picture("a", "1", 3), picture("a", "1", 3)])).toEqual([]);
		expect(() => burstOutcomes([picture("a", "1", 3), picture("a", "2", 3, ORDER)])).toThrow("burst a");
	});

	it("have their table in the accuracy page of both languages, and none where there are none", async () => {
		const docs = await mkdtemp(join(tmpdir(), "vinspect-docs-"));
		try {
			const pages = Object.values(ACCURACY_PAGES);
			const fresh = () =>
				Promise.all(pages.map((name) => cp(join(PACKAGE_ROOT, "docs", name), join(docs, name))));
			const read = () => Promise.all(pages.map((name) => readFile(join(docs, name), "utf8")));
			await fresh();
			await writeAccuracyPages({ photographs: summaryOf([], [fused, alone]) }, () => ({}), docs);
			const [en, zh] = await read();
			expect(en).toMatch(/\| captures together +\| 2 of 2 /);
			expect(zh).toMatch(/\| 多图合判 +\| 2 \/ 2 /);
			await fresh();
			await writeAccuracyPages({ photographs: summaryOf([]) }, () => ({}), docs);
			const photographs = (await read())[0]?.split("<!-- /photographs -->")[0];
			expect(photographs).not.toContain("captures together");
		} finally {
			await rm(docs, { recursive: true, force: true });
		}
	});
});

describe("bursts that are drawn", () => {
	it("show one stamp in another shot each time, the same from the same seed", () => {
		const bursts = sampleBursts(4, 3, "a");
		expect(sampleBursts(4, 3, "a")).toEqual(bursts);
		expect(sampleBursts(4, 3, "b")).not.toEqual(bursts);
		for (const { orders } of bursts) {
			expect(new Set(orders.map(({ seed, subject }) => JSON.stringify([seed, subject]))).size).toBe(1);
			expect(new Set(orders.map(({ shot, camera }) => JSON.stringify([shot, camera]))).size).toBe(3);
		}
	});
});
