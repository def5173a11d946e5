// Bundles the compiled workflows once, so that workers start fast, and proves what went in: workflow code is
// replayed, so nothing but workflows, the pure domain and the contracts may be part of it.
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { bundleWorkflowCode, DefaultLogger } from "@temporalio/worker";
import { ROOT } from "./bootstrap.mjs";

const ALLOWED = /^(workflows|src\/domain|src\/contracts)\//;

const folder = join(ROOT, process.argv[2] ?? "dist");
const entry = join(folder, "workflows", "index.js");

/** Files of ours in the bundle: webpack heads every module with its path below the working folder. */
function ownFiles(code) {
	const modules = [...code.matchAll(/^\/\*\*\*\/ "(\.[^"]+)"/gm)].map((found) => found[1]);
	return modules
		.filter((module) => !module.includes("node_modules"))
		.map((module) => relative(folder, join(process.cwd(), module)));
}

const { code } = await bundleWorkflowCode({ workflowsPath: entry, logger: new DefaultLogger("WARN") });
const files = ownFiles(code);
const strangers = files.filter((file) => !ALLOWED.test(file));
if (strangers.length > 0)
	throw new Error(
		`Workflow code reaches ${strangers.join(", ")}: it may import workflows/, src/domain and src/contracts only.`,
	);
if (!files.some((file) => file.startsWith("workflows/")))
	throw new Error("The workflow bundle names no workflow file, so what went into it can't be checked.");
writeFileSync(join(folder, "workflow-bundle.js"), code);
console.log(`${files.length} files bundled`);
