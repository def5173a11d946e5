import { Command } from "commander";
import { describeSettings, loadSettings } from "../config/settings.js";
import { diagnose } from "../diagnosis/diagnose.js";
import { table } from "../terminal/table.js";

const MARKS = { ok: "✓", missing: "✗", warning: "!", optional: "·" } as const;

export function command(): Command {
	return new Command("doctor")
		.description("say what is present, what is missing and how to mend it · 环境检查")
		.option("--json", "print as JSON")
		.action(async (options: { json?: true }) => {
			const found = await diagnose(loadSettings(process.env));
			const settings = describeSettings(process.env);
			const missing = found.filter((item) => item.state === "missing");
			if (options.json)
				process.stdout.write(`${JSON.stringify({ ok: missing.length === 0, found, settings })}\n`);
			else {
				const rows = found.map((item) => [MARKS[item.state], item.name, item.found]);
				const variables = settings.map((s) => [
					s.name,
					s.given ?? s.default ?? "–",
					s.given ? "set" : "",
					s.description,
				]);
				process.stdout.write(`${table(rows)}\n\nSettings 设置\n${table(variables)}\n`);
				for (const { name, state, mend } of found)
					if (state === "missing" || state === "warning")
						process.stdout.write(`\n${MARKS[state]} ${name}: ${mend ?? ""}\n`);
			}
			process.exit(missing.length > 0 ? 1 : 0);
		});
}
