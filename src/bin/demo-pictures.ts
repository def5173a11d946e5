import { Command, InvalidArgumentError, Option } from "commander";
import {
	renderDemonstrationPictures,
	renderSampleBursts,
	renderSampleDocuments,
} from "../demonstration/pictures.js";
import { CERTIFICATE_FORMS, type CertificateForm } from "../demonstration/render/certificate-forms.js";

function count(text: string): number {
	if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError("expected a number from 1 to 99999");
	return Number(text);
}

function print(text: string, before: readonly CertificateForm[] = []): readonly CertificateForm[] {
	const known = CERTIFICATE_FORMS.find((form) => form === text);
	if (known === undefined) throw new InvalidArgumentError(`expected one of ${CERTIFICATE_FORMS.join(", ")}`);
	return [...before, known];
}

interface Options {
	readonly documents?: number;
	readonly bursts?: number;
	readonly captures: number;
	readonly seed: string;
	readonly print?: readonly CertificateForm[];
}

export function command(): Command {
	return new Command("demo-pictures")
		.description("draw the demonstration plant's pictures and their labels into a folder · 生成演示图像")
		.argument("<folder>", "where to put them; made where it is not there")
		.option("--documents <count>", "draw so many sample documents of invented vehicles instead", count)
		.addOption(
			new Option("--bursts <count>", "draw so many stamps instead, each in several captures of a poor camera")
				.argParser(count)
				.conflicts("documents"),
		)
		.option("--captures <count>", "of each stamp of the bursts", count, 3)
		.option("--seed <text>", "of the samples: same seed, same pictures", "sample")
		.option("--print <form>", "print of the sample certificates; may be given several times", print)
		.action(async (folder: string, { documents, bursts, captures, seed, print: prints }: Options) => {
			const progress = (done: number, all: number) => {
				if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${all}`);
			};
			if (bursts !== undefined) await renderSampleBursts(folder, { count: bursts, captures, seed }, progress);
			else if (documents === undefined) await renderDemonstrationPictures(folder, progress);
			else {
				const sample = { count: documents, seed, ...(prints === undefined ? {} : { prints }) };
				await renderSampleDocuments(folder, sample, progress);
			}
			process.stderr.write(`${process.stderr.isTTY ? "\n" : ""}Pictures and labels.jsonl are in ${folder}\n`);
		});
}
