import type { Request, Response, Router } from "express";
import { z } from "zod";
import { GoldenStatement } from "../../contracts/agreement-report.js";
import { canBeShownAgain } from "../../domain/hidden-item.js";
import { stateTruth } from "../agreement/golden-truths.js";
import { nowOf, type WebDeps } from "../deps.js";
import { formOf, readForm, requireCsrf } from "./forms.js";
import { personOf, type Site } from "./site.js";

const PAGE_SIZE = 50;
const VEHICLES = 30;

/** What an auditor can state of an exception. */
export const TRUTHS = ["discrepancy", "cleared", "text"] as const;

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

	router.get("/agreement/golden", async (request, response) => {
		await show(request, response, null);
	});

	router.post("/agreement/golden", readForm, requireCsrf, async (request, response) => {
		const { exceptionId = "", truth = "", text = "", note = "" } = formOf(request);
		const stated = GoldenStatement.safeParse({
			exceptionId,
			truth,
			...(text.trim() === "" ? {} : { text }),
			note: note.slice(0, 500),
		});
		if (!stated.success || (truth === "text" && text.trim() === "")) {
			const problem = truth === "text" ? "text" : "truth";
			await show(request, response, { exceptionId, truth, text, note, problem }, 422);
			return;
		}
		await stateTruth(deps, stated.data, personOf(request).name);
		response.redirect(303, "/agreement/golden");
	});

	router.post("/agreement/golden/:exceptionId/retire", readForm, requireCsrf, async (request, response) => {
		const exceptionId = String(request.params.exceptionId);
		await agreement.retireGolden(exceptionId, personOf(request).name, nowOf(deps).toISOString());
		response.redirect(303, "/agreement/golden");
	});
}
