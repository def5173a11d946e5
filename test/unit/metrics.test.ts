import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Registry } from "prom-client";
import { afterEach, describe, expect, it } from "vitest";
import { PACKAGE_ROOT } from "../../src/config/package-root.js";
import { VinspectError } from "../../src/domain/errors.js";
import { serveOperations } from "../../src/health/operations-server.js";
import { OTHER } from "../../src/metrics/bounded-label.js";
import { createRegistry } from "../../src/metrics/registry.js";
import { createWebMetrics } from "../../src/metrics/web-metrics.js";
import { createWorkerMetrics, watchKeys } from "../../src/metrics/worker-metrics.js";
import { Scenario } from "../support/inspection-scenario.js";
import { createMemoryStore } from "../support/memory-store.js";
import { seriesOf } from "../support/running-service.js";
import { VIN } from "../support/sample-vehicle.js";
import { type ServedWeb, serveWeb } from "../support/serve-web.js";

const deploy = (...parts: string[]) => readFileSync(join(PACKAGE_ROOT, "deploy", ...parts), "utf8");

/** Everything that web and worker can ever show. */
async function metricsThereAre(): Promise<Map<string, readonly string[]>> {
	const registry = createRegistry({ store: async () => {} });
	createWebMetrics(registry, { store: createMemoryStore(), backlogs: async () => [] });
	createWorkerMetrics(registry);
	watchKeys(registry, new Map([["inspector", async () => new Date()]]));
	const there = new Map<string, readonly string[]>();
	for (const { name, type } of await registry.getMetricsAsJSON()) {
		const metric: unknown = registry.getSingleMetric(name);
		const labels =
			typeof metric === "object" &&
			metric !== null &&
			"labelNames" in metric &&
			Array.isArray(metric.labelNames)
				? metric.labelNames.map(String)
				: [];
		there.set(name, labels);
		if (String(type) === "histogram") {
			there.set(`${name}_bucket`, [...labels, "le"]);
			for (const part of ["sum", "count"]) there.set(`${name}_${part}`, labels);
		}
	}
	return there;
}

/** What Prometheus adds to every series, and its own metric of whether a target answers. */
const OF_PROMETHEUS = ["job", "instance"];

/** Names and labels that a query uses. */
function usedIn(query: string): readonly { readonly name: string; readonly labels: readonly string[] }[] {
	const grouped = [...query.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, names = ""]) => names.split(/,\s*/));
	return [...query.matchAll(/\b((?:vinspect|process|nodejs)_\w+|up)\b(?:\{([^}]*)\})?/g)].map(
		([, name = "", selector = ""]) => ({
			name,
			labels: [...[...selector.matchAll(/(\w+)[=!]/g)].map(([, label = ""]) => label), ...grouped],
		}),
	);
}

function queriesOfDashboard(): string[] {
	const { panels } = JSON.parse(deploy("grafana", "vinspect.json")) as {
		panels: { targets?: { expr: string }[] }[];
	};
	return panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
}

function queriesOfAlerts(): string[] {
	const rules = deploy("prometheus", "alerts.yml")
		.split(/\n\s+- alert: /)
		.slice(1);
	return rules.map(
		(rule) => /expr: (?:\|\n)?([\s\S]*?)\n\s+for:/.exec(rule)?.[1]?.replaceAll(/\s+/g, " ") ?? "",
	);
}

describe("dashboard and alarms", () => {
	it.each([
		["dashboard", queriesOfDashboard],
		["alarms", queriesOfAlerts],
	])("every query of the %s names a metric that exists, with labels it has", async (_name, queries) => {
		const there = await metricsThereAre();
		const all = queries();
		expect(all.length).toBeGreaterThan(10);
		for (const query of all) {
			const used = usedIn(query);
			expect(used.length, query).toBeGreaterThan(0);
			for (const { name, labels } of used) {
				if (name === "up") continue;
				expect(there.has(name), `${name} in ${query}`).toBe(true);
				for (const label of labels)
					expect([...(there.get(name) ?? []), ...OF_PROMETHEUS], `${label} of ${name} in ${query}`).toContain(
						label,
					);
			}
		}
	});

	it("every metric of the service is described in the operator's handbook", async () => {
		const handbook = readFileSync(join(PACKAGE_ROOT, "docs", "operations.md"), "utf8");
		for (const name of (await metricsThereAre()).keys())
			if (name.startsWith("vinspect_") && !/_(bucket|sum|count)$/.test(name))
				expect(handbook).toContain(`\`${name}\``);
	});
});

describe("what the web tells", () => {
	let web: ServedWeb;
	afterEach(() => web.listening.close());

	it("routes by pattern, never by path, so that no client can make series without end", async () => {
		const registry = new Registry();
		const metrics = createWebMetrics(registry, { store: createMemoryStore(), backlogs: async () => [] });
		web = await serveWeb({ metrics });
		const key = await web.key("operator");
		for (let i = 0; i < 30; i += 1) {
			await web.call(key, "GET", `/inspections/no-such-${i}`);
			await fetch(`${web.url}/no/such/page-${i}`, { redirect: "manual" });
			await fetch(`${web.url}/inspections/no-such-${i}`, { redirect: "manual" });
		}
		await web.call(null, "GET", "/inspections");
		const text = await registry.metrics();
		expect(
			seriesOf(text, "vinspect_http_request_seconds_count", { route: "getInspection", status: "404" }),
		).toBe(30);
		expect(
			seriesOf(text, "vinspect_http_request_seconds_count", { route: "listInspections", status: "401" }),
		).toBe(1);
		expect(text).not.toContain("no-such");
		expect(
			text.split("\n").filter((line) => line.startsWith("vinspect_http_request_seconds_count")),
		).toHaveLength(4);
	});

	it("names each part that it needs, and lives while one of them is away", async () => {
		web = await serveWeb({ parts: { pictures: () => Promise.reject(new Error("disk")) } });
		const down = await fetch(`${web.url}/ready`);
		expect(down.status).toBe(503);
		expect(await down.json()).toEqual({
			status: "unavailable",
			parts: { store: "up", workflow: "up", pictures: "down" },
		});
		expect((await fetch(`${web.url}/health`)).status).toBe(200);
	});

	it("counts exceptions that are past their deadline, and leaves out what can't be asked", async () => {
		web = await serveWeb();
		const registry = new Registry();
		const scenario = new Scenario();
		scenario.shows("stamp", { shows: { vin: `${VIN.slice(0, 16)}5` } });
		await web.store.inspections.project(scenario.state);
		const [exception] = scenario.state.exceptions;
		if (!exception) throw new Error("a wrong stamp opens an exception");
		let now = new Date(Date.parse(exception.deadline) - 1);
		createWebMetrics(registry, {
			store: web.store,
			backlogs: () => Promise.reject(new VinspectError("workflow_unavailable", "away")),
			now: () => now,
		});
		expect(seriesOf(await registry.metrics(), "vinspect_exceptions_overdue")).toBe(0);
		now = new Date(Date.parse(exception.deadline) + 1);
		const text = await registry.metrics();
		expect(seriesOf(text, "vinspect_exceptions_overdue")).toBe(scenario.state.exceptions.length);
		expect(text).not.toMatch(/^vinspect_task_queue_backlog\{/m);
	});
});

describe("what a worker tells", () => {
	it("keeps the number of stations bounded, whatever names come", async () => {
		const registry = new Registry();
		const metrics = createWorkerMetrics(registry);
		const scenario = new Scenario();
		scenario.shows("stamp", { shows: { vin: VIN } });
		const [summary] = scenario.state.observations;
		if (!summary) throw new Error("a capture gives an observation");
		for (let i = 0; i < 500; i += 1)
			metrics.seen({ station: `S${i}`, readers: "r", ms: { total: 120 }, summary });
		const text = await registry.metrics();
		expect(text.match(/^vinspect_readings_total\{/gm)).toHaveLength(201);
		expect(seriesOf(text, "vinspect_readings_total", { station: OTHER, result: "accepted" })).toBe(300);
		expect(seriesOf(text, "vinspect_picture_seconds_count", { step: "total" })).toBe(500);
		expect(seriesOf(text, "vinspect_picture_seconds_sum", { step: "total" })).toBeCloseTo(60, 5);
	});

	it("names what an activity failed with", async () => {
		const registry = new Registry();
		const metrics = createWorkerMetrics(registry);
		metrics.activityEnded("sealReport", "done", 0.2);
		metrics.activityEnded("sealReport", "signing_key_unavailable", 0.1);
		const text = await registry.metrics();
		expect(seriesOf(text, "vinspect_activity_seconds_count", { outcome: "signing_key_unavailable" })).toBe(1);
	});
});

describe("the port for machines", () => {
	it("is alive before it is ready, and not ready any more while it ends", async () => {
		let up = true;
		const parts = { store: async () => (up ? undefined : Promise.reject(new Error("down"))) };
		const server = await serveOperations({ host: "127.0.0.1", port: 0 }, createRegistry(parts), parts);
		const get = (path: string) => fetch(`http://127.0.0.1:${server.port}${path}`);
		const ready = async () => {
			const answer = await get("/ready");
			return [answer.status, await answer.json()];
		};
		try {
			expect((await get("/health")).status).toBe(200);
			expect(await ready()).toEqual([503, { status: "starting", parts: { store: "up" } }]);
			server.enter("serving");
			expect(await ready()).toEqual([200, { status: "ready", parts: { store: "up" } }]);
			up = false;
			expect(await ready()).toEqual([503, { status: "unavailable", parts: { store: "down" } }]);
			expect(seriesOf(await (await get("/metrics")).text(), "vinspect_part_up", { part: "store" })).toBe(0);
			up = true;
			server.enter("draining");
			expect(await ready()).toEqual([503, { status: "draining", parts: { store: "up" } }]);
			expect((await get("/")).status).toBe(404);
			expect((await fetch(`http://127.0.0.1:${server.port}/metrics`, { method: "POST" })).status).toBe(405);
			await expect(
				serveOperations({ host: "127.0.0.1", port: server.port }, new Registry(), parts),
			).rejects.toMatchObject({ code: "configuration_invalid" });
		} finally {
			await server.close();
		}
	});
});
