// Bundles the compiled workflows once, so that workers start fast, and proves what went in: workflow code is
// replayed, so nothing but workflows, the pure domain and the contracts may be part of it.
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { bundleWorkflowCode, DefaultLogger } from "@temporalio/worker";
import { ROOT } from "./bootstrap.mjs";

const ALLOWED = /^(workflows|src\/domain|src\/contracts)\//;

const folder = join(ROOT, process.argv[2] ?? "dist");
const entry = join(folder, "workflows", "index.js");

/** Files of ours in the bundle, named by webpack's source map. */
function ownFiles(code) {
	const map = /sourceMappingURL=data:application\/json[^,]*;base64,(\S+)/.exec(code)?.[1];
	if (map === undefined) throw new Error("the workflow bundle has no source map to check");
	const { sources } = JSON.parse(Buffer.from(map, "base64").toString());
	const inFolder = sources
		.map((source) => source.replace(/^webpack:\/\/\/?/, ""))
		.map((source) => relative(folder, join(ROOT, source)))
		.filter((source) => !source.startsWith("..") && !source.includes("node_modules"));
	return [...new Set(inFolder)].sort();
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
