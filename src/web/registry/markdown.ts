import MarkdownIt from "markdown-it";

export interface MarkdownPlaces {
	/** Where an image of the document is served; null where it is not. */
	readonly image: (source: string) => string | null;
	/** Where a relative link of the document leads on this site; null where it leads nowhere. */
	readonly link: (target: string) => string | null;
	/** Name of a table that may have to be scrolled, for those who don't see it. */
	readonly tableLabel: string;
}

const COMMENT = /^<!--.*-->$/gm;

/**
 * HTML of a document of ours: its own HTML is escaped, its headings stand one level below the page's, and its links
 * and pictures lead to where this site has them.
 */
export function renderMarkdown(text: string, places: MarkdownPlaces): string {
	const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });
	const { escapeHtml } = markdown.utils;
	const { renderer } = markdown;
	markdown.core.ruler.push("placed", ({ tokens }) => {
		for (const token of tokens) {
			if (token.type === "heading_open" || token.type === "heading_close")
				token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + 1)}`;
			for (const inner of token.children ?? []) {
				if (inner.type === "link_open") {
					const href = String(inner.attrGet("href") ?? "");
					const place = /^https?:/.test(href) ? href : places.link(href);
					// a link without an address is text
					inner.attrs = place === null ? [] : [["href", place]];
				}
				if (inner.type === "image") inner.attrSet("src", places.image(inner.attrGet("src") ?? "") ?? "");
			}
		}
	});
	renderer.rules.table_open = () =>
		`<div class="scroll-x" role="region" tabindex="0" aria-label="${escapeHtml(places.tableLabel)}"><table>`;
	renderer.rules.table_close = () => "</table></div>";
	return markdown.render(text.replaceAll(COMMENT, ""));
}
