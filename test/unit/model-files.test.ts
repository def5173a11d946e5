import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PACKAGE_ROOT } from "../../src/config/package-root.js";
import { MODEL_TASKS } from "../../src/web/pages/models.js";
import { renderMarkdown } from "../../src/web/registry/markdown.js";
import {
	inLanguage,
	readAccuracy,
	readAccuracyDocument,
	readModels,
} from "../../src/web/registry/model-files.js";
import { figuresOf } from "../support/figures.js";

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
			expect(card.en).not.toBeNull();
			expect(card.zh).not.toBeNull();
			expect(MODEL_TASKS).toContain(task);
		}
	});

	it("have cards that state the same figures in both languages", async () => {
		for (const { name, card } of await readModels()) {
			const figures = figuresOf(card.en ?? "");
			expect([name, figuresOf(card.zh ?? "")]).toEqual([name, figures]);
			expect(figures.length).toBeGreaterThan(0);
		}
	});

	it("come with the counts of the committed evaluation", async () => {
		const accuracy = await readAccuracy();
		expect(accuracy?.photographs.pictures).toBeGreaterThan(0);
		expect(accuracy?.photographs.acceptedWrong).toBe(0);
	});
});

describe("a document kept in two languages", () => {
	it("is given in the reader's own, in English where that is all there is, and never in another", () => {
		expect(inLanguage({ en: "a", zh: "甲" }, "zh")).toEqual({ text: "甲", language: "zh" });
		expect(inLanguage({ en: "a", zh: "甲" }, "en")).toEqual({ text: "a", language: "en" });
		expect(inLanguage({ en: "a", zh: null }, "zh")).toEqual({ text: "a", language: "en" });
		expect(inLanguage({ en: null, zh: "甲" }, "en")).toBeNull();
	});

	it("drifts apart as soon as one figure is changed, left out or said twice", () => {
		const text = "62 of 81 at 0.985, 7 % of 1,017 in 1.4.4\n\n| 12 |\n| --- |\n| 3 |\n";
		expect(figuresOf(text)).toEqual(["0.985", "1,017", "1.4.4", "12", "62", "7 %", "81"]);
		expect(figuresOf(text.replace("81", "18"))).not.toEqual(figuresOf(text));
		expect(figuresOf(text.replace("81", ""))).not.toEqual(figuresOf(text));
		expect(figuresOf(`${text}81`)).not.toEqual(figuresOf(text));
	});
});

describe("the document on accuracy", () => {
	const lines = (text: string, of: RegExp) => text.split("\n").filter((line) => of.test(line));

	it("states the same figures in both languages, with the same sections, tables, plots and markers", async () => {
		const { en, zh } = await readAccuracyDocument();
		if (en === null || zh === null) throw new Error("docs/accuracy.md or docs/accuracy.zh.md is not there");
		expect(figuresOf(zh)).toEqual(figuresOf(en));
		for (const kind of [/^#/, /^\|/, /^- /, /^```/])
			expect([kind, lines(zh, kind).length]).toEqual([kind, lines(en, kind).length]);
		expect(lines(zh, /^<!--/)).toEqual(lines(en, /^<!--/));
		const sources = (text: string) => [...text.matchAll(/\]\((images[^)]*)\)/g)].map(([, source]) => source);
		expect(sources(zh)).toEqual(sources(en));
	});
});
