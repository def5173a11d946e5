import {
	GLANCE_ROWS,
	type ImportGlance,
	type PreviewedRow,
	type RecordImport,
} from "../../../contracts/record-import.js";
import { problemWords } from "../../../importing/problems.js";
import type { Locale } from "../locales.js";
import { changeWords, memberName } from "./vehicle-record.js";

/** An import without a sign of life for this long may be taken up again. */
const ABANDONED_MS = 60_000;

function rowView(locale: Locale, { line, input, revision, changes }: PreviewedRow) {
	const { productionNumber, vin, model } = input;
	return {
		line,
		productionNumber,
		vin,
		model,
		revision,
		next: revision + 1,
		changes: changeWords(locale, changes),
	};
}

/** The page of one import: what the file would do, how far it is, what it did. */
export function recordImportView(
	locale: Locale,
	begun: RecordImport,
	{ created, revised, problems, problemCount }: ImportGlance,
	{ stale, now }: { readonly stale: boolean; readonly now: Date },
) {
	const { state, counts, written, activeAt } = begun;
	const quiet = activeAt === null ? 0 : now.getTime() - Date.parse(activeAt);
	const some = (rows: readonly PreviewedRow[], count: number) => ({
		count,
		some: rows.map((row) => rowView(locale, row)),
		cut: count > rows.length,
	});
	const writes = counts.created + counts.revised;
	return {
		importId: begun.importId,
		address: `/record-imports/${begun.importId}`,
		preview: begun.preview,
		fileName: begun.fileName,
		file: begun.file,
		bytes: begun.bytes,
		uploadedBy: begun.uploadedBy,
		uploadedAt: begun.uploadedAt,
		confirmedBy: begun.confirmedBy,
		finishedAt: begun.finishedAt,
		counts,
		isPreview: state === "previewed",
		isImporting: state === "importing" && quiet <= ABANDONED_MS,
		isAbandoned: state === "importing" && quiet > ABANDONED_MS,
		done: begun.done,
		total: counts.created + counts.revised + counts.unchanged,
		writes,
		nothing: state === "previewed" && writes === 0,
		written:
			written === null
				? null
				: {
						...written,
						overtakenList: written.overtaken.join(", "),
						anyOvertaken: written.overtaken.length > 0,
					},
		overtaken: state === "previewed" && begun.overtaken.length > 0 ? begun.overtaken.join(", ") : null,
		overtakenCount: begun.overtaken.length,
		stale: stale && state === "previewed",
		shown: GLANCE_ROWS,
		problems: problems.map((problem) => ({
			line: problem.line,
			member: memberName(locale, problem.field),
			...problemWords(problem, locale.language),
		})),
		problemCount,
		problemsCut: problemCount > problems.length,
		revised: some(revised, counts.revised),
		created: some(created, counts.created),
	};
}
