import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundleWorkflowCode, DefaultLogger } from "@temporalio/worker";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { PACKAGE_ROOT } from "../../src/config/package-root.js";
import { promote } from "../../src/temporal/deployment.js";
import { runWorkers, type Workers } from "../../src/temporal/workers.js";
import { ANNA, decision, VIN } from "../support/sample-vehicle.js";
import { GOOD, TestPlant } from "../support/test-plant.js";

const A = "0.1.0-build-a";
const B = "0.1.0-build-b";
const WRONG_STAMP = { stamp: { kind: "stamp", shows: { vin: `${VIN.slice(0, 16)}5` } } } as const;

let folder: string;
let plant: TestPlant;
let workersA: Workers;
let workersB: Workers | null = null;

/** Workflow code of a next version: it waits a moment before the report is sealed, which `patched` keeps apart. */
async function nextVersion(): Promise<{ code: string }> {
	for (const name of ["workflows", "src/domain", "src/contracts", "activities"])
		await cp(join(PACKAGE_ROOT, name), join(folder, name), { recursive: true });
	await symlink(join(PACKAGE_ROOT, "node_modules"), join(folder, "node_modules"));
	const file = join(folder, "workflows", "verify-vehicle.ts");
	const text = await readFile(file, "utf8");
	const changed = text
		.replace("\tcondition,\n", "\tcondition,\n\tpatched,\n\tsleep,\n")
		.replace(
			"\t\tawait sealReport(current);",
			'\t\tif (patched("next")) await sleep(10);\n\t\tawait sealReport(current);',
		);
	if (!changed.includes("sleep(10)") || !changed.includes("\tsleep,"))
		throw new Error("the code has changed: mend this test");
	await writeFile(file, changed);
	return bundleWorkflowCode({
		workflowsPath: join(folder, "workflows", "index.ts"),
		logger: new DefaultLogger("WARN"),
	});
}

const workersOf = (buildId: string, workflows?: { code: string }) =>
	runWorkers({
		...plant.connections,
		inspector: async () => plant.inspector,
		calendar: { shifts: ["06:00"], zone: "UTC" },
		buildId,
		...(workflows && { workflows }),
	});

beforeAll(async () => {
	folder = await mkdtemp(join(PACKAGE_ROOT, ".vinspect", "next-version-"));
	plant = await TestPlant.start(inject("temporalAddress"), inject("mongoUri"));
	await plant.stopWorkers();
	workersA = await workersOf(A);
	await promote(plant.connections, A, 30_000);
});
afterAll(async () => {
	await workersB?.shutdown();
	await plant?.stop();
	await rm(folder, { recursive: true, force: true });
});

describe("a rolling change of the workers", { timeout: 180_000 }, () => {
	it("an inspection opened under one build is finished by the next one, whose changes it takes on", async () => {
		const open = await plant.vehicle();
		await plant.send(open.inspectionId, { ...WRONG_STAMP, nameplate: GOOD.nameplate });
		await plant.until(open.inspectionId, ({ observations }) => observations.length === 2);

		// Side by side, the former build goes on getting every task until the next one is made current.
		workersB = await workersOf(B, await nextVersion());
		const between = await plant.vehicle();
		expect(await plant.buildsOf(between.inspectionId)).toEqual(new Set([A]));

		await promote(plant.connections, B, 30_000);
		await plant.send(open.inspectionId, { certificate: GOOD.certificate });
		await workersA.shutdown();
		const { exceptions } = await plant.until(open.inspectionId, ({ status }) => status === "reviewing");
		for (const { exceptionId } of exceptions)
			await plant.gateway.decide(exceptionId, decision("confirm_discrepancy"), ANNA);
		expect(await plant.sealed(open.inspectionId)).toMatchObject({ disposition: "rework" });
		expect(await plant.buildsOf(open.inspectionId)).toEqual(new Set([A, B]));
		expect(await plant.patchesOf(open.inspectionId)).toEqual(["next"]);

		await plant.send(between.inspectionId, GOOD);
		expect(await plant.sealed(between.inspectionId)).toMatchObject({ disposition: "pass" });
		const fresh = await plant.vehicle();
		await plant.send(fresh.inspectionId, GOOD);
		await plant.sealed(fresh.inspectionId);
		expect(await plant.buildsOf(fresh.inspectionId)).toEqual(new Set([B]));
	});

	it("a build that does not serve every queue is not made current, and says why", async () => {
		await expect(promote(plant.connections, "0.1.0-nobody", 1_000)).rejects.toMatchObject({
			code: "workflow_unavailable",
		});
	});
});
