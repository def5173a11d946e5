import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";
import { describeSettings } from "../../src/config/settings.js";

/** What the manifests under deploy/ set must be what the product reads: a name it doesn't know changes nothing, silently. */

const read = (path: string): string => readFileSync(new URL(`../../deploy/${path}`, import.meta.url), "utf8");

/** Read by Node itself, not by the settings. */
const OF_NODE = ["TZ", "NODE_ENV"];
const KNOWN = new Set([...describeSettings({}).map(({ name }) => name), ...OF_NODE]);

/** Without these a process would start or look for servers of its own, or keep files where others don't see them. */
const SHARED_SERVERS = [
	"MONGODB_URI",
	"TEMPORAL_ADDRESS",
	"S3_ENDPOINT",
	"S3_BUCKET",
	"S3_ACCESS_KEY_ID",
	"S3_SECRET_ACCESS_KEY",
	"PLANT",
	"WORKER_VERSIONING",
];

const Compose = z.object({
	services: z.record(
		z.string(),
		z.object({ image: z.string(), environment: z.record(z.string(), z.string()).optional() }),
	),
});
const Container = z.object({
	name: z.string(),
	image: z.string(),
	env: z.array(z.object({ name: z.string() })).default([]),
});
const Workload = z.object({
	spec: z.object({ template: z.object({ spec: z.object({ containers: z.array(Container) }) }) }),
});
const Kustomization = z.object({
	configMapGenerator: z.array(z.object({ literals: z.array(z.string()).default([]) })),
});

const nameOf = (line: string): string => line.slice(0, line.indexOf("="));

/** What each process of ours is given by the compose file, by service. */
function composed(): Map<string, string[]> {
	const { services } = Compose.parse(parse(read("compose.yaml"), { merge: true }));
	const ours = Object.entries(services).filter(([, { image }]) => image.startsWith("$" + "{VINSPECT_IMAGE"));
	return new Map(ours.map(([name, { environment }]) => [name, Object.keys(environment ?? {})]));
}

/** What all pods share by configuration map and secret. */
function sharedByPods(): string[] {
	const literals = ["base", "example"].flatMap((folder) =>
		Kustomization.parse(parse(read(`kubernetes/${folder}/kustomization.yaml`))).configMapGenerator.flatMap(
			(generator) => generator.literals,
		),
	);
	const secrets = read("kubernetes/example/secrets.example").split("\n");
	return [...literals, ...secrets].filter((line) => /^[A-Z][A-Z0-9_]*=/.test(line)).map(nameOf);
}

/** What each container is given by itself in the manifests, by its name. */
function ofContainers(): Map<string, string[]> {
	const workloads = ["web", "workers", "promote"]
		.flatMap((file) =>
			parseAllDocuments(read(`kubernetes/base/${file}.yaml`)).map((document) => document.toJS()),
		)
		.map((document) => Workload.safeParse(document))
		.flatMap(({ data }) => data?.spec.template.spec.containers ?? []);
	return new Map(workloads.map(({ name, env }) => [name, env.map((variable) => variable.name)]));
}

const PROCESSES = [
	"promote",
	"web",
	"worker-records",
	"worker-reports",
	"worker-verification",
	"worker-vision",
];

test("compose and Kubernetes run the same processes", () => {
	expect([...composed().keys()].sort()).toEqual(PROCESSES);
	expect([...ofContainers().keys()].sort()).toEqual(PROCESSES);
});

test("every variable of the manifests is a setting", () => {
	const given = [...composed().values(), ...ofContainers().values(), sharedByPods()].flat();
	expect(given.filter((name) => !KNOWN.has(name))).toEqual([]);
});

test("the image sets nothing but settings", () => {
	const given = [...read("Dockerfile").matchAll(/^ENV (.*)$/gm)].at(-1)?.[1]?.split(" ").map(nameOf) ?? [];
	expect(given).toContain("METRICS_PORT");
	expect(given.filter((name) => !KNOWN.has(name))).toEqual([]);
});

test("every process is told where the shared servers are", () => {
	for (const [service, names] of composed())
		expect(names, service).toEqual(expect.arrayContaining(SHARED_SERVERS));
	expect(sharedByPods()).toEqual(expect.arrayContaining(SHARED_SERVERS));
});

test("the key that signs is given to the workers of reports alone, and cookies travel over HTTPS only", () => {
	for (const processes of [composed(), ofContainers()]) {
		const withKey = [...processes].filter(([, names]) => names.some((name) => name.startsWith("SIGNER_P12")));
		expect(withKey.map(([name]) => name)).toEqual(["worker-reports"]);
		expect(processes.get("web")).toEqual(
			expect.arrayContaining(["SECURE_COOKIES", "TRUST_PROXY", "DRAIN_SECONDS"]),
		);
	}
});
