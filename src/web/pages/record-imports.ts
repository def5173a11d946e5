import type { Request, Response, Router } from "express";
import { z } from "zod";
import { Sha256 } from "../../contracts/primitives.js";
import { ImportId } from "../../contracts/record-import.js";
import { VinspectError } from "../../domain/errors.js";
import { checkCsrf } from "../access/sessions.js";
import { receiveUpload } from "../api/upload.js";
import { limitsOf, nowOf, type WebDeps } from "../deps.js";
import { importingOf } from "../registry/importing.js";
import { problemsCsv } from "../registry/problems-csv.js";
import { contextOf } from "../request-context.js";
import { formOf, readForm, requireCsrf, UploadedCsrf } from "./forms.js";
import { personOf, type Site } from "./site.js";
import { recordImportView } from "./views/record-import.js";

const RECENT = 10;
/** A confirmation that takes longer than this goes on behind a page that shows how far it is. */
const PATIENCE_MS = 1500;

const Uploaded = z.object({ file: z.object({ sha256: Sha256 }), _csrf: UploadedCsrf });

/** Import of vehicle records: upload, preview, confirmation, result. */
export function recordImportRoutes(router: Router, deps: WebDeps, site: Site): void {
	const importing = importingOf(deps);

	const importOf = (request: Request) => {
		const named = ImportId.safeParse(request.params.importId);
		if (!named.success) throw new VinspectError("import_missing", "That is no import's id.");
		return importing.get(named.data);
	};

	const showForm = async (request: Request, response: Response, problem: string | null, status = 200) => {
		const recent = await deps.store.recordImports.list(deps.plant, null, RECENT);
		const view = {
			problem,
			limit: Math.floor(limitsOf(deps).importBytes / (1024 * 1024)),
			imports: recent.items.map(({ importId, fileName, uploadedAt, uploadedBy, state, counts }) => ({
				importId,
				fileName,
				uploadedAt,
				uploadedBy,
				state,
				counts,
			})),
		};
		await site.show(request, response, "record-imports", view, { status, area: "vehicle-records" });
	};

	router.get("/record-imports", (request, response) => showForm(request, response, null));

	router.post("/record-imports", async (request, response) => {
		let fileName = "";
		try {
			const upload = await receiveUpload(request, response, {
				store: deps.imports,
				limitBytes: limitsOf(deps).importBytes,
				what: { whole: "file", one: "one import" },
				named: (name) => {
					fileName = name;
				},
			});
			const { file, _csrf } = Uploaded.parse(upload);
			checkCsrf(request, _csrf);
			const { importId } = await importing.begin(file.sha256, fileName, personOf(request).name);
			response.redirect(303, `/record-imports/${importId}`);
		} catch (error) {
			if (!(error instanceof VinspectError)) throw error;
			const locale = site.localeOf(request);
			const words: Readonly<Partial<Record<string, string>>> = {
				request_invalid: locale.say("imports.unreadable"),
				upload_too_large: locale.say("imports.tooLarge"),
			};
			const problem = words[error.code] ?? error.kind[locale.language];
			await showForm(request, response, problem, error.kind.status);
		}
	});

	router.get("/record-imports/:importId", async (request, response) => {
		const begun = await importOf(request);
		const view = recordImportView(site.localeOf(request), begun, await importing.glanceOf(begun), {
			stale: request.query.stale === "1",
			now: nowOf(deps),
		});
		await site.show(request, response, "record-import", view, { area: "vehicle-records" });
	});

	router.post("/record-imports/:importId", readForm, requireCsrf, async (request, response) => {
		const { importId } = await importOf(request);
		const { logger } = contextOf(request);
		const confirmed = importing.confirm(importId, formOf(request).preview ?? "", personOf(request).name).then(
			() => "done" as const,
			(error: unknown) => {
				// the page shows the new preview, or that the import stands still
				if (error instanceof VinspectError && error.code === "revision_conflict") return "stale" as const;
				logger.error({ err: error, importId }, "an import of vehicle records stopped");
				return "stopped" as const;
			},
		);
		let patience: NodeJS.Timeout | undefined;
		const outcome = await Promise.race([
			confirmed,
			new Promise<"going on">((resolve) => {
				patience = setTimeout(() => resolve("going on"), PATIENCE_MS);
			}),
		]);
		clearTimeout(patience);
		response.redirect(303, `/record-imports/${importId}${outcome === "stale" ? "?stale=1" : ""}`);
	});

	router.get("/record-imports/:importId/problems.csv", async (request, response) => {
		const begun = await importOf(request);
		const { problems } = await importing.previewOf(begun);
		response
			.setHeader("Cache-Control", "no-store")
			.setHeader("Content-Disposition", `attachment; filename="problems-${begun.importId}.csv"`)
			.type("text/csv")
			.send(problemsCsv(problems, site.localeOf(request).language));
	});
}
