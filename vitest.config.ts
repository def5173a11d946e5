import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		include: ["test/**/*.test.ts"],
		pool: "forks",
		testTimeout: 60_000,
		hookTimeout: 300_000,
		// Two cores are what a plant PC and CI have; servers and models run beside the tests.
		maxWorkers: 2,
	},
});
