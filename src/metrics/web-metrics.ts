import { Gauge, Histogram, type Registry } from "prom-client";
import { InspectionStatus } from "../contracts/inspection.js";
import type { Store } from "../persistence/store.js";
import type { TaskQueueBacklog } from "../temporal/task-queue-backlog.js";
import { setOrForget } from "./registry.js";

/** Upper bounds of HTTP latencies in seconds: pages within tenths, uploads within seconds, track-out waits longer. */
const HTTP_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Overdue exceptions are counted this far; more mean the same. */
const OVERDUE_COUNTED = 200;

/** One answered request; `route` is a pattern or an operation's name, never a path. */
export interface Answer {
	readonly route: string;
	readonly method: string;
	readonly status: number;
	readonly seconds: number;
}

export interface WebMetrics {
	answered(answer: Answer): void;
}

export interface WebSources {
	readonly store: Pick<Store, "inspections" | "exceptions">;
	readonly backlogs: () => Promise<readonly TaskQueueBacklog[]>;
	readonly now?: () => Date;
}

/** Queues of the plant, read when they are asked for, and the latencies of this process's answers. */
export function createWebMetrics(registry: Registry, sources: WebSources): WebMetrics {
	const registers = [registry];
	const { store, backlogs, now = () => new Date() } = sources;
	const requests = new Histogram({
		name: "vinspect_http_request_seconds",
		help: "Time from a request to the end of its answer, without live event streams",
		labelNames: ["method", "route", "status"],
		buckets: HTTP_SECONDS,
		registers,
	});
	new Gauge({
		name: "vinspect_exceptions_waiting",
		help: "Exceptions of all inspections that wait for a person",
		registers,
		collect() {
			return setOrForget(this, async () => this.set(await store.inspections.waitingExceptions()));
		},
	});
	new Gauge({
		name: "vinspect_exceptions_overdue",
		help: `Exceptions past their deadline that nobody has closed, counted up to ${OVERDUE_COUNTED}: workers hold such vehicles, so any means that they do not run`,
		registers,
		collect() {
			return setOrForget(this, async () => {
				const statuses = ["open", "awaiting_second", "awaiting_capture"] as const;
				const { items } = await store.exceptions.queue(statuses, null, OVERDUE_COUNTED);
				const instant = now().toISOString();
				this.set(items.filter(({ deadline }) => deadline < instant).length);
			});
		},
	});
	new Gauge({
		name: "vinspect_inspections",
		help: "Inspections by where they stand",
		labelNames: ["status"],
		registers,
		collect() {
			return setOrForget(this, async () => {
				const counts = await store.inspections.counts();
				for (const status of InspectionStatus.options) this.set({ status }, counts[status]);
			});
		},
	});
	backlogGauges(registers, backlogs);
	return {
		answered({ method, route, status, seconds }) {
			requests.observe({ method, route, status }, seconds);
		},
	};
}

/** Three gauges of one scrape share one question. */
const SHARED_MS = 1_000;

function backlogGauges(registers: Registry[], ask: WebSources["backlogs"]): void {
	let asked = { at: 0, answer: Promise.resolve<readonly TaskQueueBacklog[]>([]) };
	const backlogs = (): Promise<readonly TaskQueueBacklog[]> => {
		if (performance.now() - asked.at > SHARED_MS || asked.at === 0)
			asked = { at: performance.now(), answer: ask() };
		return asked.answer;
	};
	const gauge = (name: string, help: string, value: (backlog: TaskQueueBacklog) => number) =>
		new Gauge({
			name,
			help,
			labelNames: ["queue", "type"],
			registers,
			collect() {
				return setOrForget(this, async () => {
					for (const one of await backlogs()) this.set({ queue: one.queue, type: one.type }, value(one));
				});
			},
		});
	gauge(
		"vinspect_task_queue_backlog",
		"Tasks of a Temporal task queue that wait for a worker, as the server estimates",
		({ tasks }) => tasks,
	);
	gauge(
		"vinspect_task_queue_oldest_seconds",
		"How long the oldest task of a Temporal task queue has waited for a worker",
		({ oldestSeconds }) => oldestSeconds,
	);
	gauge(
		"vinspect_task_queue_pollers",
		"Workers that asked for tasks of a Temporal task queue within the last five minutes",
		({ pollers }) => pollers,
	);
}
