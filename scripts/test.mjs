// Everything that must hold, from a bare checkout: install, build, lint, tests. Ends with a count of its own line.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BootstrapError, build, checkNode, install, ROOT } from "./bootstrap.mjs";

const tally = { passed: 0, failed: 0, skipped: 0 };
const tool = (...parts) => join(ROOT, "node_modules", ...parts);

/** Runs a tool with its output shown; resolves with its exit code. */
function show(command, args) {
	return new Promise((resolve) => {
		const child = spawn(command, args, { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] });
		child.once("error", () => resolve(1));
		child.once("close", (code) => resolve(code ?? 1));
	});
}

/** One check counts as one test. */
async function check(title, work) {
	const since = Date.now();
	process.stdout.write(`\n▶ ${title}\n`);
	let ok = false;
	try {
		ok = await work();
	} catch (error) {
		process.stdout.write(`${error instanceof BootstrapError ? error.message : (error?.stack ?? error)}\n`);
	}
	tally[ok ? "passed" : "failed"] += 1;
	process.stdout.write(`${ok ? "✓" : "✗"} ${title} (${Math.round((Date.now() - since) / 1000)} s)\n`);
	return ok;
}

const exitsWell = async (command, args) => (await show(command, args)) === 0;

async function runTests() {
	const folder = mkdtempSync(join(tmpdir(), "vinspect-results-"));
	const results = join(folder, "results.json");
	try {
		process.stdout.write("\n▶ Tests\n");
		const code = await show(process.execPath, [
			...[tool("vitest", "vitest.mjs"), "run", "--reporter=default", "--reporter=json"],
			"--reporter=./test/support/second-tries.ts",
			...[`--outputFile.json=${results}`, ...process.argv.slice(2)],
		]);
		if (!existsSync(results)) {
			tally.failed += 1;
			return;
		}
		const told = JSON.parse(readFileSync(results, "utf8"));
		// A file that can't even be loaded has no tests to count.
		const broken = told.testResults.filter((f) => f.status === "failed" && f.assertionResults.length === 0);
		const failed = told.numFailedTests + broken.length;
		tally.passed += told.numPassedTests;
		tally.skipped += told.numPendingTests + told.numTodoTests;
		// An error outside any test fails the run without failing a test.
		tally.failed += code !== 0 && failed === 0 ? 1 : failed;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

const ready = await check("Install", async () => {
	checkNode();
	await install();
	return true;
});
if (ready) {
	const built = await check("Build, with nothing but pure code in the workflow bundle", async () => {
		await build({ always: true });
		return true;
	});
	await check("Lint", () =>
		exitsWell(tool(".bin", "biome"), ["ci", ".", ...(process.stdout.isTTY ? [] : ["--colors=off"])]),
	);
	await check("Types", () =>
		exitsWell(process.execPath, [tool("typescript", "bin", "tsc"), "-p", "tsconfig.json"]),
	);
	if (built) await runTests();
}
process.exitCode = tally.failed === 0 ? 0 : 1;
const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : "";
process.stdout.write(`\n${tally.passed} passed, ${tally.failed} failed${skipped}\n`);
