import { availableParallelism } from "node:os";
import { Command, InvalidArgumentError, Option } from "commander";
import { loadSettings } from "../config/settings.js";
import { printedReading, type Reading, type Refusal, WitnessKind } from "../contracts/reading.js";
import { FIELDS, isFieldName } from "../domain/fields.js";
import { type JointReading, jointReading } from "../domain/statements.js";
import { modelYearCandidates, regionOf } from "../domain/vin.js";
import { DEFECT_WORDS } from "../reporting/report-words.js";
import { table } from "../terminal/table.js";
import { burstOf } from "../vision/burst.js";
import { createInspector } from "../vision/create-inspector.js";
import { type FileResult, inspectFiles, pictureFiles } from "../vision/picture-files.js";

/** The line of one file, as the JSON contract has it. */
function jsonOf(result: FileResult): object {
	if ("error" in result) return result;
	const { detections, readings, codes, quality, ms } = result.observation;
	return { file: result.file, detections, readings: readings.map(printedReading), codes, quality, ms };
}

const REGIONS = {
	africa: "Africa 非洲",
	asia: "Asia 亚洲",
	europe: "Europe 欧洲",
	north_america: "North America 北美洲",
	oceania: "Oceania 大洋洲",
	south_america: "South America 南美洲",
};

/** What a VIN says about itself, for a person: region of the maker and the years its tenth character can mean. */
function explainVin(vin: string): string {
	const region = regionOf(vin);
	// A model year may run one ahead of the calendar (49 CFR 565.12).
	const years = modelYearCandidates(vin, new Date().getFullYear() + 1).join("/");
	return ` (${[region === null ? "" : REGIONS[region], years].filter((part) => part !== "").join(", ")})`;
}

function rowsOf(result: FileResult): string[][] {
	if ("error" in result) return [[result.file, "–", result.error.code, result.error.message, "", ""]];
	const { readings, codes = [], quality, kind, ms } = result.observation;
	const time = `${Math.round(ms.total ?? 0)} ms`;
	const read = readings.flatMap((reading) => rowsOfReading(reading, quality.retake));
	const rows = [
		...(read.length > 0 ? read : [[quality.retake ?? "no_text", "", ""]]),
		...codes.map(({ symbology, text }) => ["code 码", `${symbology}: ${text}`, ""]),
	];
	return rows.map((row, index) => (index === 0 ? [result.file, kind, ...row, time] : ["", "", ...row, ""]));
}

/** Verdict, words and confidence of each field and each defect. */
function rowsOfReading({ fields, defects = [] }: Reading, retake: Refusal | null): string[][] {
	const read = Object.entries(fields).map(([name, field]) => [
		field.accepted ? "accepted 采信" : (field.refusal ?? retake ?? ""),
		`${isFieldName(name) ? FIELDS[name].zh : name} ${name}: ${field.value ?? field.text}${field.unit ? ` ${field.unit}` : ""}${name === "vin" && typeof field.value === "string" ? explainVin(field.value) : ""}`,
		field.confidence.toFixed(2),
	]);
	const seen = defects.map(({ kind, box, confidence }) => [
		"damage 损伤",
		`${DEFECT_WORDS[kind].zh} ${DEFECT_WORDS[kind].en}: ${box.map(Math.round).join(", ")}`,
		confidence.toFixed(2),
	]);
	return [...read, ...seen];
}

/** What the captures of one witness come to for each field that any of them shows. */
function togetherOf(results: readonly FileResult[], kind: WitnessKind): Record<string, JointReading> {
	const summaries = burstOf(results, kind, new Date()).map(({ summary }) => summary);
	const names = new Set(summaries.flatMap(({ fields }) => Object.keys(fields)));
	return Object.fromEntries(
		[...names].flatMap((name) => {
			const joint = jointReading(name, summaries);
			return joint ? [[name, joint] as const] : [];
		}),
	);
}

function togetherRows(kind: WitnessKind, together: Readonly<Record<string, JointReading>>): string[][] {
	const rows = Object.entries(together).map(([name, joint]) => [
		joint.accepted ? "accepted 采信" : joint.statements ? "conflict 相互矛盾" : (joint.refusal ?? ""),
		`${isFieldName(name) ? FIELDS[name].zh : name} ${name}: ${Object.values(joint.statements ?? [joint.value ?? joint.text]).join(" ≠ ")}${joint.fusedFrom ? ` (fused from ${joint.fusedFrom.length} captures 由多图融合)` : ""}`,
		joint.confidence.toFixed(2),
	]);
	const [first = ["no_text", "", ""], ...others] = rows;
	return [["together 合判", kind, ...first, ""], ...others.map((row) => ["", "", ...row, ""])];
}

const parallelOf = (text: string): number => {
	const count = Number(text);
	if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError("expected a whole number from 1");
	return count;
};

interface Options {
	readonly kind: string;
	readonly burst?: true;
	readonly json?: true;
	readonly parallel: number;
}

export function command(): Command {
	return new Command("read")
		.description("read pictures; needs no servers · 读取图像")
		.argument("<image...>", "picture files or folders")
		.addOption(
			new Option("--kind <kind>", "what the pictures show")
				.choices(["auto", ...WitnessKind.options])
				.default("auto"),
		)
		.option(
			"--burst",
			"the pictures are captures of one witness: say also what they show together; needs --kind",
		)
		.option("--json", "one JSON object a line and picture; with --burst a last line for all of them")
		.option(
			"--parallel <count>",
			"pictures read at a time",
			parallelOf,
			Math.max(1, Math.ceil(availableParallelism() / 2)),
		)
		.action(async (names: string[], options: Options, command: Command) => {
			const kind = options.kind === "auto" ? "auto" : WitnessKind.parse(options.kind);
			if (options.burst && kind === "auto")
				command.error("--burst needs --kind: what the captures show. 需用 --kind 指明载体");
			const files = await pictureFiles(names);
			const { readerThreads, executionProviders } = loadSettings(process.env);
			const inspector = await createInspector({
				threads: readerThreads ?? Math.max(1, Math.floor(availableParallelism() / options.parallel)),
				providers: executionProviders,
				warn: (sentence) => process.stderr.write(`${sentence}\n`),
			});
			const rows = [["file 文件", "kind 类别", "verdict 结论", "reading 识别", "p", "time 用时"]];
			let refused = 0;
			let done = 0;
			const burst: FileResult[] = [];
			const showsProgress = process.stderr.isTTY && files.length > 1;
			for await (const result of inspectFiles(inspector, files, kind, options.parallel)) {
				if ("error" in result) refused++;
				if (options.json) process.stdout.write(`${JSON.stringify(jsonOf(result))}\n`);
				else rows.push(...rowsOf(result));
				if (options.burst) burst.push(result);
				if (showsProgress)
					process.stderr.write(`\r\u001B[K${++done} of ${files.length} · 已读 ${result.file}`);
			}
			if (showsProgress) process.stderr.write("\r\u001B[K");
			if (options.burst && kind !== "auto") {
				const together = togetherOf(burst, kind);
				if (options.json)
					process.stdout.write(`${JSON.stringify({ burst: files, kind, fields: together })}\n`);
				else rows.push(...togetherRows(kind, together));
			}
			if (!options.json) process.stdout.write(`${table(rows)}\n`);
			await inspector.close();
			process.exitCode = refused > 0 || files.length === 0 ? 1 : 0;
		});
}
