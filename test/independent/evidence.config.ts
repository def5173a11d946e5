import { defineConfig } from "vitest/config";

// Proofs that take minutes or tools from elsewhere: not part of `npm test`, run by `npm run evidence`.
export default defineConfig({
	test: {
		root: new URL("../..", import.meta.url).pathname,
		include: ["test/independent/*.proof.ts"],
		pool: "forks",
		maxWorkers: 1,
		testTimeout: 3_600_000,
		hookTimeout: 900_000,
		reporters: "verbose",
	},
});
