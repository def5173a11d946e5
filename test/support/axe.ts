import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

interface AxeResult {
	readonly violations: readonly {
		readonly id: string;
		readonly nodes: readonly { readonly html: string }[];
	}[];
}

/** Breaches of WCAG 2.2 AA that axe finds on a page: the rule's name, and every element that breaks it. */
export async function violationsOn(page: Page): Promise<readonly (readonly [string, readonly string[]])[]> {
	// through the debugger, because the content policy keeps every foreign script out
	await page.evaluate(source);
	const { violations } = await page.evaluate<AxeResult>(
		`axe.run(document, { runOnly: ${JSON.stringify(WCAG_22_AA)}, resultTypes: ["violations"] })`,
	);
	return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}
