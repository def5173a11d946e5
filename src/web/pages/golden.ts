import type { Request, Response, Router } from "express";
import { z } from "zod";
import { GoldenTruth } from "../../contracts/agreement.js";
import { VinspectError } from "../../domain/errors.js";
import { canBeShownAgain, truthOfText } from "../../domain/hidden-item.js";
import { nowOf, type WebDeps } from "../deps.js";
import { AUDITORS } from "./agreement.js";
import { formOf, readForm, requireCsrf } from "./forms.js";
import { onlyFor } from "./navigation.js";
import { personOf, type Site } from "./site.js";

const PAGE_SIZE = 50;
const VEHICLES = 30;

/** What an auditor can state of an exception. */
export const TRUTHS = ["discrepancy", "cleared", "text"] as const;
type Truth = (typeof TRUTHS)[number];

const Query = z.object({
	search: z.string().trim().max(80).catch("").default(""),
	after: z.string().min(1).max(300).nullable().catch(null).default(null),
	goldenAfter: z.string().min(1).max(300).nullable().catch(null).default(null),
	retired: z.literal("1").nullable().catch(null).default(null),
});

interface GoldenForm {
	readonly exceptionId: string;
	readonly truth: string;
	readonly text: string;
	readonly note: string;
	readonly problem: "truth" | "text";
}

/** The golden set: which decided exceptions are hidden among the open ones, and what is true of them. */
export function goldenRoutes(router: Router, deps: WebDeps, site: Site): void {
	const { agreement, inspections } = deps.store;

	const candidates = async (search: string, after: string | null, form: GoldenForm | null) => {
		const filter = search === "" ? { status: "sealed" as const } : { status: "sealed" as const, search };
		const page = await inspections.list(filter, after, VEHICLES);
		const all = page.items.flatMap((inspection) =>
			inspection.exceptions
				.filter(({ exceptionId }) => canBeShownAgain(inspection, exceptionId))
				.map((exception) => ({ inspection, exception })),
		);
		const known = await Promise.all(all.map(({ exception }) => agreement.golden(exception.exceptionId)));
		const items = all
			.filter((_, index) => known[index]?.retired !== false)
			.map(({ inspection, exception }) => {
				const typed = form?.exceptionId === exception.exceptionId ? form : null;
				return {
					exceptionId: exception.exceptionId,
					productionNumber: inspection.productionNumber,
					finding: exception.finding,
					decision: exception.decisions.findLast(({ undoneAt }) => undoneAt === null) ?? null,
					truths: TRUTHS.filter((truth) => truth !== "text" || exception.finding.expected !== null).map(
						(truth) => ({ truth, checked: truth === typed?.truth }),
					),
					text: typed?.text ?? "",
					note: typed?.note ?? "",
					problem: typed?.problem ?? null,
				};
			});
		return { items, next: page.next };
	};

	const show = async (request: Request, response: Response, form: GoldenForm | null, status = 200) => {
		const query = Query.parse(form === null ? request.query : {});
		const search =
			form === null
				? query.search
				: ((await inspections.get(form.exceptionId.split("~", 1)[0] ?? ""))?.productionNumber ?? "");
		const [set, found] = await Promise.all([
			agreement.listGolden(query.retired !== null, query.goldenAfter, PAGE_SIZE),
			candidates(search, query.after, form),
		]);
		const more = (next: string | null, name: string): string | null =>
			next === null ? null : `/agreement/golden?${new URLSearchParams({ search, [name]: next })}`;
		const view = {
			set: set.items,
			retired: query.retired !== null,
			moreSet: more(set.next, "goldenAfter"),
			candidates: found.items,
			moreCandidates: more(found.next, "after"),
			search,
		};
		await site.show(request, response, "golden", view, { status, area: "agreement" });
	};

	router.get("/agreement/golden", onlyFor(AUDITORS), async (request, response) => {
		await show(request, response, null);
	});

	router.post("/agreement/golden", onlyFor(AUDITORS), readForm, requireCsrf, async (request, response) => {
		const { exceptionId = "", truth = "", text = "", note = "" } = formOf(request);
		const inspection = await inspections.get(exceptionId.split("~", 1)[0] ?? "");
		const exception = inspection?.exceptions.find((one) => one.exceptionId === exceptionId);
		if (!inspection || !exception) {
			throw new VinspectError("exception_missing", `There is no exception ${exceptionId}.`);
		}
		if (!canBeShownAgain(inspection, exceptionId)) {
			throw new VinspectError("decision_rejected", "Only a decided exception of a sealed inspection fits.");
		}
		const { kind, field, outcome, expected } = exception.finding;
		const chosen: Truth | undefined = TRUTHS.find((one) => one === truth);
		const stated =
			chosen === "text" && expected !== null && text.trim() !== ""
				? truthOfText(field, text.trim(), expected)
				: { verdict: chosen, text: null };
		const known = GoldenTruth.safeParse(stated);
		if (!known.success) {
			const problem = chosen === "text" ? "text" : "truth";
			await show(request, response, { exceptionId, truth, text, note, problem }, 422);
			return;
		}
		await agreement.saveGolden({
			exceptionId,
			inspectionId: inspection.inspectionId,
			productionNumber: inspection.productionNumber,
			kind,
			field,
			outcome,
			truth: known.data,
			note: note.trim().slice(0, 500),
			deciders: [...new Set(exception.decisions.map(({ by }) => by))],
			addedAt: nowOf(deps).toISOString(),
			addedBy: personOf(request).name,
			retired: false,
			retiredAt: null,
			retiredBy: null,
		});
		response.redirect(303, "/agreement/golden");
	});

	router.post(
		"/agreement/golden/:exceptionId/retire",
		onlyFor(AUDITORS),
		readForm,
		requireCsrf,
		async (request, response) => {
			const exceptionId = String(request.params.exceptionId);
			await agreement.retireGolden(exceptionId, personOf(request).name, nowOf(deps).toISOString());
			response.redirect(303, "/agreement/golden");
		},
	);
}
