import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { breakable, REPLACEMENT, showable, typstLiteral } from "../../src/reporting/typst-literal.js";
import { compileTypstTemplate } from "../../src/reporting/typst-template.js";

/** What a Typst string literal says, by the rules of its lexer; null where it is not one whole literal. */
function readLiteral(literal: string): string | null {
	const inside = /^"((?:[^"\\]|\\["\\]|\\u\{[0-9a-f]+\})*)"$/su.exec(literal)?.[1];
	return (
		inside?.replace(
			/\\(["\\])|\\u\{([0-9a-f]+)\}/g,
			(_, plain?: string, hex = "") => plain ?? String.fromCodePoint(Number.parseInt(hex, 16)),
		) ?? null
	);
}

const anyText = fc.string({ unit: "binary" });
const asciiOnly = (codePoint: number): boolean => codePoint >= 0x20 && codePoint < 0x7f;

describe("text on its way into a report", () => {
	it("is one literal that says the text, whatever the text is", () => {
		fc.assert(
			fc.property(anyText, (text) => {
				expect(readLiteral(typstLiteral(text))).toBe(text);
			}),
		);
	});

	it.each(['"', "\\", '\\"', '"); #panic("x', "#import", "]", "$x$", "\u202e", "\n"])(
		"escapes %j",
		(text) => {
			expect(readLiteral(typstLiteral(text))).toBe(text);
		},
	);

	it("shows only what the font covers, and where something else was", () => {
		fc.assert(
			fc.property(anyText, (text) => {
				const shown = showable(text, asciiOnly);
				expect([...shown].every((char) => char === REPLACEMENT || asciiOnly(char.codePointAt(0) ?? 0))).toBe(
					true,
				);
			}),
		);
		expect(showable("a👩‍👩‍👧b", asciiOnly)).toBe(`a${REPLACEMENT}b`);
		expect(showable("a\u202eb\tc\n", asciiOnly)).toBe(`a${REPLACEMENT}b c `);
	});

	it("can break long words and says the same", () => {
		fc.assert(
			fc.property(fc.string({ minLength: 60 }), (text) => {
				expect(breakable(text).replaceAll("\u200b", "")).toBe(text);
			}),
		);
		expect(
			breakable("x".repeat(100))
				.split("\u200b")
				.every((run) => run.length <= 12),
		).toBe(true);
		expect(breakable("LXKAB2C41RM104729")).toBe("LXKAB2C41RM104729");
	});
});

describe("a Typst template", () => {
	it("takes values as literals only", () => {
		const render = compileTypstTemplate("#text({{text a}}, {{number b}})", {}, asciiOnly);
		expect(render({ a: '"#x', b: 1.5 })).toBe('#text("\\"#x", 1.500000)');
	});

	it.each(["#{{a}}", "#{{{a}}}", "#{{& a}}", "{{lookup this 'a'}}", "{{#if a}}{{a}}{{/if}}"])(
		"is refused where it writes a value itself: %s",
		(template) => {
			expect(() => compileTypstTemplate(template, {}, asciiOnly)).toThrow(/values enter a report/);
			expect(() => compileTypstTemplate("{{> part}}", { part: template }, asciiOnly)).toThrow(
				/values enter a report/,
			);
		},
	);
});
