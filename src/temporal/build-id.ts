import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { PACKAGE_ROOT } from "../config/package-root.js";
import { workflowBundle } from "./workflow-bundle.js";

const DIGITS = 12;

/** Name and version of this software. */
export function packageManifest(): { readonly name: string; readonly version: string } {
	return z
		.object({ name: z.string(), version: z.string() })
		.parse(JSON.parse(readFileSync(join(PACKAGE_ROOT, "package.json"), "utf8")));
}

/**
 * What Temporal knows this build by: the version and the digest of the workflow code, which is what a history has
 * to be replayed by. Builds that differ in nothing but activities and pages share it, and may run side by side.
 */
export async function ownBuildId(): Promise<string> {
	const bundle = await workflowBundle();
	const code = "code" in bundle ? bundle.code : readFileSync(bundle.codePath, "utf8");
	const digest = createHash("sha256").update(code).digest("hex").slice(0, DIGITS);
	return `${packageManifest().version}-${digest}`;
}
