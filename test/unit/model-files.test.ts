import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PACKAGE_ROOT } from "../../src/config/package-root.js";
import { MODEL_TASKS } from "../../src/web/pages/models.js";
import { renderMarkdown } from "../../src/web/registry/markdown.js";
import { readAccuracy, readModels } from "../../src/web/registry/model-files.js";

const rendered = (text: string) =>
	renderMarkdown(text, {
		image: (source) => (source.startsWith("images/") ? `/here/${source}` : null),
		link: (target) => (target === "card.md" ? "/models/card" : null),
		tableLabel: 'Table "1"',
	});

describe("a document of ours as a page", () => {
	it("shows HTML in it as text", () => {
		const html = rendered("<script>alert(1)</script>\n\nand <b onclick=x>bold</b> {{x}}");
		expect(html).not.toMatch(/<script|<b /);
		expect(html).toContain("&lt;script&gt;");
	});

	it("leads where this site has what is meant, and nowhere else", () => {
		const html = rendered("[a](card.md) [b](../src/x.ts) [c](https://example.org/) [d](javascript:alert(1))");
		expect(html).toContain('<a href="/models/card">a</a>');
		expect(html).toContain("<a>b</a>");
		expect(html).toContain('<a href="https://example.org/">c</a>');
		expect(html).not.toContain('href="javascript');
		expect(rendered("![p](images/p.svg)")).toContain('src="/here/images/p.svg"');
	});

	it("has its headings below the page's, its tables in a named region, and no comments", () => {
		const html = rendered("<!-- mark -->\n\n# One\n\n| a |\n| - |\n| 1 |\n");
		expect(html).toContain("<h2>One</h2>");
		expect(html).toContain('aria-label="Table &quot;1&quot;"');
		expect(html).not.toContain("mark");
	});
});

describe("the models", () => {
	it("are all there, with a card and a purpose that has words", async () => {
		const models = await readModels();
		expect(models.map(({ name }) => name)).toEqual(
			readdirSync(join(PACKAGE_ROOT, "models", "vision")).toSorted(),
		);
		for (const { card, task } of models) {
			expect(card).not.toBeNull();
			expect(MODEL_TASKS).toContain(task);
		}
	});

	it("come with the counts of the committed evaluation", async () => {
		const accuracy = await readAccuracy();
		expect(accuracy?.photographs.pictures).toBeGreaterThan(0);
		expect(accuracy?.photographs.acceptedWrong).toBe(0);
	});
});
