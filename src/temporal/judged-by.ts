import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { PACKAGE_ROOT } from "../config/package-root.js";

/** Revision of the rules in src/domain; grows when the same captures could be judged differently. */
const RULES_REVISION = 2;

/** Name and version of the software whose rules judge. */
export function judgedBy(): string {
	const { name, version } = z
		.object({ name: z.string(), version: z.string() })
		.parse(JSON.parse(readFileSync(join(PACKAGE_ROOT, "package.json"), "utf8")));
	return `${name} ${version}, rules ${RULES_REVISION}`;
}
