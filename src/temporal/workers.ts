import { availableParallelism } from "node:os";
import {
	type ActivityInterceptorsFactory,
	NativeConnection,
	Runtime,
	Worker,
	type WorkerOptions,
} from "@temporalio/worker";
import type { Logger } from "pino";
import { type AuditDependencies, createAuditActivities } from "../../activities/audit.js";
import { createRecordsActivities } from "../../activities/records.js";
import { createReportsActivities } from "../../activities/reports.js";
import { createVisionActivities } from "../../activities/vision.js";
import { TASK_QUEUES } from "../../workflows/task-queues.js";
import type { AuditLog } from "../audit/audit-log.js";
import { VinspectError } from "../domain/errors.js";
import type { PlantCalendar } from "../domain/spc/calendar.js";
import type { WorkerMetrics } from "../metrics/worker-metrics.js";
import type { Store } from "../persistence/store.js";
import type { ReportCountersigner } from "../reporting/report-countersigner.js";
import type { ReportSealer } from "../reporting/report-sealer.js";
import { readersDigest } from "../statistics/roll-up.js";
import type { ContentStore } from "../storage/content-store.js";
import type { Inspector } from "../vision/inspector.js";
import { judgedBy } from "./judged-by.js";
import { asApplicationFailure, asUnavailable } from "./temporal-errors.js";
import type { TemporalAddress } from "./temporal-gateway.js";
import { workflowBundle } from "./workflow-bundle.js";

const RESTART_MILLISECONDS = 2000;
/** Longer than the slowest reading, so that a stopping worker finishes what it reads. */
const GRACE = "30 s";
/** What is still running then is left; its activity times out and is done again elsewhere. */
const FORCED_AFTER = "50 s";

export interface WorkersOptions extends TemporalAddress {
	readonly store: Store;
	readonly captures: ContentStore;
	readonly reports: ContentStore;
	readonly inspector: () => Promise<Inspector>;
	/** Null in a process that does not serve the queue `reports`. */
	readonly sealer: ReportSealer | null;
	readonly calendar: PlantCalendar;
	/** Null or left out where there is no auditor's key: reports are then sealed and never countersigned. */
	readonly countersigner?: ReportCountersigner | null;
	/** The plant's audit chain and who signs its end; left out, none is kept. */
	readonly audit?: Omit<AuditDependencies, "store" | "log"> & { readonly log: AuditLog };
	/** Captures read at once; half the processors where left out. */
	readonly readingConcurrency?: number;
	readonly logger?: Logger;
	/** Task queues this process serves; all of them where left out. */
	readonly queues?: readonly TaskQueue[];
	readonly metrics?: WorkerMetrics;
	/** Name of this build, for Temporal to route by; any worker takes any task where it is left out or null. */
	readonly buildId?: string | null;
	/** Workflow code; what was built where left out. */
	readonly workflows?: NonNullable<WorkerOptions["workflowBundle"]>;
}

export type TaskQueue = keyof typeof TASK_QUEUES;

export interface Workers {
	/** Resolves when no worker holds anything any more. */
	shutdown(): Promise<void>;
}

/**
 * Runs the workers of every task queue in this process. A lost server is waited for. Errors:
 * `workflow_unavailable` where Temporal does not answer at the start, and whatever the inspector's
 * models or the workflow bundle refuse with.
 */
export async function runWorkers(options: WorkersOptions): Promise<Workers> {
	logTo(options.logger);
	const serves = (queue: TaskQueue) => options.queues?.includes(queue) ?? true;
	const [connection, bundle, inspector] = await Promise.all([
		connect(options.address),
		serves("verification") ? (options.workflows ?? workflowBundle()) : null,
		serves("vision") ? options.inspector() : null,
	]);
	const common = { connection, namespace: options.namespace, ...commonOf(options) };
	const running = workersOf(options, bundle, inspector).map((each) =>
		keepRunning(() => Worker.create({ ...common, ...each }), options.logger),
	);
	const shutdown = async (): Promise<void> => {
		await Promise.all(running.map((worker) => worker.stop()));
		await inspector?.close();
		await connection.close();
	};
	try {
		await Promise.all(running.map((worker) => worker.started));
	} catch (error) {
		await shutdown();
		throw error;
	}
	return { shutdown };
}

/** Temporal routes the tasks of one deployment to the build that was made current (Worker Versioning). */
export const DEPLOYMENT = "vinspect";

function commonOf({ metrics, buildId = null }: WorkersOptions) {
	return {
		identity: "vinspect-worker",
		shutdownGraceTime: GRACE,
		shutdownForceTime: FORCED_AFTER,
		...(buildId !== null && {
			workerDeploymentOptions: {
				useWorkerVersioning: true,
				version: { deploymentName: DEPLOYMENT, buildId },
				// An inspection is open for hours or days: it moves on to the build that is current, which replays it.
				defaultVersioningBehavior: "AUTO_UPGRADE",
			},
		}),
		interceptors: { activity: [measured(metrics)] },
	} as const satisfies Partial<WorkerOptions>;
}

/** Gives errors of the registry their name in Temporal, and the metrics each attempt's time and end. */
function measured(metrics: WorkerMetrics | undefined): ActivityInterceptorsFactory {
	return (context) => ({
		inbound: {
			async execute(input, next) {
				const began = performance.now();
				const ended = (outcome: string) =>
					metrics?.activityEnded(context.info.activityType, outcome, (performance.now() - began) / 1000);
				try {
					const result = await next(input);
					ended("done");
					return result;
				} catch (error) {
					ended(error instanceof VinspectError ? error.code : "failed");
					throw asApplicationFailure(error);
				}
			},
		},
	});
}

type QueueWorker = Omit<WorkerOptions, "connection"> & { readonly taskQueue: TaskQueue };

/** One worker a queue that is served, each bounded by what its resource bears. Errors: `configuration_invalid`. */
function workersOf(
	options: WorkersOptions,
	bundle: NonNullable<WorkerOptions["workflowBundle"]> | null,
	inspector: Inspector | null,
): readonly QueueWorker[] {
	const { store, captures, reports, sealer, calendar, countersigner = null, metrics, audit } = options;
	const half = Math.max(1, Math.floor(availableParallelism() / 2));
	const workers: QueueWorker[] = [];
	if (bundle) workers.push({ taskQueue: TASK_QUEUES.verification, workflowBundle: bundle });
	if (inspector)
		workers.push({
			taskQueue: TASK_QUEUES.vision,
			activities: createVisionActivities({
				captures,
				observations: store.observations,
				inspector,
				seen: ({ station = null }, { readers, ms }, summary) =>
					metrics?.seen({ station, readers: readersDigest(readers), ms, summary }),
			}),
			maxConcurrentActivityTaskExecutions: options.readingConcurrency ?? half,
		});
	const served = options.queues ?? Object.values(TASK_QUEUES);
	if (served.includes("records"))
		workers.push({
			taskQueue: TASK_QUEUES.records,
			activities: createRecordsActivities({
				...{ store, judgedBy: judgedBy(), calendar },
				sealed: (inspection, contribution) => metrics?.sealed(inspection, contribution),
			}),
			maxConcurrentActivityTaskExecutions: 20,
		});
	if (served.includes("reports")) {
		if (!sealer)
			throw new VinspectError("configuration_invalid", "The queue reports needs a key to sign with.");
		workers.push({
			taskQueue: TASK_QUEUES.reports,
			activities: Object.assign(
				createReportsActivities({ store, captures, reports, sealer, countersigner, audit: audit?.log }),
				audit && createAuditActivities({ ...audit, store: store.audit }),
			),
			maxConcurrentActivityTaskExecutions: 2,
		});
	}
	return workers;
}

async function connect(address: string): Promise<NativeConnection> {
	try {
		return await NativeConnection.connect({ address });
	} catch (error) {
		throw asUnavailable(error, address);
	}
}

interface RunningWorker {
	readonly started: Promise<void>;
	stop(): Promise<void>;
}

/** Runs a worker, and another one where it ends without having been asked to. */
function keepRunning(create: () => Promise<Worker>, logger: Logger | undefined): RunningWorker {
	const stopping = new AbortController();
	const first = create();
	const run = async (): Promise<void> => {
		for (let next = first; ; next = create()) {
			try {
				const worker = await next;
				const ended = worker.run();
				if (stopping.signal.aborted) worker.shutdown();
				else stopping.signal.addEventListener("abort", () => worker.shutdown(), { once: true });
				await ended;
			} catch (error) {
				logger?.error({ err: error }, "a Temporal worker ended; another is started");
			}
			if (stopping.signal.aborted) return;
			await new Promise((resolve) => setTimeout(resolve, RESTART_MILLISECONDS));
		}
	};
	const ended = run();
	return {
		started: first.then(() => undefined),
		async stop() {
			stopping.abort();
			await ended;
		},
	};
}

/** A workflow's id is its inspection's, or begins with it; a try-out has none. */
function inspectionOf(meta: object | undefined): { readonly inspectionId?: string } {
	if (meta === undefined || !("workflowId" in meta) || typeof meta.workflowId !== "string") return {};
	const [inspectionId = ""] = meta.workflowId.split("~", 1);
	return inspectionId.startsWith("try-out-") ? {} : { inspectionId };
}

let runtimeInstalled = false;

/** Sends the runtime's own messages to our log and leaves process signals to whoever started the workers. */
function logTo(logger: Logger | undefined): void {
	if (runtimeInstalled) return;
	runtimeInstalled = true;
	const level = { TRACE: "trace", DEBUG: "debug", INFO: "info", WARN: "warn", ERROR: "error" } as const;
	const write = (name: keyof typeof level, message: string, meta?: object) =>
		logger?.[level[name]]({ ...meta, ...inspectionOf(meta) }, message);
	Runtime.install({
		shutdownSignals: [],
		// The native part would write to the terminal by itself. While a server is away it remarks on every retry.
		telemetryOptions: { logging: { filter: "ERROR,temporalio_sdk_core=WARN", forward: {} } },
		logger: {
			log: (name, message, meta) => write(name, message, meta),
			trace: (message, meta) => write("TRACE", message, meta),
			debug: (message, meta) => write("DEBUG", message, meta),
			info: (message, meta) => write("DEBUG", message, meta),
			warn: (message, meta) => write("WARN", message, meta),
			error: (message, meta) => write("ERROR", message, meta),
		},
	});
}
