import { describe, expect, it } from "vitest";
import { Inspection } from "../../src/contracts/inspection.js";
import { InspectionRow } from "../../src/contracts/inspection-row.js";
import { Observation } from "../../src/contracts/reading.js";
import { rowOf } from "../../src/domain/inspection-row.js";
import { COUNT, passages, UNTIL } from "../support/generated-passages.js";

describe("generated inspections", () => {
	const made = passages("a");

	it("follow their contracts, and so do their rows and observations", () => {
		for (const { inspection, observations } of made) {
			expect(Inspection.parse(inspection)).toEqual(inspection);
			expect(InspectionRow.parse(rowOf(inspection))).toEqual(rowOf(inspection));
			for (const { observation } of observations) Observation.parse(observation);
		}
	});

	it("are the same for the same seed, and others for another", () => {
		expect(passages("a", 30)).toEqual(made.slice(0, 30));
		expect(passages("b", 30)).not.toEqual(made.slice(0, 30));
	});

	it("come in a plant's mix: most pass, people decide on the others", () => {
		const states = made.map(({ inspection }) => inspection.disposition ?? inspection.status);
		const share = (state: string) => states.filter((one) => one === state).length / COUNT;
		expect(share("pass")).toBeGreaterThan(0.85);
		for (const state of ["pass", "rework"]) expect(share(state)).toBeGreaterThan(0);
		const actions = made.flatMap(({ inspection }) =>
			inspection.exceptions.flatMap(({ decisions }) => decisions.map(({ action }) => action)),
		);
		for (const action of ["confirm_discrepancy", "correct_reading", "retake"]) {
			expect(actions).toContain(action);
		}
		expect(made.at(0)?.inspection.status).toBe("sealed");
	});

	it("tell nothing that has not happened yet", () => {
		for (const { inspection } of made) {
			for (const { at } of inspection.events) expect(at <= UNTIL.toISOString()).toBe(true);
		}
	});
});
