import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { GOOD, TestPlant } from "../support/test-plant.js";

let plant: TestPlant;
beforeAll(async () => {
	plant = await TestPlant.start(inject("temporalAddress"), inject("mongoUri"));
});
afterAll(() => plant?.stop());

describe("a good vehicle", () => {
	it("passes by itself and is sealed", async () => {
		const { inspectionId } = await plant.vehicle();
		await plant.send(inspectionId, GOOD);
		const sealed = await plant.sealed(inspectionId);
		expect(sealed.disposition).toBe("pass");
	});
});
