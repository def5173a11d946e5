import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Request } from "express";
import { z } from "zod";
import { PACKAGE_ROOT } from "../../config/package-root.js";
import { FIELDS, isFieldName } from "../../domain/fields.js";
import { CONDITION, WHOLE_CAPTURE } from "../../domain/plan.js";
import { cookieOf } from "../access/cookies.js";

export const LANGUAGES = ["en", "zh"] as const;
export type Language = (typeof LANGUAGES)[number];

export const LANGUAGE_COOKIE = "vinspect_language";

/** English as written in industry: day before month, 24 hours. */
const INTL_LOCALE: Readonly<Record<Language, string>> = { en: "en-GB", zh: "zh-CN" };

const Words = z.record(z.string(), z.string().min(1));

/** The words of one language: one file for each part of the site, no key in two of them. */
function wordsOf(language: Language): Readonly<Record<string, string>> {
	const folder = join(PACKAGE_ROOT, "templates", "locales", language);
	const words: Record<string, string> = {};
	for (const file of readdirSync(folder).sort()) {
		for (const [key, text] of Object.entries(
			Words.parse(JSON.parse(readFileSync(join(folder, file), "utf8"))),
		)) {
			if (key in words) throw new Error(`${key} stands twice in templates/locales/${language}`);
			words[key] = text;
		}
	}
	return words;
}

/** Everything that depends on the reader's language: words, field names, dates and numbers. */
export class Locale {
	readonly #words: Readonly<Record<string, string>>;
	readonly #date: Intl.DateTimeFormat;
	readonly #time: Intl.DateTimeFormat;
	readonly #moment: Intl.DateTimeFormat;
	readonly #number: Intl.NumberFormat;
	readonly #percent: Intl.NumberFormat;
	readonly #wholePercent: Intl.NumberFormat;

	constructor(readonly language: Language) {
		const locale = INTL_LOCALE[language];
		this.#words = wordsOf(language);
		this.#date = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
		this.#time = new Intl.DateTimeFormat(locale, { timeStyle: "medium", hour12: false });
		this.#moment = new Intl.DateTimeFormat(locale, {
			month: "short",
			day: "numeric",
			hour: "2-digit",
			minute: "2-digit",
			hour12: false,
		});
		this.#number = new Intl.NumberFormat(locale);
		this.#percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
		this.#wholePercent = new Intl.NumberFormat(locale, { style: "percent" });
	}

	/** BCP 47 tag for the page's `lang`. */
	get tag(): string {
		return this.language === "zh" ? "zh-CN" : "en";
	}

	/** The words of a key, with `{name}` replaced. A key that does not exist is a fault of ours: it throws. */
	say(key: string, values: Readonly<Record<string, unknown>> = {}): string {
		const words = this.#words[key];
		if (words === undefined) throw new Error(`no words for ${key} in templates/locales/${this.language}`);
		return words.replace(/\{(\w+)\}/g, (whole, name: string) => {
			const value = values[name];
			if (typeof value === "number") return this.#number.format(value);
			return value === undefined || value === null ? whole : String(value);
		});
	}

	/** Name of a field with its unit; names that are not in the registry stand as they are. */
	field(name: string): string {
		if (name === WHOLE_CAPTURE) return this.say("field.capture");
		if (name === CONDITION) return this.say("field.condition");
		if (!isFieldName(name)) return name;
		const { unit, ...names } = FIELDS[name];
		return unit === null ? names[this.language] : `${names[this.language]} (${unit})`;
	}

	date(instant: string): string {
		return this.#date.format(new Date(instant));
	}

	/** Time of day in the server's zone, which is the plant's. */
	time(instant: string): string {
		return this.#time.format(new Date(instant));
	}

	/** Day and time to the minute, for the axis of a chart. */
	dayAndTime(instant: string): string {
		return this.#moment.format(new Date(instant));
	}

	/** Time of day for what is of today, with the day for what is older. */
	moment(instant: string, now = new Date()): string {
		const at = new Date(instant);
		return at.toDateString() === now.toDateString() ? this.#time.format(at) : this.#moment.format(at);
	}

	number(value: number): string {
		return this.#number.format(value);
	}

	percent(share: number, decimals: 0 | 1 = 1): string {
		return (decimals === 0 ? this.#wholePercent : this.#percent).format(share);
	}
}

/** Both languages, read once. */
export function loadLocales(): Readonly<Record<Language, Locale>> {
	return { en: new Locale("en"), zh: new Locale("zh") };
}

/** The cookie's choice, else what the browser asks for, else English. */
export function languageOf(request: Request): Language {
	const chosen = LANGUAGES.find((language) => language === cookieOf(request, LANGUAGE_COOKIE));
	return chosen ?? (request.acceptsLanguages("en", "zh") === "zh" ? "zh" : "en");
}
