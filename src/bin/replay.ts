import { Command } from "commander";
import { loadSettings, type Settings } from "../config/settings.js";
import type { ReplayResult } from "../contracts/replay.js";
import { createProgress } from "../embedded/progress.js";
import { replayInspection } from "../replay/replay-inspection.js";
import { openContentStores } from "../storage/open-content-stores.js";
import { withStore } from "../supervision/with-store.js";
import { judgedBy } from "../temporal/judged-by.js";
import { createInspector } from "../vision/create-inspector.js";

async function replayed(settings: Settings, inspectionId: string): Promise<ReplayResult> {
	return withStore(settings, createProgress(), async (store) => {
		const inspector = await createInspector({
			...(settings.readerThreads === null ? {} : { threads: settings.readerThreads }),
			providers: settings.executionProviders,
			warn: (sentence) => process.stderr.write(`${sentence}\n`),
		});
		try {
			const { captures, reports } = await openContentStores(settings);
			const deps = { store, captures, reports, inspector, judgedBy: judgedBy() };
			return await replayInspection(deps, inspectionId);
		} finally {
			await inspector.close();
		}
	});
}

function sentenceOf(result: ReplayResult): string {
	const { inspectionId, same, onlyNumbers, largestDifference, captures, notReplayed, disposition } = result;
	const basis = result.basis === "signed_record" ? "the signed record" : "the store (nothing is archived)";
	const lines = [
		same
			? `${inspectionId}: bit for bit the same, ${disposition.now ?? "no outcome yet"} 逐位一致`
			: `${inspectionId}: DIFFERENT 不一致 (${disposition.was ?? "–"} then, ${disposition.now ?? "–"} now)`,
		`  ${captures} captures read again, compared with ${basis}`,
	];
	if (notReplayed > 0)
		lines.push(`  ${notReplayed} captures that nobody read in time are taken from the history`);
	if (onlyNumbers)
		lines.push(
			`  only measured numbers differ, by ${largestDifference} at most: another processor or library`,
		);
	for (const { part, where, was, now } of result.differences)
		lines.push(`  ${part.padEnd(11)} ${where}: ${was} → ${now}`);
	if (result.more > 0) lines.push(`  and ${result.more} more`);
	return `${lines.join("\n")}\n`;
}

/** `vinspect replay INSPECTION`: exit code 0 where everything is bit for bit the same, 1 where something differs. */
export function command(): Command {
	return new Command("replay")
		.description(
			"read an inspection's captures and judge it again, and say whether all of it is bit for bit the same · 重放判定",
		)
		.argument("<inspection>", "its id")
		.option("--json", "print the result as JSON")
		.action(async (inspectionId: string, options: { json?: true }) => {
			const result = await replayed(loadSettings(process.env), inspectionId);
			process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : sentenceOf(result));
			process.exit(result.same ? 0 : 1);
		});
}
