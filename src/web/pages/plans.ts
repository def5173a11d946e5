import type { Request, Response, Router } from "express";
import { z } from "zod";
import { VinspectError } from "../../domain/errors.js";
import { planChanges } from "../../domain/plan-changes.js";
import type { WebDeps } from "../deps.js";
import {
	contentOf,
	EMPTY_PLAN,
	type PlanFaults,
	type PlanValues,
	planOfValues,
	rearranged,
	valuesOfForm,
	valuesOfPlan,
} from "../plans/plan-form.js";
import { LARGEST_PLAN_FORM } from "../plans/plan-form-size.js";
import { revisionIn, revisionsOf } from "../plans/revisions.js";
import { formOf, formReader, readForm, requireCsrf } from "./forms.js";
import { personOf, type Site } from "./site.js";
import {
	changesView,
	comparisonView,
	editorView,
	modelRows,
	modelView,
	type PlanNotice,
	type PlanOrigin,
	releasedOf,
} from "./views/plans.js";

const Revision = z.coerce.number().int().positive();
const Compared = z.object({ from: Revision, to: Revision });
const Origin = z.object({
	origin: z.string().max(80).catch("").default(""),
	revision: z.coerce.number().int().nonnegative().catch(0),
	newest: z.coerce.number().int().nonnegative().catch(0),
});

/** The plan editor: models, their revisions, drafts, comparison, release. */
export function planRoutes(router: Router, deps: WebDeps, site: Site): void {
	const area = { area: "plans" };
	const revisionsAsked = (request: Request) => revisionsOf(deps, String(request.params.model));

	const showEditor = (
		request: Request,
		response: Response,
		origin: PlanOrigin,
		values: PlanValues,
		{ faults = {}, notice = null }: { faults?: PlanFaults; notice?: PlanNotice | null } = {},
	) => {
		const view = editorView(origin, values, faults, notice);
		const status = notice === null ? 200 : notice.kind === "stale" ? 409 : 422;
		return site.show(request, response, "plan-edit", view, { ...area, status });
	};

	router.get("/plans", async (request, response) => {
		const rows = modelRows(await deps.store.plans.list(deps.plant));
		await site.show(request, response, "plans", { rows });
	});

	router.get("/plans/new", (request, response) =>
		showEditor(request, response, { model: null, revision: null, newest: 0 }, EMPTY_PLAN),
	);

	/** Saves the draft, or gives the form back: rearranged as asked, or with what is wrong beside its place. */
	router.post("/plans/edit", formReader(LARGEST_PLAN_FORM), requireCsrf, async (request, response) => {
		const form = formOf(request);
		const { origin: name, revision, newest } = Origin.parse(form);
		const origin: PlanOrigin = { model: name || null, revision: revision || null, newest };
		// the name of a plan that exists is not the form's to change
		const sent = valuesOfForm(form);
		const values = origin.model === null ? sent : { ...sent, model: origin.model };
		const change = form.do ?? "save";
		if (change !== "save" && change !== "try")
			return showEditor(request, response, origin, rearranged(values, change));
		const result = planOfValues(values);
		if ("faults" in result) {
			const notice = { kind: "faults", by: "", revision: 0 } as const;
			return showEditor(request, response, origin, values, { faults: result.faults, notice });
		}
		try {
			const { name: by } = personOf(request);
			const saved = await deps.store.plans.save(deps.plant, result.plan, "draft", by, newest);
			response.redirect(
				303,
				change === "try"
					? `/plans/${saved.model}/try-out?revision=${saved.revision}`
					: `/plans/${saved.model}?saved=${saved.revision}`,
			);
		} catch (error) {
			if (!(error instanceof VinspectError) || error.code !== "revision_conflict") throw error;
			const [latest] = await revisionsOf(deps, result.plan.model);
			const notice: PlanNotice = { kind: "stale", by: latest.createdBy, revision: latest.revision };
			// knowing of the newer revision, the person may save over it
			const informed = { ...origin, newest: notice.revision };
			await showEditor(request, response, informed, values, { notice });
		}
	});

	router.get("/plans/:model", async (request, response) => {
		const found = await revisionsAsked(request);
		const saved = Revision.safeParse(request.query.saved);
		const released = Revision.safeParse(request.query.released);
		const done = { saved: saved.data ?? null, released: released.data ?? null };
		await site.show(request, response, "plan", { ...modelView(found), done }, area);
	});

	router.get("/plans/:model/edit", async (request, response) => {
		const found = await revisionsAsked(request);
		const [newest] = found;
		const from = found.find(({ revision }) => String(revision) === request.query.from) ?? newest;
		const origin = { model: from.model, revision: from.revision, newest: newest.revision };
		await showEditor(request, response, origin, valuesOfPlan(from));
	});

	router.get("/plans/:model/compare", async (request, response) => {
		const model = String(request.params.model);
		const chosen = Compared.safeParse(request.query);
		if (!chosen.success) {
			response.redirect(303, `/plans/${encodeURIComponent(model)}`);
			return;
		}
		const found = await revisionsAsked(request);
		const [from, to] = [revisionIn(found, chosen.data.from), revisionIn(found, chosen.data.to)];
		await site.show(request, response, "plan-compare", comparisonView(from, to), area);
	});

	const showRelease = async (request: Request, response: Response, stale: boolean) => {
		const found = await revisionsAsked(request);
		const draft = revisionIn(found, request.query.revision);
		const released = releasedOf(found);
		const view = {
			draft,
			released,
			newest: found[0].revision,
			stale,
			changes: released ? changesView(planChanges(contentOf(released), contentOf(draft))) : null,
		};
		await site.show(request, response, "plan-release", view, { ...area, status: stale ? 409 : 200 });
	};

	router.get("/plans/:model/release", (request, response) => showRelease(request, response, false));

	/** Puts a draft's content in force as a revision of its own: no revision ever changes. */
	router.post("/plans/:model/release", readForm, requireCsrf, async (request, response) => {
		const draft = revisionIn(await revisionsAsked(request), request.query.revision);
		const { newest } = Origin.parse(formOf(request));
		try {
			const { name: by } = personOf(request);
			const released = await deps.store.plans.save(deps.plant, contentOf(draft), "released", by, newest);
			response.redirect(303, `/plans/${released.model}?released=${released.revision}`);
		} catch (error) {
			if (!(error instanceof VinspectError) || error.code !== "revision_conflict") throw error;
			await showRelease(request, response, true);
		}
	});
}
