import { setTimeout as delay } from "node:timers/promises";
import { Connection, isGrpcServiceError } from "@temporalio/client";
import { asUnavailable } from "./temporal-errors.js";
import type { TemporalAddress } from "./temporal-gateway.js";
import { DEPLOYMENT } from "./workers.js";

const AGAIN_MS = 1_000;

/**
 * Makes a build the one whose workers get the tasks, new inspections' and open ones', once it serves every task
 * queue that the former one served. Tried until `withinMs` is over, because workers come up one after the other.
 * Errors: `workflow_unavailable` with the server's reason.
 */
export async function promote(
	{ address, namespace }: TemporalAddress,
	buildId: string,
	withinMs: number,
): Promise<void> {
	const connection = Connection.lazy({ address });
	const until = Date.now() + withinMs;
	try {
		for (;;) {
			try {
				await connection.withDeadline(Date.now() + 5_000, () =>
					connection.workflowService.setWorkerDeploymentCurrentVersion({
						namespace,
						deploymentName: DEPLOYMENT,
						buildId,
						identity: "vinspect-promote",
					}),
				);
				return;
			} catch (error) {
				if (!isGrpcServiceError(error) || Date.now() > until) throw asUnavailable(error, address);
			}
			await delay(AGAIN_MS);
		}
	} finally {
		await connection.close();
	}
}
