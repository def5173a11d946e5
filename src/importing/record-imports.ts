import { randomBytes } from "node:crypto";
import type { Sha256 } from "../contracts/primitives.js";
import { ImportGlance, ImportPreview, type RecordImport } from "../contracts/record-import.js";
import { VinspectError } from "../domain/errors.js";
import type { RecordImports, VehicleRecords } from "../persistence/store.js";
import type { ContentStore } from "../storage/content-store.js";
import { countsOf, glanceOf, overtakenIn, previewOf } from "./preview.js";
import { formatOf, readRecords } from "./read-records.js";

/** Rows written in one go: some thousand would make a request too large where records are full. */
const SAVED_AT_ONCE = 250;
/** An import that gave no sign of life for this long has lost its process and may be begun again. */
const ABANDONED_MS = 60_000;
/** Listed by name at most; who needs more looks at the preview. */
const OVERTAKEN_LIMIT = 200;

export interface ImportingDeps {
	readonly records: VehicleRecords;
	readonly recordImports: RecordImports;
	/** Uploaded files and their previews, by digest. */
	readonly files: ContentStore;
	readonly plant: string;
	readonly now: () => Date;
}

export interface Importing {
	/** Reads an uploaded file and says what it would do. Errors: those of `readRecords`. */
	begin(file: Sha256, fileName: string, by: string): Promise<RecordImport>;
	/** Errors: `import_missing`. */
	get(importId: string): Promise<RecordImport>;
	previewOf(begun: RecordImport): Promise<ImportPreview>;
	/** The beginning of the preview: what a page shows of it, without reading the rest. */
	glanceOf(begun: RecordImport): Promise<ImportGlance>;
	/**
	 * Writes what the preview named by its digest says, and nothing else; repeating it changes nothing. Errors:
	 * `import_missing`; `revision_conflict` where another preview is in force by now, or where records were revised
	 * since: then nothing is written, and a new preview stands.
	 */
	confirm(importId: string, preview: Sha256, by: string): Promise<RecordImport>;
}

/** `YYYYMMDDhhmmss-` and chance: in the order of time, so that lists page by it. */
const newId = (now: Date): string =>
	`${now.toISOString().replaceAll(/\D/g, "").slice(0, 14)}-${randomBytes(4).toString("hex")}`;

function conflict(message: string, numbers: readonly string[] = []): VinspectError {
	const parts = numbers.map((number) => ({ path: number, message: "was revised since the preview" }));
	return new VinspectError("revision_conflict", message, parts);
}

/** Import of vehicle records in two steps: a preview that writes nothing, and its confirmation. */
export function createImporting(deps: ImportingDeps): Importing {
	const { records, recordImports, files, plant } = deps;

	const put = async (content: ImportPreview | ImportGlance): Promise<Sha256> =>
		(await files.put(Buffer.from(JSON.stringify(content)))).sha256;

	const keep = async (
		preview: ImportPreview,
	): Promise<Required<Pick<RecordImport, "preview" | "glance">>> => ({
		preview: await put(preview),
		glance: await put(glanceOf(preview)),
	});

	const read = async (begun: RecordImport): Promise<ImportPreview> =>
		ImportPreview.parse(JSON.parse((await files.get(begun.preview)).toString("utf8")));

	const get = async (importId: string): Promise<RecordImport> => {
		const found = await recordImports.get(plant, importId);
		if (found) return found;
		throw new VinspectError("import_missing", `There is no import ${importId}; upload the file again.`);
	};

	/** Puts a preview by today's records in place of one that was overtaken. */
	const previewAgain = async (begun: RecordImport, stale: ImportPreview, overtaken: readonly string[]) => {
		const good = stale.rows.map(({ line, input }) => ({ line, input }));
		const fresh = await previewOf(records, plant, { good, problems: stale.problems });
		await recordImports.change(
			plant,
			begun.importId,
			{ state: "importing", preview: begun.preview },
			{
				state: "previewed",
				...(await keep(fresh)),
				counts: countsOf(fresh, begun.counts.rows),
				overtaken: overtaken.slice(0, OVERTAKEN_LIMIT),
				done: 0,
			},
		);
	};

	/** Takes the import for this call, or says who has it. */
	const take = async (begun: RecordImport, preview: Sha256, by: string): Promise<boolean> => {
		const now = deps.now();
		const abandoned =
			begun.state === "importing" &&
			begun.activeAt !== null &&
			now.getTime() - Date.parse(begun.activeAt) > ABANDONED_MS;
		if (begun.state !== "previewed" && !abandoned) return false;
		const when = { state: begun.state, preview, activeAt: begun.activeAt };
		const taken = { state: "importing", confirmedBy: by, activeAt: now.toISOString() } as const;
		return recordImports.change(plant, begun.importId, when, taken);
	};

	const write = async (begun: RecordImport, preview: ImportPreview, by: string): Promise<void> => {
		const counts = { created: 0, revised: 0, unchanged: 0 };
		const overtaken: string[] = [];
		const when = { state: "importing", preview: begun.preview } as const;
		for (let done = 0; done < preview.rows.length; done += SAVED_AT_ONCE) {
			const part = preview.rows.slice(done, done + SAVED_AT_ONCE);
			const saved = await records.saveOnto(plant, part, by);
			for (const [i, outcome] of saved.entries()) {
				if (outcome !== "overtaken") counts[outcome] += 1;
				else if (overtaken.length < OVERTAKEN_LIMIT) overtaken.push(part[i]?.input.productionNumber ?? "");
			}
			await recordImports.change(plant, begun.importId, when, {
				done: done + part.length,
				activeAt: deps.now().toISOString(),
			});
		}
		await recordImports.change(plant, begun.importId, when, {
			state: "imported",
			written: { ...counts, overtaken },
			finishedAt: deps.now().toISOString(),
		});
	};

	return {
		async begin(file, fileName, by) {
			const content = await files.get(file);
			const { total, good, problems } = readRecords(content, formatOf(content));
			const preview = await previewOf(records, plant, { good, problems });
			const now = deps.now();
			const begun: RecordImport = {
				importId: newId(now),
				fileName: fileName.slice(0, 200),
				file,
				bytes: content.length,
				uploadedBy: by,
				uploadedAt: now.toISOString(),
				state: "previewed",
				...(await keep(preview)),
				counts: countsOf(preview, total),
				overtaken: [],
				confirmedBy: null,
				activeAt: null,
				done: 0,
				written: null,
				finishedAt: null,
			};
			await recordImports.create(plant, begun);
			return begun;
		},
		get,
		previewOf: read,
		async glanceOf(begun) {
			if (!begun.glance) return glanceOf(await read(begun));
			return ImportGlance.parse(JSON.parse((await files.get(begun.glance)).toString("utf8")));
		},
		async confirm(importId, preview, by) {
			const begun = await get(importId);
			if (begun.preview !== preview)
				throw conflict("Another preview of this file stands by now; look at it and confirm that one.");
			// a repeated confirmation finds the first one's work
			if (!(await take(begun, preview, by))) return get(importId);
			const meant = await read(begun);
			const overtaken = await overtakenIn(records, plant, meant);
			// An import that was cut off has written some rows already: those say what their rows say.
			if (overtaken.length > 0) {
				await previewAgain(begun, meant, overtaken);
				throw conflict(
					`${overtaken.length} vehicle records were revised since the preview. Nothing was written; look at the new preview and confirm it.`,
					overtaken.slice(0, OVERTAKEN_LIMIT),
				);
			}
			await write(begun, meant, by);
			return get(importId);
		},
	};
}
