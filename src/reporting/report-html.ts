import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Handlebars from "handlebars";
import { PACKAGE_ROOT } from "../config/package-root.js";
import type { Bilingual, Box, Sha256 } from "../contracts/primitives.js";
import type { InspectionRecord } from "../contracts/report.js";
import { canonicalBytes } from "./canonical-json.js";
import { cropAround } from "./report-pictures.js";
import { viewReport, type WitnessView } from "./report-view.js";

export interface ReportHtmlOptions {
	readonly locale: "en" | "zh";
	/** Where the signed PDF is; null where it is not sealed yet. */
	readonly reportUrl: string | null;
	/** Address of a capture, or of the part of it inside the box (pixels of the upright picture). */
	readonly pictureUrl: (capture: Sha256, box?: Box) => string;
}

const TEMPLATES = join(PACKAGE_ROOT, "templates/report");

/** The stylesheet of the report's HTML; a page that shows one links or serves it. */
export const REPORT_STYLESHEET = join(TEMPLATES, "report.css");

function compileTemplate(locale: "en" | "zh"): (context: unknown) => string {
	const handlebars = Handlebars.create();
	handlebars.registerHelper({
		say: (word: Bilingual) => word[locale],
		t: (en: string, zh: string) => (locale === "zh" ? zh : en),
	});
	handlebars.registerPartial("findings", readFileSync(join(TEMPLATES, "findings.html.hbs"), "utf8"));
	return handlebars.compile(readFileSync(join(TEMPLATES, "report.html.hbs"), "utf8"), {
		knownHelpers: { say: true, t: true },
		strict: true,
	});
}

const compiled = new Map<"en" | "zh", (context: unknown) => string>();

function pictureOf({ capture, findings }: WitnessView, pictureUrl: ReportHtmlOptions["pictureUrl"]) {
	if (!capture) return null;
	const boxed = findings.flatMap(({ outcome, boxes }) => boxes.map((box) => ({ tone: outcome.tone, box })));
	const { left, top, width, height } = cropAround(
		boxed.map(({ box }) => box),
		capture.width,
		capture.height,
	);
	return {
		x: left,
		y: top,
		width,
		height,
		url: pictureUrl(capture.sha256, [left, top, width, height]),
		boxes: boxed.map(({ tone, box: [x, y, w, h] }) => ({ tone, x, y, w, h })),
	};
}

/**
 * The report as an HTML fragment (`<article class="report">`) in one language, with the content of the PDF.
 * Every value is escaped, and nothing is styled inline, so that it stands under a strict content policy.
 * Its stylesheet is {@link REPORT_STYLESHEET}.
 */
export function renderReportHtml(record: InspectionRecord, options: ReportHtmlOptions): string {
	const { locale, reportUrl, pictureUrl } = options;
	const render = compiled.get(locale) ?? compileTemplate(locale);
	compiled.set(locale, render);
	const view = viewReport(record);
	return render({
		locale,
		reportUrl,
		view,
		witnesses: view.witnesses.map((witness) => ({ ...witness, picture: pictureOf(witness, pictureUrl) })),
		recordSha256: createHash("sha256").update(canonicalBytes(record)).digest("hex"),
	});
}
