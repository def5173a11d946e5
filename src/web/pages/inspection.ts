import type { Router } from "express";
import { z } from "zod";
import { Sha256 } from "../../contracts/primitives.js";
import { InspectionRecord } from "../../contracts/report.js";
import { VinspectError } from "../../domain/errors.js";
import { toReadBlindFirst } from "../blind-second.js";
import type { WebDeps } from "../deps.js";
import { reportPage } from "./countersign.js";
import { mayDecide } from "./decide-form.js";
import { loadDecisionReasons, reasonOf } from "./decision-reasons.js";
import { languageOf } from "./locales.js";
import { personOf, type Site } from "./site.js";
import { dossierView, TIMELINE_KINDS } from "./views/dossier.js";
import { inspectionView } from "./views/inspection.js";
import { retentionView } from "./views/retention.js";

const REPORT_PICTURE_WIDTH = 800;
/** Inspections of one vehicle that its dossier links; hardly one is inspected as often. */
const INSPECTIONS_SHOWN = 50;
const Timeline = z.enum(TIMELINE_KINDS).catch("all").default("all");

/** One inspection and its report. */
export function inspectionRoutes(router: Router, deps: WebDeps, site: Site): void {
	const inspectionOf = async (inspectionId: string) => {
		const inspection = await deps.store.inspections.get(inspectionId);
		if (!inspection) throw new VinspectError("inspection_missing", `No inspection ${inspectionId}.`);
		return inspection;
	};

	const reasons = loadDecisionReasons();

	router.get("/inspections/:inspectionId", async (request, response) => {
		const inspection = await inspectionOf(request.params.inspectionId);
		const person = personOf(request);
		const unread = mayDecide(person) && (await toReadBlindFirst(deps.store, inspection, person.name));
		if (unread) {
			response.redirect(303, `/exceptions/${encodeURIComponent(unread)}?before=dossier`);
			return;
		}
		const [observations, ofVehicle, retained] = await Promise.all([
			deps.store.observations.of(inspection.inspectionId),
			deps.store.search.ofVehicle(inspection.productionNumber, INSPECTIONS_SHOWN),
			deps.store.retention.get(inspection.inspectionId),
		]);
		const chosen = Sha256.safeParse(request.query.capture);
		const view = inspectionView(inspection, observations, chosen.success ? chosen.data : null);
		const dossier = dossierView(inspection, observations, view.events, {
			timeline: Timeline.parse(request.query.timeline),
			ofVehicle,
			reasonWords: (code) => reasonOf(reasons, code),
		});
		await site.show(
			request,
			response,
			"inspection",
			{ ...view, ...dossier, ...retentionView(retained, person.role) },
			{
				eventsUrl: `/api/v1/inspections/${inspection.inspectionId}/events`,
			},
		);
	});

	router.get("/inspections/:inspectionId/report", async (request, response) => {
		const inspection = await inspectionOf(request.params.inspectionId);
		await site.show(request, response, "report", await reportPage(deps, request, inspection), {
			eventsUrl: `/api/v1/inspections/${inspection.inspectionId}/events`,
		});
	});

	// in the language of the page around it; the API's report.html goes by Accept-Language
	router.get("/inspections/:inspectionId/report/document", async (request, response) => {
		const { report } = await inspectionOf(request.params.inspectionId);
		if (!report) throw new VinspectError("report_not_ready", "The report is not sealed yet.");
		const bytes = await deps.reports.get(report.record);
		const record = InspectionRecord.parse(JSON.parse(bytes.toString("utf8")));
		const page = deps.renderReportHtml(record, {
			language: languageOf(request),
			captureUrl: (sha256) => `/api/v1/captures/${sha256}?width=${REPORT_PICTURE_WIDTH}`,
		});
		response.setHeader("Cache-Control", "private, no-cache").type("html").send(page);
	});

	// apart from the page, because verifying takes longer than showing
	router.get("/inspections/:inspectionId/report/verification", async (request, response) => {
		const { inspectionId, report } = await inspectionOf(request.params.inspectionId);
		if (!report) throw new VinspectError("report_not_ready", "The report is not sealed yet.");
		const countersignature = await deps.store.countersignatures.get(inspectionId);
		const pdf = await deps.reports.get(countersignature?.pdf ?? report.pdf);
		const verification = await deps.verifyReport(pdf, languageOf(request));
		site.showPart(request, response, "verification", { verification });
	});
}
