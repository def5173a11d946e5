import { Command, InvalidArgumentError, Option } from "commander";
import { loadSettings } from "../config/settings.js";
import { printedReading, WitnessKind } from "../contracts/reading.js";
import { FIELDS, isFieldName } from "../domain/fields.js";
import { verdictOf } from "../domain/verdict.js";
import { createInspector } from "../vision/create-inspector.js";
import { inspectFile } from "../vision/picture-files.js";

const fieldOf = (name: string): string => {
	if (!isFieldName(name)) throw new InvalidArgumentError(`expected one of ${Object.keys(FIELDS).join(", ")}`);
	return name;
};

export function command(): Command {
	return new Command("check")
		.description("read one picture, then compare it with what is expected · 读取图像并与期望值比对")
		.argument("<image>", "picture file")
		.addOption(
			new Option("--kind <kind>", "what the picture shows")
				.choices(WitnessKind.options)
				.makeOptionMandatory(),
		)
		.requiredOption("--expect <value>", "the value it must carry")
		.option("--field <name>", "the field compared; the VIN, on a gear the tooth count", fieldOf)
		.option("--json", "print the result as JSON")
		.action(async (image: string, options: { kind: string; expect: string; field?: string; json?: true }) => {
			const kind = WitnessKind.parse(options.kind);
			const field = options.field ?? (kind === "gear" ? "toothCount" : "vin");
			const { readerThreads, executionProviders } = loadSettings(process.env);
			const inspector = await createInspector({
				...(readerThreads === null ? {} : { threads: readerThreads }),
				providers: executionProviders,
				warn: (sentence) => process.stderr.write(`${sentence}\n`),
			});
			const result = await inspectFile(inspector, image, kind);
			await inspector.close();
			if ("error" in result) {
				const { code, message } = result.error;
				if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
				else process.stderr.write(`${image}: ${code}: ${message}\n`);
				process.exitCode = 1;
				return;
			}
			const { observation } = result;
			// The reading is finished: only now does the expected value come in.
			const verdict = verdictOf(observation, field, options.expect);
			const reading = observation.readings[0] ?? null;
			const confidence = reading?.fields[field]?.confidence ?? 0;
			if (options.json)
				process.stdout.write(
					`${JSON.stringify({ verdict, reading: reading && printedReading(reading), confidence })}\n`,
				);
			else {
				const words = { match: "一致", mismatch: "不一致", unreadable: "无法识别", missing: "缺失" };
				const read = reading?.fields[field];
				process.stdout.write(
					`${verdict} ${words[verdict]}: ${read ? `read ${read.value ?? read.text}` : "nothing read"}, expected ${options.expect}, confidence ${confidence.toFixed(2)}${read?.refusal ? ` (${read.refusal})` : ""}\n`,
				);
			}
		});
}
