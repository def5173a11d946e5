import type { TestProject } from "vitest/node";
import { startTestServers, type TestServers } from "./servers.js";

declare module "vitest" {
	export interface ProvidedContext {
		mongoUri: string;
		temporalAddress: string;
	}
}

let servers: TestServers | undefined;

/** One document store and one Temporal for the whole run: `inject("mongoUri")`, `inject("temporalAddress")`. */
export async function setup(project: TestProject): Promise<void> {
	servers = await startTestServers();
	project.provide("mongoUri", servers.mongoUri);
	project.provide("temporalAddress", servers.temporalAddress);
}

export async function teardown(): Promise<void> {
	await servers?.stop();
}
