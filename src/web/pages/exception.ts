import type { Request, Response, Router } from "express";
import { VinspectError } from "../../domain/errors.js";
import { isDecided } from "../../domain/review.js";
import type { ClaimedException } from "../../persistence/store.js";
import { blindReadingOf, keepBlindReading, mustReadBlind } from "../blind-second.js";
import { decide } from "../decide.js";
import { limitsOf, nowOf, type WebDeps } from "../deps.js";
import { existingException } from "../existing-exception.js";
import type { Live } from "../live/live.js";
import { contextOf } from "../request-context.js";
import {
	type BlindValues,
	blindAnswerOf,
	blindForm,
	blindValuesOf,
	NO_BLIND_VALUES,
	problemOfBlind,
} from "./blind-form.js";
import { claimView } from "./claims.js";
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
import { itemOf } from "./item-source.js";
import { personOf, type Site } from "./site.js";
import { blindView } from "./views/blind.js";
import { exceptionView, seenMark, undoableDecision } from "./views/exception.js";

/** Moves the whole page, whether htmx or the browser sent the form. */
function moveTo(request: Request, response: Response, address: string): void {
	if (request.get("hx-request") === "true") response.setHeader("HX-Redirect", address).status(204).end();
	else response.redirect(303, address);
}

function addressOf(exceptionId: string): string {
	return `/exceptions/${encodeURIComponent(exceptionId)}`;
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

/** The capture a page is asked to show; null for its own choice. */
function chosenCapture(request: Request): string | null {
	return typeof request.query.capture === "string" ? request.query.capture : null;
}

/** One exception: look, read blind where asked for a second look, decide, undo, go on. */
export function exceptionRoutes(
	router: Router,
	deps: WebDeps,
	live: Live,
	site: Site,
	noticeOf: (decided: unknown) => Promise<object | null>,
): void {
	const reasons = loadDecisionReasons();

	const readsBlind = async (request: Request, exception: ClaimedException): Promise<boolean> => {
		const person = personOf(request);
		return mayDecide(person) && mustReadBlind(deps.store, exception, person.name);
	};

	const commonView = async (request: Request, exception: ClaimedException) => ({
		claiming: claimView(exception, personOf(request), {
			now: nowOf(deps),
			had: false,
			seconds: limitsOf(deps).claimSeconds,
		}),
		notice: await noticeOf(request.query.decided),
		undone: request.query.undone === "1",
		seen: seenMark(exception),
	});

	const eventsUrlOf = ({ inspectionId }: ClaimedException): string =>
		`/api/v1/inspections/${inspectionId}/events`;

	const showBlind = async (
		request: Request,
		response: Response,
		exception: ClaimedException,
		{
			values,
			problem,
			status,
		}: { values: BlindValues; problem: Pick<DecideProblem, "title" | "detail"> | null; status: number },
	): Promise<void> => {
		const form = blindForm(exception, values, problem);
		if (request.get("hx-request") === "true") {
			site.showPart(request, response, "blind-form", form, status);
			return;
		}
		const item = await itemOf(deps.store, exception);
		const view = {
			...blindView(item, chosenCapture(request)),
			...(await commonView(request, exception)),
			form,
			beforeDossier: request.query.before === "dossier",
		};
		const eventsUrl = eventsUrlOf(exception);
		await site.show(request, response, "blind-reading", view, { status, eventsUrl, area: "exceptions" });
	};

	const showException = async (
		request: Request,
		response: Response,
		exception: ClaimedException,
		form: { values: DecideValues; problem: DecideProblem | null; status: number },
	): Promise<void> => {
		const person = personOf(request);
		const blind = await readsBlind(request, exception);
		const decide = decideForm(exception, person, reasons, form.values, form.problem, blind);
		if (request.get("hx-request") === "true") {
			site.showPart(request, response, "decide", decide, form.status);
			return;
		}
		if (blind) {
			await showBlind(request, response, exception, {
				values: NO_BLIND_VALUES,
				problem: form.problem,
				status: form.status,
			});
			return;
		}
		const chosen = {
			chosenCapture: chosenCapture(request),
			blind: await blindReadingOf(deps.store, exception, person.name),
		};
		const view = {
			...exceptionView(await itemOf(deps.store, exception), reasons, chosen),
			...(await commonView(request, exception)),
			decide,
		};
		const eventsUrl = eventsUrlOf(exception);
		await site.show(request, response, "exception", view, {
			status: form.status,
			eventsUrl,
			area: "exceptions",
		});
	};

	const release = async (exceptionId: string, person: string): Promise<void> => {
		await deps.store.exceptions.release(exceptionId, person);
		live.claimChanged(exceptionId);
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
		await goOn(request, response, null, null);
	});

	// whoever goes on lets others have it
	router.post("/exceptions/:exceptionId/next", readForm, requireCsrf, async (request, response) => {
		const { exceptionId } = await existingException(deps.store, request.params.exceptionId);
		await release(exceptionId, personOf(request).name);
		await goOn(request, response, null, exceptionId);
	});

	router.get("/exceptions/:exceptionId", async (request, response) => {
		const exception = await existingException(deps.store, request.params.exceptionId);
		await showException(request, response, exception, { values: emptyValues(), problem: null, status: 200 });
	});

	router.post("/exceptions/:exceptionId/blind", readForm, requireCsrf, async (request, response) => {
		const person = personOf(request);
		const exception = await existingException(deps.store, request.params.exceptionId);
		const locale = site.localeOf(request);
		const values = blindValuesOf(formOf(request));
		const answer = blindAnswerOf(values, exception);
		if (answer === null) {
			await showBlind(request, response, exception, {
				values,
				problem: problemOfBlind(values, locale),
				status: 422,
			});
			return;
		}
		try {
			if (!mayDecide(person)) throw new VinspectError("forbidden", "Your role can't decide exceptions.");
			await keepBlindReading(deps.store, exception, answer, person.name, nowOf(deps));
			moveTo(request, response, addressOf(exception.exceptionId));
		} catch (error) {
			if (!(error instanceof VinspectError)) throw error;
			const problem = problemOfRefusal(error, exception, locale);
			await showBlind(request, response, exception, { values, problem, status: error.kind.status });
		}
	});

	const take = async (exception: ClaimedException, request: Request, values: DecideValues) => {
		const person = personOf(request);
		const locale = site.localeOf(request);
		if (isDecided(exception, values.decisionId)) return null;
		const order = decisionOf(values);
		if (!order.success) {
			const wrong = order.error.issues.map((issue) => String(issue.path[0]));
			return { exception, problem: problemOfFields(values, wrong, locale), status: 422 };
		}
		try {
			if (!mayDecide(person)) throw new VinspectError("forbidden", "Your role can't decide exceptions.");
			const { seen } = formOf(request);
			const check = (standing: ClaimedException) => {
				if (seen === seenMark(standing)) return;
				throw new VinspectError("revision_conflict", "The exception changed since the form was opened.");
			};
			await decide({ deps, live, exceptionId: exception.exceptionId, order: order.data, person, check });
			return null;
		} catch (error) {
			if (!(error instanceof VinspectError)) throw error;
			contextOf(request).logger.info({ code: error.code }, "decision refused");
			// where the store has gone meanwhile, what was typed is shown on what it said before
			const now = await existingException(deps.store, exception.exceptionId).catch(() => exception);
			return { exception: now, problem: problemOfRefusal(error, now, locale), status: error.kind.status };
		}
	};

	router.post("/exceptions/:exceptionId/decision", readForm, requireCsrf, async (request, response) => {
		const exception = await existingException(deps.store, request.params.exceptionId);
		const values = valuesOf(formOf(request));
		const refused = await take(exception, request, values);
		if (refused) {
			// shown on the exception as it is now, with everything that was typed
			await showException(request, response, refused.exception, { values, ...refused });
			return;
		}
		await goOn(request, response, exception.exceptionId, exception.exceptionId);
	});

	router.post("/exceptions/:exceptionId/undo", readForm, requireCsrf, async (request, response) => {
		const person = personOf(request);
		const exception = await existingException(deps.store, request.params.exceptionId);
		try {
			if (!mayDecide(person)) throw new VinspectError("forbidden", "Your role can't decide exceptions.");
			await deps.gateway.undo(exception.exceptionId, { name: person.name, role: person.role });
			moveTo(request, response, `${addressOf(exception.exceptionId)}?undone=1`);
		} catch (error) {
			if (!(error instanceof VinspectError)) throw error;
			const now = await existingException(deps.store, exception.exceptionId);
			const problem = problemOfRefusal(error, now, site.localeOf(request));
			await showException(request, response, now, {
				values: emptyValues(),
				problem,
				status: error.kind.status,
			});
		}
	});
}
