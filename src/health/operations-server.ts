import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Registry } from "prom-client";
import { VinspectError } from "../domain/errors.js";
import { type Parts, type Phase, readinessOf } from "./parts.js";

export interface OperationsServer {
	readonly port: number;
	/** Tells probes from now on that the process takes work, or takes none any more. */
	enter(phase: Phase): void;
	close(): Promise<void>;
}

export interface OperationsAddress {
	readonly host: string;
	/** 0 takes a free one. */
	readonly port: number;
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
	response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store" }).end(body);
}

/**
 * Serves machines on a port of their own, away from people and stations: `/health` (the process lives), `/ready`
 * (it takes work, and each part it needs answers), `/metrics` (Prometheus text format 0.0.4). Errors:
 * `configuration_invalid` where the port can't be had.
 */
export async function serveOperations(
	address: OperationsAddress,
	registry: Registry,
	parts: Parts,
): Promise<OperationsServer> {
	let phase: Phase = "starting";
	const respond = async (path: string, response: ServerResponse): Promise<void> => {
		if (path === "/health") answer(response, 200, "application/json", '{"status":"up"}');
		else if (path === "/ready") {
			const readiness = await readinessOf(phase, parts);
			const status = readiness.status === "ready" ? 200 : 503;
			answer(response, status, "application/json", JSON.stringify(readiness));
		} else if (path === "/metrics") answer(response, 200, registry.contentType, await registry.metrics());
		else answer(response, 404, "text/plain", "There is /health, /ready and /metrics.\n");
	};
	const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
		if (request.method !== "GET") {
			response.setHeader("Allow", "GET");
			answer(response, 405, "text/plain", "Only GET is answered here.\n");
			return;
		}
		const path = request.url?.split("?", 1)[0] ?? "/";
		respond(path, response).catch((error: unknown) => {
			answer(response, 500, "text/plain", `${error instanceof Error ? error.message : error}\n`);
		});
	});
	await new Promise<void>((resolve, reject) => {
		server.once("error", (cause) =>
			reject(
				new VinspectError(
					"configuration_invalid",
					`METRICS_PORT is ${address.port}, where this process can't listen on ${address.host} (${cause.message}): set it to a free port.`,
					[],
					{ cause },
				),
			),
		);
		server.listen(address.port, address.host, resolve);
	});
	return {
		port: (server.address() as AddressInfo).port,
		enter(next) {
			phase = next;
		},
		close() {
			return new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			});
		},
	};
}
