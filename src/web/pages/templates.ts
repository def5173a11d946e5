import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import Handlebars from "handlebars";
import { z } from "zod";
import { PACKAGE_ROOT } from "../../config/package-root.js";
import type { Locale } from "./locales.js";

const FOLDER = join(PACKAGE_ROOT, "templates");

/** Draws a page of templates/pages, or a part of templates/partials by itself, from its view model. */
export type RenderTemplate = (name: string, locale: Locale, view: object) => string;

const HelperOptions = z.object({
	hash: z.record(z.string(), z.unknown()),
	data: z.object({ root: z.unknown() }),
});
const BothLanguages = z.object({ en: z.string(), zh: z.string() });
const RootWithLocale = z.object({ locale: z.custom<Locale>((value) => typeof value === "object") });

interface HelperCall {
	readonly locale: Locale;
	readonly values: readonly unknown[];
	readonly hash: Readonly<Record<string, unknown>>;
}

/** What Handlebars hands a helper: its arguments, then options with the hash and the root context. */
function callOf(given: readonly unknown[]): HelperCall {
	const { hash, data } = HelperOptions.parse(given.at(-1));
	return { locale: RootWithLocale.parse(data.root).locale, values: given.slice(0, -1), hash };
}

const text = (value: unknown): string => (value === null || value === undefined ? "" : String(value));

/** Helpers of every template. Their results are escaped by Handlebars, but for `icon`, which is markup of ours. */
const HELPERS: Readonly<Record<string, (call: HelperCall) => unknown>> = {
	t: ({ locale, values, hash }) => locale.say(text(values[0]), hash),
	/** `{{term "outcome" finding.outcome}}`: the words for a value of a contract's enumeration. */
	term: ({ locale, values }) => locale.say(`${text(values[0])}.${text(values[1])}`),
	field: ({ locale, values }) => locale.field(text(values[0])),
	date: ({ locale, values }) => locale.date(text(values[0])),
	time: ({ locale, values }) => locale.time(text(values[0])),
	moment: ({ locale, values }) => locale.moment(text(values[0])),
	number: ({ locale, values }) => locale.number(Number(values[0])),
	percent: ({ locale, values }) => locale.percent(Number(values[0]), values[1] === 0 ? 0 : 1),
	/** Text given in both languages. */
	local: ({ locale, values }) => BothLanguages.parse(values[0])[locale.language],
	eq: ({ values }) => values[0] === values[1],
	gt: ({ values }) => Number(values[0]) > Number(values[1]),
	concat: ({ values }) => values.map(text).join(""),
	or: ({ values }) => values.some(Boolean),
	icon: ({ values }) => {
		const name = Handlebars.escapeExpression(text(values[0]));
		return new Handlebars.SafeString(
			`<svg class="icon" aria-hidden="true" focusable="false"><use href="/static/icons.svg#${name}"/></svg>`,
		);
	},
};

function sourcesIn(folder: string): ReadonlyMap<string, string> {
	const files = readdirSync(join(FOLDER, folder)).filter((file) => file.endsWith(".hbs"));
	return new Map(
		files.map((file) => [basename(file, ".hbs"), readFileSync(join(FOLDER, folder, file), "utf8")]),
	);
}

/**
 * Reads and prepares every page and partial once. Templates are strict: a name the view model lacks is an
 * error, never an empty place on the page.
 */
export function loadTemplates(): RenderTemplate {
	const handlebars = Handlebars.create();
	for (const [name, helper] of Object.entries(HELPERS)) {
		handlebars.registerHelper(name, (...given: unknown[]) => helper(callOf(given)));
	}
	const partials = [...sourcesIn("partials")].map(
		([name, source]) => [name, handlebars.compile(source, { strict: true })] as const,
	);
	for (const [name, template] of partials) handlebars.registerPartial(name, template);
	const pages = [...sourcesIn("pages")].map(
		([name, source]) => [name, handlebars.compile(source, { strict: true })] as const,
	);
	const templates = new Map([...partials, ...pages]);
	return (name, locale, view) => {
		const template = templates.get(name);
		if (!template) throw new Error(`no template ${name}.hbs`);
		return template({ ...view, locale });
	};
}
