import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { PACKAGE_ROOT } from "../config/package-root.js";
import { ERRORS, VinspectError } from "../domain/errors.js";

/** Loaded when named, so that a reader does not wait for servers' libraries. */
const COMMANDS: Readonly<Record<string, () => Promise<{ command(): Command }>>> = {
	start: () => import("./start.js"),
	read: () => import("./read.js"),
	check: () => import("./check.js"),
	verify: () => import("./verify.js"),
	import: () => import("./import.js"),
	audit: () => import("./audit.js"),
	retention: () => import("./retention.js"),
	replay: () => import("./replay.js"),
	backup: () => import("./backup.js"),
	restore: () => import("./restore.js"),
	promote: () => import("./promote.js"),
	"rebuild-statistics": () => import("./rebuild-statistics.js"),
	generate: () => import("./generate.js"),
	keys: () => import("./keys.js"),
	doctor: () => import("./doctor.js"),
	evaluate: () => import("./evaluate.js"),
	challenge: () => import("./challenge.js"),
	bench: () => import("./bench.js"),
	"demo-pictures": () => import("./demo-pictures.js"),
};

const { version, description } = JSON.parse(readFileSync(join(PACKAGE_ROOT, "package.json"), "utf8"));

const program = new Command("vinspect")
	.description(description)
	.version(version)
	.showHelpAfterError("(vinspect --help shows the commands)");
const named = COMMANDS[process.argv[2] ?? ""];
for (const load of named ? [named] : Object.values(COMMANDS)) program.addCommand((await load()).command());

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
