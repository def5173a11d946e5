import type { Router } from "express";
import { z } from "zod";
import { AuditAction } from "../../contracts/audit.js";
import { HoldReason } from "../../contracts/retention.js";
import { VinspectError } from "../../domain/errors.js";
import { auditStateOf, liftHold, setHold } from "../audit.js";
import type { WebDeps } from "../deps.js";
import { formOf, readForm, requireCsrf } from "./forms.js";
import { personOf, type Site } from "./site.js";

const PAGE_SIZE = 50;

const text = (longest: number) => z.string().trim().max(longest).catch("").default("");
const Asked = z.object({
	subject: text(300),
	who: text(200),
	action: z
		.union([AuditAction, z.literal("")])
		.catch("")
		.default(""),
	after: z
		.string()
		.regex(/^[1-9]\d{0,14}$/)
		.nullable()
		.catch(null)
		.default(null),
});
type Asked = z.infer<typeof Asked>;

function addressOf({ subject, who, action }: Asked, after: string | null): string {
	const query = new URLSearchParams();
	for (const [name, value] of Object.entries({ subject, who, action, after }))
		if (value) query.set(name, value);
	return `/audit${query.size > 0 ? `?${query}` : ""}`;
}

/** The plant's audit chain for an auditor: what happened, who did it, and whether the chain holds. */
export function auditRoutes(router: Router, deps: WebDeps, site: Site): void {
	router.get("/audit", async (request, response) => {
		const asked = Asked.parse(request.query);
		const { subject, who, action, after } = asked;
		const filter = { subject: subject || undefined, who: who || undefined, action: action || undefined };
		const [page, state] = await Promise.all([
			deps.store.audit.list(filter, after, PAGE_SIZE),
			auditStateOf(deps),
		]);
		const { broken } = state.lastVerification ?? {};
		const view = {
			...state,
			explanation: broken?.explanation ?? null,
			asked,
			actions: AuditAction.options,
			filtered: subject !== "" || who !== "" || action !== "",
			events: page.items.map((event) => ({
				...event,
				facts: Object.entries(event.detail).map(([name, value]) => ({ name, value })),
				// a digest is long, and its beginning tells it from others
				shortHash: event.hash.slice(0, 12),
			})),
			newest: after === null ? null : addressOf(asked, null),
			older: page.next === null ? null : addressOf(asked, page.next),
		};
		// reached from the search: the navigation has no room for one more area
		await site.show(request, response, "audit", view, { area: "inspections" });
	});

	for (const [path, change] of [
		["hold", setHold],
		["hold/lift", liftHold],
	] as const) {
		router.post(`/inspections/:inspectionId/${path}`, readForm, requireCsrf, async (request, response) => {
			const inspectionId = String(request.params.inspectionId);
			const parsed = HoldReason.safeParse({ reason: formOf(request).reason ?? "" });
			if (!parsed.success) throw new VinspectError("request_invalid", "A legal hold needs a reason.");
			await change(deps, inspectionId, personOf(request).name, parsed.data.reason);
			response.redirect(303, `/inspections/${inspectionId}#retention`);
		});
	}
}
