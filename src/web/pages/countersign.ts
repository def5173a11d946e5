import type { Request, Router } from "express";
import { CountersignInput } from "../../contracts/countersignature.js";
import type { Inspection } from "../../contracts/inspection.js";
import { countersignRefusal } from "../../domain/countersign.js";
import { VinspectError } from "../../domain/errors.js";
import type { WebDeps } from "../deps.js";
import { contextOf } from "../request-context.js";
import { formOf, readForm, requireCsrf } from "./forms.js";
import { personOf, type Site } from "./site.js";
import { reportView } from "./views/report.js";

/** What came back with the form: what was typed, and why it could not be done. */
interface Attempt {
	readonly reason: string;
	readonly badReason: boolean;
	readonly problem: { readonly words: string; readonly detail: string } | null;
}

const FRESH: Attempt = { reason: "", badReason: false, problem: null };

/** The report page for this person: the report, both signatures, and the form where they may countersign. */
export async function reportPage(
	deps: WebDeps,
	request: Request,
	inspection: Inspection,
	attempt: Attempt = FRESH,
) {
	const person = personOf(request);
	const countersignature = await deps.store.countersignatures.get(inspection.inspectionId);
	const refusal = countersignRefusal(person, inspection.exceptions);
	return reportView(inspection, {
		countersignature,
		mayCountersign: countersignature === null && refusal === null,
		// an auditor is told why not; for others it is none of their business
		tookPart: refusal === "decided",
		...attempt,
	});
}

/** Adding the second signature to a report. */
export function countersignRoutes(router: Router, deps: WebDeps, site: Site): void {
	router.post(
		"/inspections/:inspectionId/report/countersign",
		readForm,
		requireCsrf,
		async (request, response) => {
			const inspection = await deps.store.inspections.get(String(request.params.inspectionId));
			if (!inspection) throw new VinspectError("inspection_missing", "No such inspection.");
			const typed = formOf(request).reason ?? "";
			const again = async (status: number, change: Partial<Attempt>) => {
				const view = await reportPage(deps, request, inspection, { ...FRESH, reason: typed, ...change });
				await site.show(request, response, "report", view, { status });
			};
			const parsed = CountersignInput.safeParse({ reason: typed });
			if (!parsed.success) return again(422, { badReason: true });
			const { inspectionId } = inspection;
			try {
				await deps.gateway.countersign({ inspectionId, by: personOf(request), ...parsed.data });
			} catch (error) {
				if (!(error instanceof VinspectError)) throw error;
				const { logger } = contextOf(request);
				if (error.kind.status >= 500) logger.error({ code: error.code, err: error }, error.message);
				const words = error.kind[site.localeOf(request).language];
				return again(error.kind.status, { problem: { words, detail: error.message } });
			}
			response.redirect(303, `/inspections/${inspectionId}/report#signatures`);
		},
	);
}
