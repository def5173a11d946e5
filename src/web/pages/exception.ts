import type { Request, Response, Router } from "express";
import { VinspectError } from "../../domain/errors.js";
import type { ClaimedException } from "../../persistence/store.js";
import { CLAIM_SECONDS } from "../api/operations/exceptions.js";
import { nowOf, type WebDeps } from "../deps.js";
import { contextOf, type Identity } from "../request-context.js";
import {
	type DecideProblem,
	type DecideValues,
	decideForm,
	decisionOf,
	emptyValues,
	mayDecide,
	problemOfFields,
	problemOfRefusal,
	valuesOf,
} from "./decide-form.js";
import { loadDecisionReasons } from "./decision-reasons.js";
import { nextFor } from "./exceptions.js";
import { formOf, readForm, requireCsrf } from "./forms.js";
import { personOf, type Site } from "./site.js";
import { actionsFor, exceptionView, seenMark, undoableDecision } from "./views/exception.js";

/** Moves the whole page, whether htmx or the browser sent the form. */
function moveTo(request: Request, response: Response, address: string): void {
	if (request.get("hx-request") === "true") response.setHeader("HX-Redirect", address).status(204).end();
	else response.redirect(303, address);
}

function addressOf(exceptionId: string): string {
	return `/exceptions/${encodeURIComponent(exceptionId)}`;
}

/** What the claim line says: whose it is now. */
function claimView(exception: ClaimedException, person: Identity, now: Date) {
	const { claim, exceptionId } = exception;
	const held = claim !== null && new Date(claim.expiresAt) > now ? claim : null;
	return {
		exceptionId,
		// whoever waits for a second person must not keep that person out
		claimable: mayDecide(person) && actionsFor(exception, person.name).length > 0,
		claim: held,
		mine: held?.by === person.name,
	};
}

/** The notice after a decision: what was decided, and undo while that is possible. */
export function createNotices(deps: WebDeps) {
	return async (decided: unknown) => {
		if (typeof decided !== "string") return null;
		const exception = await deps.store.exceptions.get(decided);
		const inspection = exception && (await deps.store.inspections.get(exception.inspectionId));
		if (!exception || !inspection) return null;
		const decision = undoableDecision(exception, inspection);
		if (!decision) return null;
		return { exceptionId: decided, vehicle: exception.productionNumber, action: decision.action };
	};
}

/** One exception: look, claim, decide, undo, go on. */
export function exceptionRoutes(
	router: Router,
	deps: WebDeps,
	site: Site,
	noticeOf: (decided: unknown) => Promise<object | null>,
): void {
	const reasons = loadDecisionReasons();

	const exceptionOf = async (exceptionId: string): Promise<ClaimedException> => {
		const exception = await deps.store.exceptions.get(exceptionId);
		if (!exception) throw new VinspectError("exception_missing", `No exception ${exceptionId}.`);
		return exception;
	};

	const showException = async (
		request: Request,
		response: Response,
		exception: ClaimedException,
		form: { values: DecideValues; problem: DecideProblem | null; status: number },
	): Promise<void> => {
		const person = personOf(request);
		const decide = decideForm(exception, person, reasons, form.values, form.problem);
		if (request.get("hx-request") === "true") {
			site.showPart(request, response, "decide", decide, form.status);
			return;
		}
		const inspection = await deps.store.inspections.get(exception.inspectionId);
		if (!inspection)
			throw new VinspectError("inspection_missing", `No inspection ${exception.inspectionId}.`);
		const observations = await deps.store.observations.of(inspection.inspectionId);
		const view = {
			...exceptionView(exception, inspection, observations, reasons),
			decide,
			claiming: claimView(exception, person, nowOf(deps)),
			notice: await noticeOf(request.query.decided),
			undone: request.query.undone === "1",
		};
		const eventsUrl = `/api/v1/inspections/${inspection.inspectionId}/events`;
		await site.show(request, response, "exception", view, { status: form.status, eventsUrl });
	};

	const goOn = async (request: Request, response: Response, decided: string | null, after: string | null) => {
		const next = await nextFor(deps.store, personOf(request).name, after, nowOf(deps));
		const address = next === null ? "/exceptions" : addressOf(next);
		moveTo(
			request,
			response,
			decided === null ? address : `${address}?decided=${encodeURIComponent(decided)}`,
		);
	};

	router.get("/exceptions/next", async (request, response) => {
		const after = typeof request.query.after === "string" ? request.query.after : null;
		// whoever goes on lets others have it
		if (after !== null) await deps.store.exceptions.release(after, personOf(request).name);
		await goOn(request, response, null, after);
	});

	router.get("/exceptions/:exceptionId", async (request, response) => {
		const exception = await exceptionOf(request.params.exceptionId);
		await showException(request, response, exception, { values: emptyValues(), problem: null, status: 200 });
	});

	router.get("/exceptions/:exceptionId/state", async (request, response) => {
		const exception = await exceptionOf(request.params.exceptionId);
		const changed = request.query.seen !== seenMark(exception);
		site.showPart(request, response, "exception-state", { exceptionId: exception.exceptionId, changed });
	});

	router.post("/exceptions/:exceptionId/claim", readForm, requireCsrf, async (request, response) => {
		const person = personOf(request);
		const { exceptionId } = await exceptionOf(String(request.params.exceptionId));
		if (mayDecide(person)) await deps.store.exceptions.claim(exceptionId, person.name, CLAIM_SECONDS);
		const exception = await exceptionOf(exceptionId);
		site.showPart(request, response, "claim", claimView(exception, person, nowOf(deps)));
	});

	const decide = async (exception: ClaimedException, request: Request, values: DecideValues) => {
		const person = personOf(request);
		const locale = site.localeOf(request);
		// the same decision sent twice, by a double click or a repeated request, is one decision
		if (exception.decisions.some(({ decisionId }) => decisionId === values.decisionId)) return null;
		const decision = decisionOf(values);
		if (!decision.success) {
			const wrong = decision.error.issues.map((issue) => String(issue.path[0]));
			return { problem: problemOfFields(values, wrong, locale), status: 422 };
		}
		try {
			if (!mayDecide(person)) throw new VinspectError("forbidden", "Your role can't decide exceptions.");
			const { claim, mine } = claimView(exception, person, nowOf(deps));
			if (claim && !mine)
				throw new VinspectError("exception_claimed", `${claim.by} works on this exception.`);
			if (formOf(request).seen !== seenMark(exception)) {
				throw new VinspectError("revision_conflict", "The exception changed since the form was opened.");
			}
			await deps.gateway.decide(exception.exceptionId, decision.data, {
				name: person.name,
				role: person.role,
			});
			return null;
		} catch (error) {
			if (!(error instanceof VinspectError)) throw error;
			contextOf(request).logger.info({ code: error.code }, "decision refused");
			return { problem: problemOfRefusal(error, locale), status: error.kind.status };
		}
	};

	router.post("/exceptions/:exceptionId/decision", readForm, requireCsrf, async (request, response) => {
		const exception = await exceptionOf(String(request.params.exceptionId));
		const values = valuesOf(formOf(request));
		const refused = await decide(exception, request, values);
		if (refused) {
			// shown on the exception as it is now, with everything that was typed
			await showException(request, response, exception, { values, ...refused });
			return;
		}
		await deps.store.exceptions.release(exception.exceptionId, personOf(request).name);
		await goOn(request, response, exception.exceptionId, exception.exceptionId);
	});

	router.post("/exceptions/:exceptionId/undo", readForm, requireCsrf, async (request, response) => {
		const person = personOf(request);
		const exception = await exceptionOf(String(request.params.exceptionId));
		try {
			if (!mayDecide(person)) throw new VinspectError("forbidden", "Your role can't decide exceptions.");
			await deps.gateway.undo(exception.exceptionId, { name: person.name, role: person.role });
			moveTo(request, response, `${addressOf(exception.exceptionId)}?undone=1`);
		} catch (error) {
			if (!(error instanceof VinspectError)) throw error;
			const problem = problemOfRefusal(error, site.localeOf(request));
			const form = { values: emptyValues(), problem, status: error.kind.status };
			await showException(request, response, await exceptionOf(exception.exceptionId), form);
		}
	});
}
