import type { Request, Response, Router } from "express";
import { z } from "zod";
import { AgreementShares } from "../../contracts/agreement.js";
import { AgreementQuery } from "../../contracts/agreement-report.js";
import { VinspectError } from "../../domain/errors.js";
import { agreementPeriodProblem } from "../agreement/period.js";
import { readJudgements } from "../agreement/read-agreement.js";
import type { WebDeps } from "../deps.js";
import { formOf, readForm, requireCsrf } from "./forms.js";
import { personOf, type Site } from "./site.js";
import { agreementPage, judgementView, sharesView } from "./views/agreement.js";

const PERIODS = [30, 90, 365] as const;

const { days, from, to } = AgreementQuery.shape;

/** An address somebody mistyped asks for the usual days. */
const Query = z.object({ days: days.catch(90), from: from.catch(undefined), to: to.catch(undefined) });

function dayOf(instant: Date): string {
	const two = (value: number): string => String(value).padStart(2, "0");
	return `${instant.getFullYear()}-${two(instant.getMonth() + 1)}-${two(instant.getDate())}`;
}

/** How well people judge what they don't know to be known: for auditors. */
export function agreementRoutes(router: Router, deps: WebDeps, site: Site): void {
	const { agreement } = deps.store;
	type SharesForm = { readonly values: ReturnType<typeof sharesView>; readonly wrong: readonly string[] };

	const show = async (request: Request, response: Response, form: SharesForm | null, status = 200) => {
		const query = Query.parse(request.method === "GET" ? request.query : {});
		const problem = agreementPeriodProblem(query);
		const shown = problem === null ? query : { days: query.days };
		const { from, to, items } = await readJudgements(deps, shown);
		const shares = form ?? { values: sharesView(await agreement.settings(deps.plant)), wrong: [] };
		const view = {
			...agreementPage(items),
			problem,
			from: query.from ?? dayOf(from),
			to: query.to ?? dayOf(to),
			periods: PERIODS.map((days) => ({
				days,
				current: query.from === undefined && query.to === undefined && days === query.days,
			})),
			shares: Object.entries(shares.values).map(([name, value]) => ({
				name,
				value,
				wrong: shares.wrong.includes(name),
			})),
			saved: request.query.saved === "1",
		};
		await site.show(request, response, "agreement", view, { status });
	};

	router.get("/agreement", async (request, response) => {
		await show(request, response, null);
	});

	router.get("/agreement/judgements/:itemId", async (request, response) => {
		const item = await agreement.item(String(request.params.itemId));
		if (!item) throw new VinspectError("exception_missing", "There is no such judgement.");
		await site.show(request, response, "judgement", judgementView(item), { area: "agreement" });
	});

	router.post("/agreement/shares", readForm, requireCsrf, async (request, response) => {
		const { goldenEvery = "", secondEvery = "", repeatWeeks = "" } = formOf(request);
		const typed = { goldenEvery, secondEvery, repeatWeeks };
		const whole = (text: string): number => (/^\d{1,4}$/.test(text.trim()) ? Number(text) : Number.NaN);
		const shares = AgreementShares.safeParse({
			goldenEvery: whole(goldenEvery),
			secondEvery: whole(secondEvery),
			repeatWeeks: whole(repeatWeeks),
		});
		if (!shares.success) {
			const wrong = shares.error.issues.map(({ path }) => String(path[0]));
			await show(request, response, { values: sharesView(typed), wrong }, 422);
			return;
		}
		await agreement.saveShares(deps.plant, shares.data);
		deps.logger.info({ by: personOf(request).name, ...shares.data }, "shares of hidden items changed");
		response.redirect(303, "/agreement?saved=1");
	});
}
