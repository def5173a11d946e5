import { Client, Connection, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from "@temporalio/client";
import type { signAuditHead, verifyAuditChain } from "../../workflows/audit.js";
import { TASK_QUEUES } from "../../workflows/task-queues.js";
import { asUnavailable } from "./temporal-errors.js";
import type { TemporalAddress } from "./temporal-gateway.js";

/** How often the whole chain is verified by itself. */
const VERIFY_EVERY = "24 hours";
/** What was missed while Temporal was away for longer than this is not made up for: one run covers it all. */
const CATCH_UP = "1 day";

/**
 * Sets the schedules that sign the chain's end and verify the chain; those that are there get the present interval.
 * Errors: `workflow_unavailable`.
 */
export async function scheduleAudit(
	{ address, namespace }: TemporalAddress,
	{ plant, signEveryMinutes }: { readonly plant: string; readonly signEveryMinutes: number },
): Promise<void> {
	const connection = Connection.lazy({ address });
	const client = new Client({ connection, namespace, identity: "vinspect-worker" });
	try {
		await keepSchedule<typeof signAuditHead>(
			client,
			`audit-head-${plant}`,
			"signAuditHead",
			`${signEveryMinutes} minutes`,
		);
		await keepSchedule<typeof verifyAuditChain>(
			client,
			`audit-verify-${plant}`,
			"verifyAuditChain",
			VERIFY_EVERY,
		);
	} catch (error) {
		throw asUnavailable(error, address);
	} finally {
		await connection.close();
	}
}

async function keepSchedule<T extends () => Promise<unknown>>(
	client: Client,
	scheduleId: string,
	workflowType: string,
	every: `${number} minutes` | `${number} hours`,
): Promise<void> {
	const spec = { intervals: [{ every }] };
	const policies = { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCH_UP } as const;
	try {
		await client.schedule.create<T>({
			scheduleId,
			spec,
			policies,
			action: {
				type: "startWorkflow",
				workflowId: scheduleId,
				workflowType,
				args: [] as never,
				taskQueue: TASK_QUEUES.verification,
			} as never,
			state: { triggerImmediately: true },
		});
	} catch (error) {
		if (!(error instanceof ScheduleAlreadyRunning)) throw error;
		await client.schedule
			.getHandle(scheduleId)
			.update((there) => ({ ...there, spec, policies: { ...there.policies, ...policies } }) as never);
	}
}
