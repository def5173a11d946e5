import { Connection } from "@temporalio/client";
import { TASK_QUEUES } from "../../workflows/task-queues.js";
import type { TemporalAddress } from "./temporal-gateway.js";

const WITHIN_MILLISECONDS = 3_000;

/** `TaskQueueType` of Temporal's API. */
const TYPES = { workflow: 1, activity: 2 } as const;

export interface TaskQueueBacklog {
	readonly queue: string;
	readonly type: keyof typeof TYPES;
	/** As the server estimates it. */
	readonly tasks: number;
	readonly oldestSeconds: number;
	/** Workers that asked within the server's last five minutes. */
	readonly pollers: number;
}

export interface Backlogs {
	/** Rejects where Temporal does not answer in time. */
	read(): Promise<readonly TaskQueueBacklog[]>;
	/** Rejects where Temporal does not answer in time. */
	ping(): Promise<void>;
	close(): Promise<void>;
}

/** What waits in the task queues of this service. Connects on the first call. */
export function openBacklogs({ address, namespace }: TemporalAddress): Backlogs {
	const connection = Connection.lazy({ address });
	const read = async (queue: string): Promise<TaskQueueBacklog> => {
		const type = queue === TASK_QUEUES.verification ? "workflow" : "activity";
		const { stats, pollers } = await connection.withDeadline(Date.now() + WITHIN_MILLISECONDS, () =>
			connection.workflowService.describeTaskQueue({
				namespace,
				taskQueue: { name: queue },
				taskQueueType: TYPES[type],
				reportStats: true,
			}),
		);
		const age = stats?.approximateBacklogAge;
		return {
			queue,
			type,
			tasks: Number(stats?.approximateBacklogCount ?? 0),
			oldestSeconds: Number(age?.seconds ?? 0) + (age?.nanos ?? 0) / 1e9,
			pollers: pollers?.length ?? 0,
		};
	};
	return {
		read: () => Promise.all(Object.values(TASK_QUEUES).map(read)),
		async ping() {
			await connection.withDeadline(Date.now() + WITHIN_MILLISECONDS, () =>
				connection.workflowService.getSystemInfo({}),
			);
		},
		close: () => connection.close(),
	};
}
