import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { PACKAGE_ROOT } from "../config/package-root.js";
import { ERRORS, VinspectError } from "../domain/errors.js";
import { command as bench } from "./bench.js";
import { command as check } from "./check.js";
import { command as demoPictures } from "./demo-pictures.js";
import { command as doctor } from "./doctor.js";
import { command as evaluate } from "./evaluate.js";
import { command as importRecords } from "./import.js";
import { command as read } from "./read.js";
import { command as start } from "./start.js";
import { command as verify } from "./verify.js";

const COMMANDS = [start, read, check, verify, importRecords, doctor, evaluate, bench, demoPictures];

const { version, description } = JSON.parse(readFileSync(join(PACKAGE_ROOT, "package.json"), "utf8"));

const program = new Command("vinspect")
	.description(description)
	.version(version)
	.showHelpAfterError("(vinspect --help shows the commands)");
for (const command of COMMANDS) program.addCommand(command());

try {
	await program.parseAsync();
} catch (error) {
	// An error of the registry explains itself; any other is a defect, and its stack helps to find it.
	const said =
		error instanceof VinspectError
			? `${ERRORS[error.code].zh} ${error.message}`
			: String((error as Error)?.stack ?? error);
	process.stderr.write(`${said}\n`);
	process.exit(1);
}
