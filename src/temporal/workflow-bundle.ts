import { existsSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleWorkflowCode, DefaultLogger, type WorkerOptions } from "@temporalio/worker";
import { PACKAGE_ROOT } from "../config/package-root.js";

const DIST = join(PACKAGE_ROOT, "dist");
const OWN_FILE = fileURLToPath(import.meta.url);

/**
 * The workflow code a worker runs: the bundle the build made where this code is itself built, otherwise
 * bundled from the sources now, which takes a few seconds.
 */
export async function workflowBundle(): Promise<NonNullable<WorkerOptions["workflowBundle"]>> {
	const built = join(DIST, "workflow-bundle.js");
	const runsBuilt = !relative(DIST, OWN_FILE).startsWith(`..${sep}`);
	if (runsBuilt && existsSync(built)) return { codePath: built };
	// Resolves to index.ts or index.js, beside this very file in sources or build.
	const entry = fileURLToPath(new URL("../../workflows/index", import.meta.url));
	const workflowsPath = existsSync(`${entry}.ts`) ? `${entry}.ts` : `${entry}.js`;
	return bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger("WARN") });
}
