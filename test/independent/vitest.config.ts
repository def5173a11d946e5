import { defineConfig } from "vitest/config";

/** Proofs that build servers or run for minutes; `npm test` does without them. */
export default defineConfig({
	test: {
		include: ["test/independent/**/*.test.ts"],
		pool: "forks",
		maxWorkers: 1,
		testTimeout: 300_000,
		hookTimeout: 900_000,
	},
});
