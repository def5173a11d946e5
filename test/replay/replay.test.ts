import { readdir } from "node:fs/promises";
import { DefaultLogger, Runtime, Worker } from "@temporalio/worker";
import { beforeAll, describe, expect, it } from "vitest";
import { workflowBundle } from "../../src/temporal/workflow-bundle.js";
import { HISTORIES, keptHistory } from "../support/workflow-history.js";

const names = (await readdir(HISTORIES)).map((file) => file.replace(/\.json$/, ""));

let bundle: Awaited<ReturnType<typeof workflowBundle>>;
beforeAll(async () => {
	Runtime.install({ logger: new DefaultLogger("ERROR"), telemetryOptions: { logging: { filter: "ERROR" } } });
	bundle = await workflowBundle();
});

describe("histories of real runs", () => {
	it("are those that matter", () => {
		expect(names).toEqual(
			expect.arrayContaining([
				...["pass", "exception-decided", "undone", "retake", "deadline", "cancelled"],
				...["countersigned", "try-out"],
			]),
		);
	});

	it.each(names)("%s replays to the same commands", async (name) => {
		await Worker.runReplayHistory({ workflowBundle: bundle }, await keptHistory(name), name);
	});

	it("a history of other rules is found out", async () => {
		const history = await keptHistory("pass");
		const sealing = history.events?.find(
			(event) => event.activityTaskScheduledEventAttributes?.activityType?.name === "sealReport",
		);
		if (!sealing?.activityTaskScheduledEventAttributes) throw new Error("a passed vehicle is sealed");
		sealing.activityTaskScheduledEventAttributes.activityType = { name: "askSomebody" };
		await expect(
			Worker.runReplayHistory({ workflowBundle: bundle }, history, "altered"),
		).rejects.toMatchObject({
			name: "DeterminismViolationError",
		});
	});
});
