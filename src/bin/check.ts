import { Command, InvalidArgumentError, Option } from "commander";
import { loadSettings } from "../config/settings.js";
import type { FindingOutcome } from "../contracts/finding.js";
import { printedReading, WitnessKind } from "../contracts/reading.js";
import { FIELDS, isFieldName } from "../domain/fields.js";
import { judgeBurst } from "../domain/judge-burst.js";
import { verdictOf } from "../domain/verdict.js";
import { table } from "../terminal/table.js";
import { burstOf } from "../vision/burst.js";
import { createInspector } from "../vision/create-inspector.js";
import { type FileResult, inspectFiles, pictureFiles } from "../vision/picture-files.js";

interface Expected {
	readonly kind: WitnessKind;
	readonly field: string;
	readonly value: string;
}

const WORDS: Readonly<Record<FindingOutcome, string>> = {
	match: "一致",
	mismatch: "不一致",
	unreadable: "无法识别",
	missing: "缺失",
	conflict: "相互矛盾",
};

const fieldOf = (name: string): string => {
	if (!isFieldName(name)) throw new InvalidArgumentError(`expected one of ${Object.keys(FIELDS).join(", ")}`);
	return name;
};

const print = (text: string) => process.stdout.write(`${text}\n`);

/** Reads every picture before anything is known of what is expected. */
async function read(files: readonly string[], kind: WitnessKind): Promise<FileResult[]> {
	const { readerThreads, executionProviders } = loadSettings(process.env);
	const inspector = await createInspector({
		...(readerThreads === null ? {} : { threads: readerThreads }),
		providers: executionProviders,
		warn: (sentence) => process.stderr.write(`${sentence}\n`),
	});
	const results: FileResult[] = [];
	for await (const result of inspectFiles(inspector, files, kind, 1)) results.push(result);
	await inspector.close();
	return results;
}

/** Words of a field that was read or refused, without its end of line. */
function sentence(verdict: FindingOutcome, read: string | null, { value }: Expected, confidence: number) {
	return `${verdict} ${WORDS[verdict]}: ${read === null ? "nothing read" : `read ${read}`}, expected ${value}, confidence ${confidence.toFixed(2)}`;
}

function printOne(result: FileResult, expected: Expected, json: boolean): void {
	if ("error" in result) {
		const { code, message } = result.error;
		if (json) print(JSON.stringify(result));
		else process.stderr.write(`${result.file}: ${code}: ${message}\n`);
		return;
	}
	const { observation } = result;
	const verdict = verdictOf(observation, expected.field, expected.value);
	const reading = observation.readings[0] ?? null;
	const field = reading?.fields[expected.field];
	const confidence = field?.confidence ?? 0;
	if (json) print(JSON.stringify({ verdict, reading: reading && printedReading(reading), confidence }));
	else {
		const text = field ? String(field.value ?? field.text) : null;
		print(sentence(verdict, text, expected, confidence) + (field?.refusal ? ` (${field.refusal})` : ""));
	}
}

/** Verdict on several captures of one witness, and what each of them showed. */
function printBurst(results: readonly FileResult[], expected: Expected, json: boolean): void {
	const captures = burstOf(results, expected.kind, new Date(), [expected.field]);
	if (captures.length === 0) {
		for (const result of results) printOne(result, expected, json);
		return;
	}
	const summaries = captures.map(({ summary }) => summary);
	const { verdict, findings, decisive } = judgeBurst(
		expected.kind,
		expected.field,
		expected.value,
		summaries,
	);
	const confidence = decisive?.confidence ?? 0;
	if (json) {
		const shown = results.map((result) => {
			if ("error" in result) return result;
			const { capture, quality, readings } = result.observation;
			return { file: result.file, capture, quality, readings: readings.map(printedReading) };
		});
		print(JSON.stringify({ verdict, confidence, findings, captures: shown }));
		return;
	}
	const rows = results.map((result) => {
		if ("error" in result) return [result.file, result.error.code, result.error.message, ""];
		const { capture, quality, readings } = result.observation;
		const repeated = captures.find(({ summary }) => summary.capture === capture)?.file;
		if (repeated !== result.file) return [result.file, "same picture 相同图像", repeated ?? "", ""];
		const seen = readings[0]?.fields[expected.field];
		const why = seen?.refusal ?? quality.retake ?? readings[0]?.refusal ?? "no_text";
		const text = String(seen?.value ?? seen?.text ?? "");
		return [result.file, seen?.accepted ? "accepted 采信" : why, text, seen?.confidence.toFixed(2) ?? ""];
	});
	print(table([["file 文件", "capture 图像", "reading 识别", "p"], ...rows]));
	const stated = Object.entries(decisive?.statements ?? {}).map(([who, text]) => `${who}: ${text}`);
	const from = decisive?.fusedFrom ? `, fused from ${decisive.fusedFrom.length} captures 由多图融合` : "";
	print(
		sentence(verdict, decisive?.read ?? null, expected, confidence) +
			from +
			(decisive?.refusal ? ` (${decisive.refusal})` : "") +
			(stated.length > 0 ? ` (${stated.join("; ")})` : ""),
	);
}

export function command(): Command {
	return new Command("check")
		.description(
			"read one picture, or several captures of one witness, then compare with what is expected · 读取图像并与期望值比对",
		)
		.argument("<image...>", "picture file; several are captures of one witness and judged together")
		.addOption(
			new Option("--kind <kind>", "what the picture shows")
				.choices(WitnessKind.options)
				.makeOptionMandatory(),
		)
		.requiredOption("--expect <value>", "the value it must carry")
		.option("--field <name>", "the field compared; the VIN, on a gear the tooth count", fieldOf)
		.option("--json", "print the result as JSON")
		.action(
			async (names: string[], options: { kind: string; expect: string; field?: string; json?: true }) => {
				const kind = WitnessKind.parse(options.kind);
				const field = options.field ?? (kind === "gear" ? "toothCount" : "vin");
				const results = await read(await pictureFiles(names), kind);
				// The reading is finished: only now does the expected value come in.
				const expected = { kind, field, value: options.expect };
				if (results.length === 0) process.stderr.write(`No picture in ${names.join(", ")}. 无图像\n`);
				const [only, ...more] = results;
				if (only && more.length === 0) printOne(only, expected, options.json ?? false);
				else printBurst(results, expected, options.json ?? false);
				if (results.some((result) => "error" in result) || results.length === 0) process.exitCode = 1;
			},
		);
}
