import type { Reporter, TestCase } from "vitest/node";

/**
 * Names at the end of a run every test that passed only when it was tried again. Servers, processes and a browser
 * on two busy cores may answer late once; a name that comes back here is a race to be mended.
 */
export default class SecondTries implements Reporter {
	private readonly named: string[] = [];

	onTestCaseResult(test: TestCase): void {
		if (test.diagnostic()?.flaky) this.named.push(`${test.module.relativeModuleId} > ${test.fullName}`);
	}

	onTestRunEnd(): void {
		for (const name of this.named) process.stdout.write(`Passed only when tried again: ${name}\n`);
	}
}
