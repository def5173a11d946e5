import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

function findRoot(from: string): string {
	if (existsSync(join(from, "package.json"))) return from;
	const parent = dirname(from);
	if (parent === from) throw new Error("package.json of vinspect not found above its own code");
	return findRoot(parent);
}

/** Folder of package.json, whether the code runs from src or from dist: templates, models and locales lie below it. */
export const PACKAGE_ROOT = findRoot(dirname(fileURLToPath(import.meta.url)));
