import { type ActivityOptions, proxyActivities } from "@temporalio/workflow";
import type { AuditActivities } from "../activities/audit.js";
import type { RecordsActivities } from "../activities/records.js";
import type { ReportsActivities } from "../activities/reports.js";
import type { VisionActivities } from "../activities/vision.js";
import { ERRORS, isErrorCode } from "../src/domain/errors.js";
import { TASK_QUEUES } from "./task-queues.js";

/** What trying again can't mend, by the registry of errors. */
const BEYOND_RETRY = Object.keys(ERRORS).filter((code) => isErrorCode(code) && !ERRORS[code].retryable);

/** How long a database that went away is waited for: longer than any repair takes. */
const REPAIR = "30 days";

const PATIENT_RETRY = { initialInterval: "500 ms", backoffCoefficient: 2, maximumInterval: "30 s" } as const;

/** Opening an inspection ends soon: a station waits, and a wrong production number has to be told. */
export const opening = proxyActivities<RecordsActivities>({
	taskQueue: TASK_QUEUES.records,
	startToCloseTimeout: "10 s",
	scheduleToCloseTimeout: "60 s",
	retry: { ...PATIENT_RETRY, nonRetryableErrorTypes: [...BEYOND_RETRY, "record_missing", "plan_missing"] },
});

export const records = proxyActivities<RecordsActivities>({
	taskQueue: TASK_QUEUES.records,
	startToCloseTimeout: "20 s",
	scheduleToCloseTimeout: REPAIR,
	retry: PATIENT_RETRY,
});

/** Reading one capture, tried again until `patience` (milliseconds) is over. */
export function visionWithin(patience: number) {
	return proxyActivities<VisionActivities>({
		taskQueue: TASK_QUEUES.vision,
		startToCloseTimeout: "3 minutes",
		// A worker that died is noticed by the heartbeats that stop.
		heartbeatTimeout: "30 s",
		scheduleToCloseTimeout: patience,
		retry: { ...PATIENT_RETRY, nonRetryableErrorTypes: BEYOND_RETRY },
	} satisfies ActivityOptions);
}

/** Sealing is tried again whatever went wrong: a key or certificate is mended by people, and then the report is made. */
export const reports = proxyActivities<ReportsActivities>({
	taskQueue: TASK_QUEUES.reports,
	startToCloseTimeout: "2 minutes",
	scheduleToCloseTimeout: REPAIR,
	retry: { initialInterval: "1 s", backoffCoefficient: 2, maximumInterval: "1 minute" },
});

/** A person waits for a counter-signature: it is told soon what is wrong, and asked for again once it is mended. */
export const countersigning = proxyActivities<ReportsActivities>({
	taskQueue: TASK_QUEUES.reports,
	startToCloseTimeout: "1 minute",
	scheduleToCloseTimeout: "5 minutes",
	retry: {
		...PATIENT_RETRY,
		nonRetryableErrorTypes: [...BEYOND_RETRY, "report_not_ready", "signing_key_unavailable"],
	},
});

/** The plant's audit chain. What a run could not do the next one does: it is told soon, and tried again for long. */
export const auditing = proxyActivities<AuditActivities>({
	taskQueue: TASK_QUEUES.reports,
	startToCloseTimeout: "15 minutes",
	scheduleToCloseTimeout: "1 hour",
	retry: PATIENT_RETRY,
});
