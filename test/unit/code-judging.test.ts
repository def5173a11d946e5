import { describe, expect, it } from "vitest";
import type { FieldValue } from "../../src/contracts/reading.js";
import { Scenario } from "../support/inspection-scenario.js";
import { GOOD_SHOWS, PLAN, VIN } from "../support/sample-vehicle.js";

const OTHER = `${VIN.slice(0, 16)}5`;
const nameplate = (fields: Readonly<Record<string, FieldValue>>) => ({
	shows: { ...GOOD_SHOWS.nameplate, ...fields },
});

describe("a code beside the text", () => {
	it("is stated where it agrees, and asks nobody", () => {
		const vehicle = new Scenario();
		vehicle.shows("nameplate", nameplate({ codeVin: VIN }));
		expect(vehicle.outcomes).toMatchObject({ "nameplate.vin": "match", "nameplate.codeVin": "match" });
		expect(vehicle.state.exceptions).toEqual([]);
	});

	it("conflicts where it differs from the text of the same capture", () => {
		const vehicle = new Scenario();
		vehicle.shows("nameplate", nameplate({ codeVin: OTHER }));
		expect(vehicle.outcomes["nameplate.vin"]).toBe("match");
		expect(vehicle.exception("nameplate.codeVin").finding).toMatchObject({
			rule: "code_agreement",
			outcome: "conflict",
			read: OTHER,
			expected: VIN,
			differences: [16],
			statements: { "nameplate.vin": VIN, "nameplate.codeVin": OTHER },
		});
	});

	it("is a mismatch where it alone can be compared with the record", () => {
		const vehicle = new Scenario();
		vehicle.shows("stamp", { shows: { codeVin: OTHER }, unclear: { vin: VIN } });
		expect(vehicle.outcomes).toMatchObject({ "stamp.vin": "unreadable", "stamp.codeVin": "mismatch" });
	});

	it("neither lifts a refused text nor repeats what a wrong text says already", () => {
		const refused = new Scenario();
		refused.shows("stamp", { shows: { codeVin: VIN }, unclear: { vin: VIN } });
		expect(refused.outcomes).toMatchObject({ "stamp.vin": "unreadable", "stamp.codeVin": "match" });
		const wrong = new Scenario();
		wrong.shows("nameplate", nameplate({ vin: OTHER, codeVin: OTHER }));
		expect(wrong.outcomes["nameplate.vin"]).toBe("mismatch");
		expect(wrong.outcomes["nameplate.codeVin"]).toBeUndefined();
	});

	it("is a field like any other where the plan asks for it", () => {
		const witnesses = PLAN.witnesses.map((witness) =>
			witness.id === "nameplate" ? { ...witness, fields: [...witness.fields, "codeVin"] } : witness,
		);
		const without = new Scenario({ witnesses });
		without.shows("nameplate", nameplate({}));
		expect(without.exception("nameplate.codeVin").finding).toMatchObject({
			outcome: "unreadable",
			refusal: "field_absent",
		});
		const wrong = new Scenario({ witnesses });
		wrong.shows("nameplate", nameplate({ vin: OTHER, codeVin: OTHER }));
		expect(wrong.outcomes["nameplate.codeVin"]).toBe("mismatch");
	});
});
