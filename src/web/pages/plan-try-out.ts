import type { Request, Response, Router } from "express";
import { z } from "zod";
import { StoredFile } from "../../contracts/api.js";
import { Identifier, Sha256 } from "../../contracts/primitives.js";
import { VinspectError } from "../../domain/errors.js";
import { checkCsrf } from "../access/sessions.js";
import { receiveUpload } from "../api/upload.js";
import { limitsOf, type WebDeps } from "../deps.js";
import { keepPicture } from "../pictures/keep-picture.js";
import { contentOf } from "../plans/plan-form.js";
import { type RecentCapture, recentCaptures } from "../plans/recent-captures.js";
import { revisionIn, revisionsOf } from "../plans/revisions.js";
import { tryOutPlan } from "../plans/try-out.js";
import { UploadedCsrf } from "./forms.js";
import { personOf, type Site } from "./site.js";
import { inspectionView } from "./views/inspection.js";

/** An address somebody mistyped names no revision: `revisionOf` says so. */
const Query = z.object({
	revision: z.coerce.number().int().positive().catch(0),
	witness: Identifier.nullable().catch(null).default(null),
	capture: Sha256.nullable().catch(null).default(null),
	record: z.string().trim().max(80).catch("").default(""),
});
type Query = z.infer<typeof Query>;

const Upload = z.object({
	file: StoredFile,
	revision: Query.shape.revision,
	witness: Query.shape.witness,
	record: Query.shape.record,
	_csrf: UploadedCsrf,
});

function addressOf(model: string, { revision, witness, capture, record }: Query, part = ""): string {
	const parameters = new URLSearchParams({ revision: String(revision) });
	for (const [name, value] of Object.entries({ witness, capture, record }))
		if (value) parameters.set(name, value);
	return `/plans/${encodeURIComponent(model)}/try-out${part}?${parameters}`;
}

/** Trying a revision of a plan out on a picture: what would be detected, read and found. */
export function planTryOutRoutes(router: Router, deps: WebDeps, site: Site): void {
	const modelOf = (request: Request) => String(request.params.model);

	const showTryOut = async (
		request: Request,
		response: Response,
		query: Query,
		refused: VinspectError | null = null,
	) => {
		const plan = revisionIn(await revisionsOf(deps, modelOf(request)), query.revision);
		const witness = plan.witnesses.find(({ id }) => id === query.witness) ?? plan.witnesses[0];
		if (!witness) throw new VinspectError("plan_missing", "The plan has no witness to try out.");
		const { own, alike } = await recentCaptures(deps.store, plan.model, witness);
		const record = query.record || ([...own, ...alike][0]?.productionNumber ?? "");
		const asked = { ...query, witness: witness.id, record };
		const offered = (captures: readonly RecentCapture[]) =>
			captures.map(({ capture: { sha256, receivedAt }, productionNumber, model }) => ({
				...{ sha256, receivedAt, productionNumber, model, chosen: sha256 === query.capture },
				href: addressOf(plan.model, { ...asked, capture: sha256, record: productionNumber }),
			}));
		const view = {
			...{ plan, witness, record },
			problem: refused?.kind[site.localeOf(request).language] ?? null,
			picture: query.capture,
			result: query.capture && record ? addressOf(plan.model, asked, "/result") : null,
			witnesses: plan.witnesses.map(({ id, label, kind }) => ({
				...{ id, label, kind, chosen: id === witness.id },
				href: addressOf(plan.model, { ...query, witness: id, capture: null, record: "" }),
			})),
			recent: offered(own),
			alike: offered(alike),
		};
		const status = refused?.kind.status ?? 200;
		await site.show(request, response, "plan-try-out", view, { area: "plans", status });
	};

	router.get("/plans/:model/try-out", (request, response) =>
		showTryOut(request, response, Query.parse(request.query)),
	);

	router.post("/plans/:model/try-out", async (request, response) => {
		const target = { store: deps.captures, limitBytes: limitsOf(deps).uploadBytes };
		const upload = Upload.parse(await receiveUpload(request, response, target));
		checkCsrf(request, upload._csrf ?? request.get("x-csrf-token"));
		const { revision, witness, record } = upload;
		try {
			const { sha256 } = await keepPicture(deps, upload.file.sha256);
			response.redirect(303, addressOf(modelOf(request), { revision, witness, record, capture: sha256 }));
		} catch (error) {
			// told beside the file, with the witness and the vehicle still chosen
			if (!(error instanceof VinspectError) || !error.code.startsWith("picture_")) throw error;
			await showTryOut(request, response, { revision, witness, record, capture: null }, error);
		}
	});

	/** The result by itself: reading takes seconds, and the page is there before. */
	router.get("/plans/:model/try-out/result", async (request, response) => {
		const query = Query.parse(request.query);
		const plan = revisionIn(await revisionsOf(deps, modelOf(request)), query.revision);
		const { language } = site.localeOf(request);
		try {
			const { inspection, observation } = await tryOutPlan(
				deps,
				{
					plan: contentOf(plan),
					witness: query.witness ?? "",
					capture: query.capture ?? "",
					productionNumber: query.record,
				},
				personOf(request),
			);
			// the exceptions this would open are opened nowhere
			const shown = { ...inspection, exceptions: [] };
			const seen = { ...observation, witness: query.witness ?? "" };
			const view = inspectionView(shown, [seen], query.capture);
			site.showPart(request, response, "try-out-result", {
				problem: null,
				panel: view.panels.find(({ id }) => id === query.witness) ?? null,
				findings: view.findings,
				...{ matching: view.matching, compared: view.compared },
				milliseconds: Math.round(observation.ms.total ?? 0),
			});
		} catch (error) {
			if (!(error instanceof VinspectError)) throw error;
			const problem = { words: error.kind[language], detail: error.message };
			site.showPart(request, response, "try-out-result", { problem });
		}
	});
}
