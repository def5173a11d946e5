import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { toSVG } from "bwip-js/node";
import { z } from "zod";
import { PACKAGE_ROOT } from "../config/package-root.js";
import type { Sha256 } from "../contracts/primitives.js";
import type { InspectionRecord } from "../contracts/report.js";
import type { FieldPlace } from "../signing/sign-report.js";
import { readCoverage } from "./font-coverage.js";
import { RECORD_FILE, RECORD_SIGNATURE_FILE } from "./report-files.js";
import { cropWitness } from "./report-pictures.js";
import { instantText, viewReport } from "./report-view.js";
import { TypstCompiler } from "./typst-compiler.js";
import { compileTypstTemplate } from "./typst-template.js";

/** Who will sign, as it is printed in the signature panel. */
export interface PrintedSigner {
	readonly name: string;
	readonly signedAt: Date;
	/** SHA-256 of the signing certificate. */
	readonly fingerprint: Sha256;
}

export interface RenderRequest {
	readonly record: InspectionRecord;
	/** The record's canonical bytes, as they are embedded. */
	readonly recordBytes: Uint8Array;
	/** Detached JWS over them. */
	readonly recordSignature: string;
	readonly signer: PrintedSigner;
	readonly picture: (capture: Sha256) => Promise<Uint8Array>;
}

export interface RenderedReport {
	readonly pdf: Uint8Array;
	readonly pages: number;
	readonly inspector: FieldPlace;
	readonly auditor: FieldPlace;
}

export interface ReportRenderer {
	/** PDF/A-3b; the same request gives the same bytes. Errors: those of `picture`. */
	render(request: RenderRequest): Promise<RenderedReport>;
	close(): Promise<void>;
}

const FONTS = dirname(createRequire(import.meta.url).resolve("@expo-google-fonts/noto-sans-sc/package.json"));
const REGULAR = join(FONTS, "400Regular/NotoSansSC_400Regular.ttf");
const BOLD = join(FONTS, "700Bold/NotoSansSC_700Bold.ttf");
const TEMPLATES = join(PACKAGE_ROOT, "templates/report");

const Points = z
	.string()
	.regex(/^-?[\d.]+pt$/)
	.transform((text) => Number.parseFloat(text));
const Places = z.array(
	z.object({
		value: z.object({
			name: z.enum(["inspector", "auditor"]),
			page: z.int(),
			x: Points,
			y: Points,
			width: Points,
			height: Points,
		}),
	}),
);

function placeOf(places: z.infer<typeof Places>, name: "inspector" | "auditor"): FieldPlace {
	const place = places.find(({ value }) => value.name === name)?.value;
	if (!place) throw new Error(`the report template marks no place for the ${name}'s signature`);
	return place;
}

/** What the page's DataMatrix says: which inspection, and the digest of its record. */
export function pageCode(inspectionId: string, recordSha256: Sha256): string {
	return `vinspect:${inspectionId}:sha256:${recordSha256}`;
}

/** Renders reports with the templates under templates/report. */
export function createReportRenderer(): ReportRenderer {
	const covered = readCoverage(readFileSync(REGULAR));
	const read = (name: string): string => readFileSync(join(TEMPLATES, name), "utf8");
	const template = compileTypstTemplate(
		read("report.typ.hbs"),
		{ toned: read("toned.typ.hbs"), finding: read("finding.typ.hbs") },
		covered,
	);
	const layout = readFileSync(join(TEMPLATES, "layout.typ"));
	const compiler = new TypstCompiler([REGULAR, BOLD]);

	return {
		async render({ record, recordBytes, recordSignature, signer, picture }) {
			const view = viewReport(record);
			const recordSha256 = createHash("sha256").update(recordBytes).digest("hex");
			const crops = await Promise.all(view.witnesses.map((witness) => cropWitness(witness, picture)));
			const code = toSVG({ bcid: "datamatrix", text: pageCode(view.inspectionId, recordSha256) });
			const source = template({
				...view,
				witnesses: view.witnesses.map((witness, i) => ({
					...witness,
					picture: crops[i] && { ...crops[i], file: `witness-${i}.jpg` },
				})),
				recordSha256,
				attachments: { record: RECORD_FILE, signature: RECORD_SIGNATURE_FILE },
				signer: { ...signer, signedAt: instantText(signer.signedAt.toISOString()) },
			});
			const { pdf, pages, found } = await compiler.compile({
				source,
				files: [
					{ name: "layout.typ", content: layout },
					{ name: "code.svg", content: Buffer.from(code) },
					{ name: RECORD_FILE, content: recordBytes },
					{ name: RECORD_SIGNATURE_FILE, content: Buffer.from(recordSignature) },
					...crops.flatMap((crop, i) => (crop ? [{ name: `witness-${i}.jpg`, content: crop.jpeg }] : [])),
				],
				creationTime: Math.floor(
					Date.parse(record.inspection.sealedAt ?? record.inspection.updatedAt) / 1000,
				),
				query: "<signature-place>",
			});
			const places = Places.parse(JSON.parse(found));
			return { pdf, pages, inspector: placeOf(places, "inspector"), auditor: placeOf(places, "auditor") };
		},
		close: () => compiler.close(),
	};
}
