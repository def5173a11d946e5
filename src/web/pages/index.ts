import { type ErrorRequestHandler, type Request, Router } from "express";
import { VinspectError } from "../../domain/errors.js";
import type { WebDeps } from "../deps.js";
import type { Live } from "../live/live.js";
import { nothingHere } from "../problem.js";
import { contextOf } from "../request-context.js";
import { ownAccountRoutes } from "./account.js";
import { accountRoutes } from "./accounts.js";
import { agreementRoutes } from "./agreement.js";
import { auditRoutes } from "./audit.js";
import { claimRoutes } from "./claims.js";
import { countersignRoutes } from "./countersign.js";
import { createNotices, exceptionRoutes } from "./exception.js";
import { exceptionQueueRoutes } from "./exceptions.js";
import { goldenRoutes } from "./golden.js";
import { inspectionRoutes } from "./inspection.js";
import { inspectionSearchRoutes } from "./inspections.js";
import { modelRoutes } from "./models.js";
import { overviewRoutes } from "./overview.js";
import { pageGuard, unstatedRoute } from "./page-access.js";
import { planTryOutRoutes } from "./plan-try-out.js";
import { planRoutes } from "./plans.js";
import { recordImportRoutes } from "./record-imports.js";
import { signInRoutes } from "./sign-in.js";
import { singleSignOnRoutes } from "./single-sign-on.js";
import { createSite, type Site } from "./site.js";
import { staticFileRoutes } from "./static-files.js";
import { stationRoutes } from "./stations.js";
import { statisticsRoutes } from "./statistics.js";
import { vehicleRecordRoutes } from "./vehicle-records.js";

function wantsPage(request: Request): boolean {
	return request.accepts(["html", "json"]) === "html";
}

/** Errors of pages in the person's words; whoever does not ask for HTML gets the problem document. */
function answerWithPage(site: Site): ErrorRequestHandler {
	return async (error: unknown, request, response, next) => {
		if (!(error instanceof VinspectError) || response.headersSent || !wantsPage(request)) {
			next(error);
			return;
		}
		if (error.kind.status >= 500) {
			contextOf(request).logger.error({ code: error.code, err: error.cause ?? error }, error.message);
		}
		const words = error.kind[site.localeOf(request).language];
		const view = { words, code: error.code, requestId: contextOf(request).id };
		await site.show(request, response, "problem", view, { status: error.kind.status });
	};
}

/** The server-rendered pages: sign-in, line overview, inspections, exceptions, reports. */
export function createPages(deps: WebDeps, live: Live): Router {
	const router = Router();
	const site = createSite(deps);
	const noticeOf = createNotices(deps);
	router.use(pageGuard());
	staticFileRoutes(router);
	signInRoutes(router, deps, site);
	singleSignOnRoutes(router, deps, site);
	ownAccountRoutes(router, deps, site);
	accountRoutes(router, deps, site);
	overviewRoutes(router, deps, site);
	inspectionSearchRoutes(router, deps, site);
	inspectionRoutes(router, deps, site);
	countersignRoutes(router, deps, site);
	exceptionQueueRoutes(router, deps, site, noticeOf);
	planRoutes(router, deps, site);
	planTryOutRoutes(router, deps, site);
	claimRoutes(router, deps, live, site);
	exceptionRoutes(router, deps, live, site, noticeOf);
	statisticsRoutes(router, deps, site);
	auditRoutes(router, deps, site);
	agreementRoutes(router, deps, site);
	goldenRoutes(router, deps, site);
	vehicleRecordRoutes(router, deps, site);
	recordImportRoutes(router, deps, site);
	stationRoutes(router, deps, site);
	modelRoutes(router, deps, site);
	const unstated = unstatedRoute(router);
	if (unstated) throw new Error(`${unstated} has no line in the table of pages: say there whom it is for`);
	router.use(nothingHere);
	router.use(answerWithPage(site));
	return router;
}
