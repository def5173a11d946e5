import { type Express, Router } from "express";
import { type Parts, type Phase, readinessOf } from "../health/parts.js";
import type { WebDeps } from "./deps.js";

/** What the web can't work without. */
export function webParts(deps: Pick<WebDeps, "store" | "gateway" | "parts">): Parts {
	return { store: () => deps.store.ping(), workflow: () => deps.gateway.ping(), ...deps.parts };
}

/**
 * `/health`: the process serves. `/ready`: everything it needs answers too, each named; not ready from the event
 * `draining` on, emitted on the application, so that a load balancer turns away before the port is closed.
 */
export function createHealth(deps: WebDeps, app: Express): Router {
	const router = Router();
	let phase: Phase = "serving";
	app.once("draining", () => {
		phase = "draining";
	});
	router.get("/health", (_request, response) => {
		response.setHeader("Cache-Control", "no-store").json({ status: "up" });
	});
	router.get("/ready", async (_request, response) => {
		const readiness = await readinessOf(phase, webParts(deps));
		const ready = readiness.status === "ready";
		if (!ready) response.setHeader("Retry-After", "2");
		response
			.status(ready ? 200 : 503)
			.setHeader("Cache-Control", "no-store")
			.json(readiness);
	});
	return router;
}
