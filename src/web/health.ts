import { Router } from "express";
import type { WebDeps } from "./deps.js";

/** What is asked must answer within this time to count as ready. */
const PING_MS = 2_000;

async function answers(ping: Promise<void>): Promise<boolean> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<false>((resolve) => {
		timer = setTimeout(() => resolve(false), PING_MS);
	});
	try {
		return await Promise.race([ping.then(() => true), late]);
	} catch {
		return false;
	} finally {
		clearTimeout(timer);
	}
}

/** `/health`: the process serves. `/ready`: the database and the workflow service answer too. */
export function createHealth(deps: WebDeps): Router {
	const router = Router();
	router.get("/health", (_request, response) => {
		response.setHeader("Cache-Control", "no-store").json({ status: "up" });
	});
	router.get("/ready", async (_request, response) => {
		const [store, workflow] = await Promise.all([answers(deps.store.ping()), answers(deps.gateway.ping())]);
		const ready = store && workflow;
		if (!ready) response.setHeader("Retry-After", "2");
		response
			.status(ready ? 200 : 503)
			.setHeader("Cache-Control", "no-store")
			.json({
				status: ready ? "ready" : "unavailable",
				parts: { store: store ? "up" : "down", workflow: workflow ? "up" : "down" },
			});
	});
	return router;
}
