import { basename, dirname } from "node:path";
import express, { type Express } from "express";
import { REPORT_STYLESHEET } from "../reporting/report-html.js";
import { inTheirName } from "./access/in-their-name.js";
import { limitAccount, limitAddress } from "./access/rate-limit.js";
import { securityHeaders } from "./access/security-headers.js";
import { authenticate, refuseOtherSites } from "./access/sessions.js";
import { createApi } from "./api/router.js";
import type { WebDeps } from "./deps.js";
import { createHealth } from "./health.js";
import { lineAsSeen } from "./hidden/line-as-seen.js";
import { Live } from "./live/live.js";
import { measureAnswers } from "./measure-answers.js";
import { createPages } from "./pages/index.js";
import { answerWithProblem, nothingHere } from "./problem.js";
import { REPORT_STYLESHEET_URL } from "./report-page.js";
import { openContext } from "./request-context.js";

/**
 * The whole web application: health, API and pages, ready to listen. Of the events emitted on it, `draining` makes
 * it say that it is not ready, and `closing` ends live streams and lets waiting requests answer.
 */
export function createWeb(deps: WebDeps): Express {
	const app = express();
	const live = new Live(deps);
	app.once("closing", () => live.close());
	app.disable("x-powered-by");
	app.set("trust proxy", deps.trustProxy ?? false);
	// nested and repeated query parameters have no meaning here; the simple parser can't build objects
	app.set("query parser", "simple");
	app.use(openContext(deps.logger));
	app.use(securityHeaders(deps.secureCookies));
	if (deps.metrics) app.use(measureAnswers(deps.metrics));
	app.use(createHealth(deps, app));
	app.get(REPORT_STYLESHEET_URL, (_request, response) => {
		response.sendFile(basename(REPORT_STYLESHEET), { root: dirname(REPORT_STYLESHEET) });
	});
	app.use(limitAddress(deps));
	app.use(refuseOtherSites);
	app.use(authenticate(deps));
	app.use(inTheirName);
	app.use(limitAccount(deps));
	const seen = lineAsSeen(deps);
	app.use(seen.open);
	app.use("/api", createApi(seen.deps, live), nothingHere);
	app.use(createPages(seen.deps, live));
	app.use(nothingHere);
	app.use(answerWithProblem);
	return app;
}
