import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { PACKAGE_ROOT } from "../config/package-root.js";
import type { Outcome } from "./outcome.js";
import { chanceOfLoss } from "./statistics.js";
import { ALL, type Summary } from "./summary.js";

/** A loss of acceptances that chance alone would give less often than this is a drop. */
const SIGNIFICANCE = 0.05;

/** What is kept of one picture: its verdict, and whether its defects and fields were right. */
const KeptPicture = z.strictObject({
	verdict: z.string(),
	rendered: z.boolean(),
	defect: z.enum(["right", "wrong"]).optional(),
	fields: z.int().optional(),
});
type KeptPicture = z.infer<typeof KeptPicture>;

/**
 * A result as it is committed: counts, and verdicts by the first twelve digits of each file's SHA-256. It holds
 * nothing that is on a picture and no name of a file.
 */
const Baseline = z.strictObject({
	readers: z.record(z.string(), z.string()),
	summaries: z.record(z.string(), z.record(z.string(), z.number().nullable())),
	pictures: z.record(z.string().regex(/^[0-9a-f]{12}$/), KeptPicture),
});
export type Baseline = z.infer<typeof Baseline>;

const RESULTS = join(PACKAGE_ROOT, "docs", "results");

const keyOf = ({ capture }: Outcome) => capture.slice(0, 12);

const isExact = (verdict: string) => verdict === "accepted" || verdict === "exact";

function keptOf({ verdict, rendered, defect, fields }: Outcome): KeptPicture {
	return {
		verdict,
		rendered,
		...(defect && defect.flagged !== null
			? { defect: defect.flagged === defect.there ? ("right" as const) : ("wrong" as const) }
			: {}),
		...(fields.named > 0 ? { fields: fields.exact } : {}),
	};
}

/** What is committed of a run. */
export function baselineOf(
	outcomes: readonly Outcome[],
	summaries: Readonly<Record<string, Summary>>,
	readers: Readonly<Record<string, string>>,
): Baseline {
	const counts = Object.entries(summaries).map(([name, { groups }]) => {
		// Times are the machine's, not the readers'.
		const { median: _, p95: __, ...all } = groups[ALL] ?? {};
		return [name, all] as const;
	});
	return Baseline.parse({
		readers,
		summaries: Object.fromEntries(counts),
		pictures: Object.fromEntries(
			outcomes
				.map((outcome) => [keyOf(outcome), keptOf(outcome)] as const)
				.sort(([a], [b]) => (a < b ? -1 : 1)),
		),
	});
}

export async function readBaseline(file: string): Promise<Baseline> {
	return Baseline.parse(JSON.parse(await readFile(file, "utf8")));
}

export async function writeBaseline(file: string, baseline: Baseline): Promise<void> {
	await writeFile(file, `${JSON.stringify(baseline, null, "\t")}\n`);
}

/** The committed result that shares most pictures with these, and its file; null where none shares any. */
export async function findBaseline(
	outcomes: readonly Outcome[],
): Promise<{ file: string; baseline: Baseline } | null> {
	const names = await readdir(RESULTS).catch(() => []);
	let best: { file: string; baseline: Baseline; shared: number } | null = null;
	for (const name of names.filter((each) => /^evaluation-.*\.json$/.test(each))) {
		const file = join(RESULTS, name);
		const baseline = await readBaseline(file);
		const shared = outcomes.filter((outcome) => keyOf(outcome) in baseline.pictures).length;
		if (shared > (best?.shared ?? 0)) best = { file, baseline, shared };
	}
	return best;
}

/** Where a result of a data folder of this name is kept when none is there yet. */
export function newBaselineFile(name: string): string {
	return join(RESULTS, `evaluation-${name.replaceAll(/[^A-Za-z0-9-]/g, "-")}.json`);
}

const listed = (files: readonly string[]) =>
	`${files.slice(0, 10).join(", ")}${files.length > 10 ? ` and ${files.length - 10} more` : ""}`;

/**
 * What got worse since the committed result, one sentence each with the files that changed; empty where nothing
 * did. Only pictures both runs saw are compared, photographs apart from rendered ones. Fewer read exactly,
 * fewer judged right for defects, and fewer exact fields are a drop as they stand; fewer accepted only where
 * chance would hardly take as many (McNemar's exact test at 5 %). Anything accepted wrong is one always.
 */
export function dropsSince(baseline: Baseline, outcomes: readonly Outcome[]): string[] {
	const drops: string[] = [];
	for (const rendered of [false, true]) {
		const nature = rendered ? "rendered" : "photographs";
		const pairs = outcomes.flatMap((outcome) => {
			const before = baseline.pictures[keyOf(outcome)];
			return before && outcome.rendered === rendered
				? [{ file: outcome.file, before, after: keptOf(outcome) }]
				: [];
		});
		const compare = (what: string, of: (picture: KeptPicture) => number, chance: number) => {
			const changed = (better: boolean) =>
				pairs
					.filter(({ before, after }) => (better ? of(after) > of(before) : of(after) < of(before)))
					.map(({ file }) => file);
			const [lost, gained] = [changed(false), changed(true)];
			const sum = (side: "before" | "after") => pairs.reduce((total, pair) => total + of(pair[side]), 0);
			const [before, after] = [sum("before"), sum("after")];
			if (after >= before || chanceOfLoss(lost.length, gained.length) > chance) return;
			drops.push(
				`${nature}, ${what}: ${after} of ${pairs.length} pictures, ${before} before; lost ${listed(lost)}${gained.length > 0 ? `; gained ${listed(gained)}` : ""}.`,
			);
		};
		compare("exact", ({ verdict }) => Number(isExact(verdict)), 1);
		compare("accepted", ({ verdict }) => Number(verdict === "accepted"), SIGNIFICANCE);
		compare("defects judged right", ({ defect }) => Number(defect === "right"), 1);
		compare("exact fields", ({ fields = 0 }) => fields, 1);
	}
	return drops;
}

/** Files whose reading was accepted and is not what is there, and files with such a field. */
export function acceptedWrong(outcomes: readonly Outcome[]): string[] {
	const wrong = outcomes.filter(({ verdict }) => verdict === "accepted_wrong").map(({ file }) => file);
	const fields = outcomes.filter((outcome) => outcome.fields.wrong > 0).map(({ file }) => file);
	return [
		...(wrong.length > 0 ? [`accepted wrong: ${wrong.length} pictures: ${listed(wrong)}.`] : []),
		...(fields.length > 0 ? [`fields accepted wrong on ${fields.length} pictures: ${listed(fields)}.`] : []),
	];
}
