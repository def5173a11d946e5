import type { Request, RequestHandler } from "express";
import type { WebMetrics } from "../metrics/web-metrics.js";

const operations = new WeakMap<object, string>();

/** Names the operation of the API that answers this request, for the metrics. */
export function nameOperation(request: Request, operationId: string): void {
	operations.set(request, operationId);
}

/** The pattern that took the request; a path as it was asked for could have any number of values. */
function routeOf(request: Request): string {
	const operation = operations.get(request);
	if (operation !== undefined) return operation;
	const route: unknown = request.route;
	const path =
		typeof route === "object" && route !== null && "path" in route ? (route.path as unknown) : undefined;
	return typeof path === "string" ? path : "none";
}

/** Methods HTTP defines (RFC 9110); a client may send any other word. */
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]);

/** Tells the metrics how long each answer took. Live event streams are open for hours and left out. */
export function measureAnswers(metrics: WebMetrics): RequestHandler {
	return (request, response, next) => {
		const began = performance.now();
		response.once("close", () => {
			if (String(response.getHeader("content-type")).startsWith("text/event-stream")) return;
			metrics.answered({
				route: routeOf(request),
				method: METHODS.has(request.method) ? request.method : "other",
				status: response.statusCode,
				seconds: (performance.now() - began) / 1000,
			});
		});
		next();
	};
}
