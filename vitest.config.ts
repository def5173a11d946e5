import { defineConfig } from "vitest/config";

const folders = (...names: string[]) => names.map((name) => `test/${name}/**/*.test.ts`);

export default defineConfig({
	test: {
		pool: "forks",
		testTimeout: 60_000,
		hookTimeout: 300_000,
		// Two cores are what a plant PC and CI have; servers and models run beside the tests.
		maxWorkers: 2,
		setupFiles: "test/support/property-seed.ts",
		projects: [
			{ extends: true, test: { name: "unit", include: folders("unit") } },
			{
				extends: true,
				test: {
					name: "servers",
					retry: 1,
					include: folders("integration", "workflows", "replay", "e2e"),
					globalSetup: "test/support/global-servers.ts",
				},
			},
		],
	},
});
