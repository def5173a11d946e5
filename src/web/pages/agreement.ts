import type { Request, Response, Router } from "express";
import { z } from "zod";
import { AgreementShares } from "../../contracts/agreement.js";
import { VinspectError } from "../../domain/errors.js";
import { nowOf, type WebDeps } from "../deps.js";
import { formOf, readForm, requireCsrf } from "./forms.js";
import { onlyFor } from "./navigation.js";
import { personOf, type Site } from "./site.js";
import { agreementPage, judgementView, sharesView } from "./views/agreement.js";

/** Who sees how people judge: they know the truth, so nothing is ever hidden in their own queue. */
export const AUDITORS = ["auditor", "administrator"] as const;

const PERIODS = [30, 90, 365] as const;
const DEFAULT_DAYS = 90;
/** More judgements than a plant makes in a year at the usual shares. */
const MOST_JUDGEMENTS = 20_000;
const DAY_MS = 24 * 60 * 60 * 1000;

const Day = z.iso.date().nullable().catch(null).default(null);
const Query = z.object({
	days: z.coerce.number().int().min(1).max(366).catch(DEFAULT_DAYS).default(DEFAULT_DAYS),
	from: Day,
	to: Day,
});

/** The days asked for, whole ones in the plant's time; at most a year. */
function periodOf(query: z.infer<typeof Query>, now: Date): { readonly from: Date; readonly to: Date } {
	const end = query.to === null ? now : new Date(`${query.to}T00:00:00`);
	const to = query.to === null ? now : new Date(end.getTime() + DAY_MS);
	const from =
		query.from === null ? new Date(to.getTime() - query.days * DAY_MS) : new Date(`${query.from}T00:00:00`);
	return from < to && to.getTime() - from.getTime() <= 367 * DAY_MS
		? { from, to }
		: { from: new Date(to.getTime() - DEFAULT_DAYS * DAY_MS), to };
}

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
		const { from, to } = periodOf(query, nowOf(deps));
		const items = await agreement.judged(from.toISOString(), to.toISOString(), MOST_JUDGEMENTS);
		const shares = form ?? { values: sharesView(await agreement.settings(deps.plant)), wrong: [] };
		const view = {
			...agreementPage(items),
			from: dayOf(from),
			to: dayOf(query.to === null ? to : new Date(to.getTime() - DAY_MS)),
			periods: PERIODS.map((days) => ({
				days,
				current: query.from === null && query.to === null && days === query.days,
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

	router.get("/agreement", onlyFor(AUDITORS), async (request, response) => {
		await show(request, response, null);
	});

	router.get("/agreement/judgements/:itemId", onlyFor(AUDITORS), async (request, response) => {
		const item = await agreement.item(String(request.params.itemId));
		if (!item) throw new VinspectError("exception_missing", "There is no such judgement.");
		await site.show(request, response, "judgement", judgementView(item), { area: "agreement" });
	});

	router.post("/agreement/shares", onlyFor(AUDITORS), readForm, requireCsrf, async (request, response) => {
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
