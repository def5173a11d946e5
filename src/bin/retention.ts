import { Command } from "commander";
import { ChainedAuditLog } from "../audit/audit-log.js";
import { loadSettings } from "../config/settings.js";
import type { RetentionDays, RetentionResult } from "../contracts/retention.js";
import { createProgress } from "../embedded/progress.js";
import { applyRetention } from "../retention/retention.js";
import { openContentStores } from "../storage/open-content-stores.js";
import { withStore } from "../supervision/with-store.js";

function sentenceOf(
	{ dryRun, inspections, held, deleted, shared }: RetentionResult,
	days: RetentionDays,
): string {
	const rules = Object.entries(days).map(
		([kind, limit]) => `${kind} ${limit === null ? "for ever" : `${limit} days`}`,
	);
	const gone = Object.entries(deleted).map(([kind, count]) => `${count} ${kind}`);
	return [
		`kept after sealing: ${rules.join(", ")}`,
		`${inspections} sealed inspections, ${held} of them under legal hold`,
		`${dryRun ? "would be deleted 将删除" : "deleted 已删除"}: ${gone.join(", ")}`,
		...(shared > 0 ? [`${shared} captures stay: another inspection needs them`] : []),
		"",
	].join("\n");
}

/** `vinspect retention [--dry-run]`: deletes what is due, never what is held or unsealed, and leaves the proof of it. */
export function command(): Command {
	return new Command("retention")
		.description(
			"delete what is due by RETENTION_…_DAYS, never what is held or unsealed; the audit chain keeps the proof · 数据保留",
		)
		.option("--dry-run", "say what would be deleted")
		.option("--json", "print the result as JSON")
		.action(async (options: { dryRun?: true; json?: true }) => {
			const settings = loadSettings(process.env);
			const { plant, retention: days } = settings;
			const contents = await openContentStores(settings);
			const result = await withStore(settings, createProgress(), (store) =>
				applyRetention({
					store,
					log: new ChainedAuditLog(store.audit, plant),
					days,
					removeCapture: (sha256) => contents.captures.remove(sha256),
					removeReport: (sha256) => contents.reports.remove(sha256),
					now: new Date(),
					dryRun: options.dryRun ?? false,
				}),
			);
			process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : sentenceOf(result, days));
			process.exit(0);
		});
}
