/** One queue for each resource that limits how much can run at once. */
export const TASK_QUEUES = {
	/** Workflows only. */
	verification: "verification",
	/** Detection and reading: bound by the processor. */
	vision: "vision",
	/** The database. */
	records: "records",
	/** Rendering and signing: the only queue whose workers hold the key. */
	reports: "reports",
} as const;
