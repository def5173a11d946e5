import { Command } from "commander";
import { renderDemonstrationPictures } from "../demonstration/pictures.js";

export function command(): Command {
	return new Command("demo-pictures")
		.description("draw the demonstration plant's pictures and their labels into a folder · 生成演示图像")
		.argument("<folder>", "where to put them; made where it is not there")
		.action(async (folder: string) => {
			await renderDemonstrationPictures(folder, (done, all) => {
				if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${all}`);
			});
			process.stderr.write(`${process.stderr.isTTY ? "\n" : ""}Pictures and labels.jsonl are in ${folder}\n`);
		});
}
