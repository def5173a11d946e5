import { Command } from "commander";
import { loadSettings } from "../config/settings.js";
import { createProgress } from "../embedded/progress.js";
import { importFile } from "../importing/import-file.js";
import { withStore } from "../supervision/with-store.js";
import { table } from "../terminal/table.js";

export function command(): Command {
	return new Command("import")
		.description("import vehicle records; every bad row is told, good rows are kept · 导入车辆配置记录")
		.argument("<file>", "CSV with a header row, or JSON")
		.option("--json", "print the result as JSON")
		.action(async (file: string, options: { json?: true }) => {
			const settings = loadSettings(process.env);
			const result = await withStore(settings, createProgress(), (store) =>
				importFile(file, store.records, settings.plant),
			);
			if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
			else {
				const { rows, created, revised, unchanged, rejected, problems } = result;
				process.stdout.write(
					`${rows} rows: ${created} created, ${revised} revised, ${unchanged} unchanged, ${rejected} rejected\n`,
				);
				if (problems.length > 0) {
					const bad = problems.map(({ line, field, reason, mend }) => [
						String(line),
						field,
						`${reason}. ${mend}`,
					]);
					process.stdout.write(`\n${table([["line 行", "field 字段", "reason 原因"], ...bad])}\n`);
				}
			}
			process.exit(result.rejected > 0 ? 1 : 0);
		});
}
