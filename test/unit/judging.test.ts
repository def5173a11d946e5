import { describe, expect, it } from "vitest";
import type { PlannedWitness } from "../../src/contracts/plan.js";
import type { Defect } from "../../src/contracts/reading.js";
import { compareValues } from "../../src/domain/compare.js";
import { countDamage } from "../../src/domain/gear-condition.js";
import { planProblems } from "../../src/domain/plan.js";
import { Scenario, type Sight } from "../support/inspection-scenario.js";
import { ANNA, BEN, GOOD_SHOWS, PLAN, VIN } from "../support/sample-vehicle.js";

const GOOD = {
	stamp: { shows: GOOD_SHOWS.stamp },
	nameplate: { shows: GOOD_SHOWS.nameplate },
	certificate: { shows: GOOD_SHOWS.certificate },
};
const WRONG_VIN = `${VIN.slice(0, 16)}5`;

describe("comparing values", () => {
	it.each([
		["vin", "1HGCM82633A004352", "1hgcm82633a004352", true],
		["vin", "１HGCM82633A004352", VIN, true],
		["vin", "1HGCM826 33A004352", VIN, true],
		["vin", "1HGCM82633AO04352", VIN, false],
		["engineNumber", "8B", "88", false],
		["colour", "极地 白", "极地白", true],
		["colour", "极地白", "珠光白", false],
		["grossMass", 1980, "1980", true],
		["grossMass", "1980.0", 1980, true],
		["grossMass", 1980, 1981, false],
		["grossMass", "", 0, false],
		["manufactureDate", "2026-03", "2026-03-14", true],
		["manufactureDate", "2026-03-15", "2026-03-14", false],
		["manufactureDate", "2026", "2026-03-14", false],
		["engineNumber", "", "", false],
	])("%s: %j against %j is %s", (field, a, b, equal) => {
		expect(compareValues(field, a, b).equal).toBe(equal);
		expect(compareValues(field, b, a).equal).toBe(equal);
	});

	it("names the positions at which codes differ, and those that are missing", () => {
		expect(compareValues("vin", "1HGCM82633A0O4352", VIN).differences).toEqual([12]);
		expect(compareValues("vin", VIN.slice(0, 15), VIN).differences).toEqual([15, 16]);
	});
});

describe("an inspection plan", () => {
	it("is refused with a reserved or repeated witness, or a field nobody knows", () => {
		const [stamp, nameplate] = PLAN.witnesses;
		if (!stamp || !nameplate) throw new Error("the plan has witnesses");
		expect(planProblems(PLAN)).toEqual([]);
		const witnesses = [
			{ ...stamp, id: "vehicle" },
			{ ...nameplate, fields: ["vin", "vin"] },
			{ ...nameplate, fields: ["serial", "__proto__"] },
		];
		expect(planProblems({ ...PLAN, witnesses }).map((p) => p.path)).toEqual([
			"witnesses.0.id",
			"witnesses.1.fields.1",
			"witnesses.2.id",
			"witnesses.2.fields.0",
			"witnesses.2.fields.1",
		]);
		const many = Array.from({ length: 21 }, (_, index) => ({ ...stamp, id: `stamp-${index}` }));
		expect(planProblems({ ...PLAN, witnesses: many.slice(1) })).toEqual([]);
		expect(planProblems({ ...PLAN, witnesses: many })).toEqual([
			{ path: "witnesses", message: "are more than 20" },
		]);
	});
});

describe("findings", () => {
	it("all match on a good vehicle, which passes at once", () => {
		const vehicle = new Scenario();
		vehicle.showsAll(GOOD);
		expect(vehicle.outcomes).toEqual({
			"stamp.vin": "match",
			"nameplate.vin": "match",
			"nameplate.grossMass": "match",
			"certificate.vin": "match",
			"vehicle.engineNumber": "match",
			"vehicle.checkDigit": "match",
		});
		expect(vehicle.settles()).toMatchObject({ status: "sealing", disposition: "pass", closure: "completed" });
	});

	it("call an accepted difference a mismatch, with the position", () => {
		const vehicle = new Scenario();
		vehicle.showsAll({ ...GOOD, stamp: { shows: { vin: WRONG_VIN } } });
		expect(vehicle.exception("stamp.vin").finding).toMatchObject({
			outcome: "mismatch",
			read: WRONG_VIN,
			expected: VIN,
			differences: [16],
		});
		expect(vehicle.outcomes["vehicle.vin"]).toBeUndefined();
	});

	it("never call a refused reading a match or a mismatch", () => {
		for (const vin of [VIN, WRONG_VIN]) {
			const vehicle = new Scenario();
			vehicle.showsAll({ ...GOOD, stamp: { unclear: { vin } } });
			expect(vehicle.exception("stamp.vin").finding).toMatchObject({
				outcome: "unreadable",
				refusal: "readers_disagree",
			});
		}
	});

	it("make one finding of a witness of which nothing can be read", () => {
		const vehicle = new Scenario();
		vehicle.showsAll({ ...GOOD, nameplate: { unclear: { vin: VIN, grossMass: 1980 } } });
		expect(vehicle.state.findings.filter((f) => f.witness === "nameplate")).toMatchObject([
			{ field: "capture", outcome: "unreadable", refusal: "readers_disagree" },
		]);
	});

	it("name each field that can't be read where others can", () => {
		const vehicle = new Scenario();
		vehicle.showsAll({ ...GOOD, nameplate: { shows: { vin: VIN }, unclear: { grossMass: 1980 } } });
		expect(vehicle.outcomes).toMatchObject({
			"nameplate.vin": "match",
			"nameplate.grossMass": "unreadable",
			"nameplate.engineNumber": "unreadable",
		});
		expect(vehicle.exception("nameplate.engineNumber").finding.refusal).toBe("field_absent");
	});

	it("ask for nothing but a new picture where the quality gate refused it, whatever was read", () => {
		const vehicle = new Scenario();
		vehicle.showsAll({ ...GOOD, stamp: { shows: { vin: VIN }, retake: "blurred" } });
		expect(vehicle.exception("stamp.capture").finding).toMatchObject({
			outcome: "unreadable",
			refusal: "blurred",
		});
		expect(vehicle.decides("stamp.capture", "correct_reading", ANNA, { correctedText: VIN })).toBe(
			"decision_rejected",
		);
	});

	it("call a witness missing where none is in the picture, and where no picture came in time", () => {
		const vehicle = new Scenario();
		vehicle.shows("stamp", { absent: true });
		vehicle.shows("nameplate", GOOD.nameplate);
		expect(vehicle.outcomes["stamp.capture"]).toBe("missing");
		expect(vehicle.outcomes["certificate.capture"]).toBeUndefined();
		expect(vehicle.state.status).toBe("collecting");
		vehicle.passes(10);
		expect(vehicle.outcomes["certificate.capture"]).toBe("missing");
		expect(vehicle.state.status).toBe("reviewing");
	});

	it("let two witnesses accuse each other where the record is silent", () => {
		const vehicle = new Scenario();
		vehicle.showsAll({ ...GOOD, certificate: { shows: { vin: VIN, engineNumber: "K20A-7" } } });
		expect(vehicle.exception("vehicle.engineNumber").finding).toMatchObject({
			outcome: "conflict",
			rule: "witness_agreement",
			statements: { nameplate: "K20A-1", certificate: "K20A-7" },
		});
	});

	it("do not ask twice where the record names the wrong witness already", () => {
		const vehicle = new Scenario({}, { attributes: { grossMass: 1980, engineNumber: "K20A-1" } });
		vehicle.showsAll({ ...GOOD, certificate: { shows: { vin: VIN, engineNumber: "K20A-7" } } });
		expect(vehicle.outcomes["certificate.engineNumber"]).toBe("mismatch");
		expect(vehicle.outcomes["vehicle.engineNumber"]).toBeUndefined();
	});

	it("see two days of one month disagree although the record's month covers both", () => {
		const fields = ["vin", "manufactureDate"];
		const witnesses = PLAN.witnesses.map((w) => (w.id === "stamp" ? w : { ...w, fields }));
		const vehicle = new Scenario({ witnesses }, { attributes: { manufactureDate: "2026-03" } });
		vehicle.shows("stamp", GOOD.stamp);
		vehicle.shows("nameplate", { shows: { vin: VIN, manufactureDate: "2026-03-03" } });
		vehicle.shows("certificate", { shows: { vin: VIN, manufactureDate: "2026-03-07" } });
		expect(vehicle.outcomes).toMatchObject({
			"nameplate.manufactureDate": "match",
			"certificate.manufactureDate": "match",
			"vehicle.manufactureDate": "conflict",
		});
	});

	it.each([
		["mandatory", "mismatch", [8]],
		["advisory", "match", [8]],
	] as const)("under a check digit that is %s make a failure a %s", (checkDigit, outcome, differences) => {
		const vin = `${VIN.slice(0, 8)}7${VIN.slice(9)}`;
		const vehicle = new Scenario({ checkDigit }, { vin });
		expect(vehicle.state.findings).toMatchObject([
			{ findingId: "vehicle.checkDigit", rule: "check_digit", outcome, differences },
		]);
	});

	it("leave the check digit alone where the market has none", () => {
		expect(new Scenario({ checkDigit: "off" }).state.findings).toEqual([]);
	});
});

describe("the condition of a gear", () => {
	const gear: PlannedWitness = {
		id: "gear",
		kind: "gear",
		label: { en: "Gear", zh: "齿轮" },
		station: "station-2",
		fields: ["toothCount"],
	};
	const plan = { witnesses: [...PLAN.witnesses, gear] };
	const record = { attributes: { grossMass: 1980, toothCount: 36 } };
	const chipped: Defect = { kind: "broken_tooth", box: [10, 20, 30, 40], confidence: 0.8 };
	const worn: Defect = { kind: "worn_tooth", box: [50, 60, 30, 40], confidence: 0.9 };
	const shown = (sight: Sight) => {
		const vehicle = new Scenario(plan, record);
		vehicle.showsAll({ ...GOOD, gear: sight });
		return vehicle;
	};

	it("matches where damage was looked for and none is seen, and the vehicle passes", () => {
		const vehicle = shown({ shows: { toothCount: 36 }, defects: [] });
		expect(vehicle.outcomes).toMatchObject({ "gear.toothCount": "match", "gear.condition": "match" });
		expect(vehicle.settles()).toMatchObject({ disposition: "pass" });
	});

	it("is not spoken of where nobody looked for damage", () => {
		expect(shown({ shows: { toothCount: 36 } }).outcomes["gear.condition"]).toBeUndefined();
	});

	it("brings damage to a person, surest first, though the count is right", () => {
		const vehicle = shown({ shows: { toothCount: 36 }, defects: [chipped, worn] });
		expect(vehicle.exception("gear.condition").finding).toMatchObject({
			rule: "gear_condition",
			outcome: "mismatch",
			confidence: 0.9,
			box: worn.box,
			defects: [worn, chipped],
		});
		expect(vehicle.outcomes["gear.toothCount"]).toBe("match");
	});

	it("brings damage to a person though the teeth can't be counted, or no gear is read at all", () => {
		const uncounted = shown({ unclear: { toothCount: 36 }, defects: [chipped] });
		expect(uncounted.outcomes).toMatchObject({
			"gear.toothCount": "unreadable",
			"gear.condition": "mismatch",
		});
		const unread = shown({ refusal: "no_gear", defects: [chipped] });
		expect(unread.outcomes).toMatchObject({ "gear.toothCount": "unreadable", "gear.condition": "mismatch" });
	});

	it("is wrong where one of two captures shows damage, and right again after a retake", () => {
		const vehicle = shown({ shows: { toothCount: 36 }, defects: [] });
		vehicle.shows("gear", { shows: { toothCount: 36 }, defects: [chipped] });
		expect(vehicle.outcomes["gear.condition"]).toBe("mismatch");
		vehicle.decides("gear.condition", "retake", ANNA);
		vehicle.shows("gear", { shows: { toothCount: 36 }, defects: [] });
		expect(vehicle.outcomes["gear.condition"]).toBe("match");
	});

	it("is no text to correct", () => {
		const vehicle = shown({ shows: { toothCount: 36 }, defects: [chipped] });
		expect(vehicle.decides("gear.condition", "correct_reading", ANNA, { correctedText: "36" })).toBe(
			"decision_rejected",
		);
	});

	it("counts damage by kind", () => {
		expect(countDamage([chipped, worn, chipped])).toEqual([
			{ kind: "broken_tooth", count: 2 },
			{ kind: "worn_tooth", count: 1 },
		]);
	});
});

describe("several captures of one witness", () => {
	it("believe an accepted reading before a refused one", () => {
		const vehicle = new Scenario();
		vehicle.shows("stamp", { unclear: { vin: WRONG_VIN } });
		expect(vehicle.exception("stamp.vin").status).toBe("open");
		vehicle.shows("stamp", GOOD.stamp);
		expect(vehicle.outcomes["stamp.vin"]).toBe("match");
		expect(vehicle.exception("stamp.vin").status).toBe("superseded");
	});

	it("conflict where two accepted readings differ, even if one of them is right", () => {
		const vehicle = new Scenario();
		vehicle.shows("stamp", GOOD.stamp);
		vehicle.shows("stamp", { shows: { vin: WRONG_VIN } });
		expect(vehicle.exception("stamp.vin").finding).toMatchObject({ outcome: "conflict", read: null });
		expect(Object.values(vehicle.exception("stamp.vin").finding.statements ?? {}).sort()).toEqual([
			VIN,
			WRONG_VIN,
		]);
	});

	it("that arrive together are judged together", () => {
		const vehicle = new Scenario();
		const first = vehicle.arrives("stamp");
		const second = vehicle.arrives("stamp");
		if (!first || !second) throw new Error("both captures are new");
		vehicle.read(first, { retake: "blurred" });
		expect(vehicle.state.exceptions).toEqual([]);
		vehicle.read(second, GOOD.stamp);
		expect(vehicle.state.exceptions).toEqual([]);
	});

	it("are one where the bytes are the same", () => {
		const vehicle = new Scenario();
		expect(vehicle.arrives("stamp", "a".repeat(64))).not.toBeNull();
		expect(vehicle.arrives("stamp", "a".repeat(64))).toBeNull();
		expect(vehicle.arrives("nameplate", "a".repeat(64))).not.toBeNull();
	});
});

describe("decisions", () => {
	/** What a second person brings with their yes or no. */
	const SECOND = {
		reason: "r",
		blindReading: { text: WRONG_VIN, sight: null, at: "2026-03-14T08:30:00.000Z" },
	};

	function mismatched(): Scenario {
		const vehicle = new Scenario();
		vehicle.showsAll({ ...GOOD, stamp: { shows: { vin: WRONG_VIN } } });
		return vehicle;
	}

	it("confirm a discrepancy: the worst disposition of all is the vehicle's", () => {
		const vehicle = new Scenario();
		vehicle.showsAll({
			...GOOD,
			stamp: { shows: { vin: WRONG_VIN } },
			nameplate: { shows: { ...GOOD_SHOWS.nameplate, grossMass: 1 } },
		});
		expect(vehicle.decides("stamp.vin", "confirm_discrepancy", ANNA, { disposition: "scrap" })).toBeNull();
		expect(vehicle.settles().disposition).toBeNull();
		expect(vehicle.decides("nameplate.grossMass", "confirm_discrepancy", ANNA)).toBeNull();
		expect(vehicle.settles().disposition).toBe("scrap");
	});

	it("override only with a second person, who is not the first", () => {
		const vehicle = mismatched();
		expect(vehicle.decides("stamp.vin", "second_override", BEN, SECOND)).toBe("decision_rejected");
		expect(vehicle.decides("stamp.vin", "override", ANNA, { reason: "r" })).toBeNull();
		expect(vehicle.exception("stamp.vin").status).toBe("awaiting_second");
		expect(vehicle.settles().disposition).toBeNull();
		expect(vehicle.decides("stamp.vin", "second_override", ANNA, SECOND)).toBe("decision_rejected");
		expect(vehicle.decides("stamp.vin", "second_override", BEN, SECOND)).toBeNull();
		expect(vehicle.settles().disposition).toBe("concession");
	});

	it("ask the second person what they read blind, before a yes and before a no, and keep it", () => {
		const vehicle = mismatched();
		vehicle.decides("stamp.vin", "override", ANNA, { reason: "r" });
		for (const action of ["second_override", "decline_override"] as const) {
			expect(vehicle.decides("stamp.vin", action, BEN, { reason: "r" })).toBe("blind_reading_missing");
		}
		expect(vehicle.decides("stamp.vin", "second_override", BEN, SECOND)).toBeNull();
		const decided = vehicle.exception("stamp.vin").decisions.at(-1);
		expect(decided).toMatchObject({ by: BEN.name, blindReading: SECOND.blindReading });
		expect(vehicle.state.events.at(-1)?.detail).toMatchObject({ blind: WRONG_VIN });
	});

	it("let the second person decline: the exception is open again, for everybody", () => {
		const vehicle = mismatched();
		expect(vehicle.decides("stamp.vin", "decline_override", BEN, SECOND)).toBe("decision_rejected");
		vehicle.decides("stamp.vin", "override", ANNA, { reason: "r" });
		expect(vehicle.decides("stamp.vin", "decline_override", ANNA, SECOND)).toBe("decision_rejected");
		expect(vehicle.decides("stamp.vin", "decline_override", BEN, SECOND)).toBeNull();
		expect(vehicle.exception("stamp.vin").status).toBe("open");
		expect(vehicle.decides("stamp.vin", "second_override", BEN, SECOND)).toBe("decision_rejected");
		expect(vehicle.decides("stamp.vin", "confirm_discrepancy", BEN)).toBeNull();
		expect(vehicle.settles().disposition).toBe("rework");
	});

	it("let the second person refuse the release", () => {
		const vehicle = mismatched();
		vehicle.decides("stamp.vin", "override", ANNA, { reason: "r" });
		expect(vehicle.decides("stamp.vin", "confirm_discrepancy", BEN, { disposition: "hold" })).toBeNull();
		expect(vehicle.settles().disposition).toBe("hold");
	});

	it("correct an unreadable reading into a pass, alone, where it equals the record", () => {
		const vehicle = new Scenario();
		vehicle.showsAll({ ...GOOD, stamp: { unclear: { vin: WRONG_VIN } } });
		expect(vehicle.decides("stamp.vin", "correct_reading", ANNA, { correctedText: WRONG_VIN })).toBeNull();
		expect(vehicle.exception("stamp.vin").status).toBe("open");
		expect(vehicle.decides("stamp.vin", "correct_reading", ANNA, { correctedText: VIN })).toBeNull();
		expect(vehicle.settles().disposition).toBe("pass");
		expect(vehicle.exception("stamp.vin").finding.read).toBe(WRONG_VIN);
	});

	it("correct an accepted mismatch into a pass only with a second person", () => {
		const vehicle = mismatched();
		vehicle.decides("stamp.vin", "correct_reading", ANNA, { correctedText: VIN });
		expect(vehicle.exception("stamp.vin").status).toBe("awaiting_second");
		expect(vehicle.decides("stamp.vin", "second_override", ANNA, SECOND)).toBe("decision_rejected");
		expect(vehicle.decides("stamp.vin", "second_override", BEN, SECOND)).toBeNull();
		expect(vehicle.settles().disposition).toBe("pass");
	});

	it("accept for a conflict only a correction that one of the witnesses states", () => {
		const vehicle = new Scenario();
		vehicle.showsAll({ ...GOOD, certificate: { shows: { vin: VIN, engineNumber: "K20A-7" } } });
		vehicle.decides("vehicle.engineNumber", "correct_reading", ANNA, { correctedText: "K20A-9" });
		expect(vehicle.exception("vehicle.engineNumber").status).toBe("open");
		vehicle.decides("vehicle.engineNumber", "correct_reading", ANNA, { correctedText: "K20A-7" });
		expect(vehicle.exception("vehicle.engineNumber").status).toBe("awaiting_second");
	});

	it("keep whoever escalated from deciding", () => {
		const vehicle = mismatched();
		vehicle.decides("stamp.vin", "escalate", ANNA);
		expect(vehicle.exception("stamp.vin")).toMatchObject({ status: "open", escalated: true });
		expect(vehicle.decides("stamp.vin", "confirm_discrepancy", ANNA)).toBe("decision_rejected");
		expect(vehicle.decides("stamp.vin", "confirm_discrepancy", BEN)).toBeNull();
	});

	it("can be undone until the time for undo is over, and stay in the record", () => {
		const vehicle = new Scenario({ undoSeconds: 60 });
		vehicle.showsAll({ ...GOOD, stamp: { shows: { vin: WRONG_VIN } } });
		vehicle.decides("stamp.vin", "confirm_discrepancy", ANNA);
		expect(vehicle.settles().status).toBe("reviewing");
		expect(vehicle.undoes("stamp.vin", BEN)).toBeNull();
		expect(vehicle.exception("stamp.vin")).toMatchObject({
			status: "open",
			decisions: [{ undoneBy: "ben" }],
		});
		expect(vehicle.undoes("stamp.vin", BEN)).toBe("decision_rejected");
		vehicle.decides("stamp.vin", "confirm_discrepancy", ANNA, { disposition: "hold" });
		vehicle.passes(1);
		expect(vehicle.settles().disposition).toBe("hold");
		expect(vehicle.undoes("stamp.vin", BEN)).toBe("inspection_finished");
		expect(vehicle.decides("stamp.vin", "confirm_discrepancy", ANNA)).toBe("inspection_finished");
	});

	it("name an exception that is not there", () => {
		expect(mismatched().decides("stamp.colour", "escalate", ANNA)).toBe("exception_missing");
	});

	it("can't mend a failed check digit by typing or by another picture", () => {
		const vehicle = new Scenario({}, { vin: `${VIN.slice(0, 8)}7${VIN.slice(9)}` });
		expect(vehicle.decides("vehicle.checkDigit", "correct_reading", ANNA, { correctedText: VIN })).toBe(
			"decision_rejected",
		);
		expect(vehicle.decides("vehicle.checkDigit", "retake", ANNA)).toBe("decision_rejected");
	});
});

describe("a retake", () => {
	function retaken(): Scenario {
		const vehicle = new Scenario();
		vehicle.showsAll({ ...GOOD, stamp: { unclear: { vin: VIN } } });
		vehicle.decides("stamp.vin", "retake", ANNA);
		return vehicle;
	}

	it("waits for a capture, extends its deadline and settles with a good one", () => {
		const vehicle = retaken();
		expect(vehicle.exception("stamp.vin").status).toBe("awaiting_capture");
		expect(vehicle.state).toMatchObject({ status: "collecting", decisionDeadline: null });
		expect(vehicle.decides("stamp.vin", "confirm_discrepancy", BEN)).toBe("decision_rejected");
		vehicle.shows("stamp", GOOD.stamp);
		expect(vehicle.exception("stamp.vin").status).toBe("superseded");
		expect(vehicle.settles().disposition).toBe("pass");
		expect(vehicle.state.captures.filter((c) => c.witness === "stamp")).toHaveLength(2);
	});

	it("makes the captures before it stop counting", () => {
		const vehicle = new Scenario();
		vehicle.showsAll({ ...GOOD, stamp: { shows: { vin: WRONG_VIN } } });
		vehicle.decides("stamp.vin", "retake", ANNA);
		vehicle.shows("stamp", GOOD.stamp);
		expect(vehicle.outcomes["stamp.vin"]).toBe("match");
	});

	it("opens the exception again on a bad one; the decisions before stay, and bind no more", () => {
		const vehicle = retaken();
		vehicle.shows("stamp", { shows: { vin: WRONG_VIN } });
		expect(vehicle.exception("stamp.vin")).toMatchObject({
			status: "open",
			finding: { outcome: "mismatch" },
			decisions: [{ action: "retake" }],
		});
		expect(vehicle.undoes("stamp.vin", ANNA)).toBe("decision_rejected");
	});

	it("can be undone while it waits", () => {
		const vehicle = retaken();
		expect(vehicle.undoes("stamp.vin", ANNA)).toBeNull();
		expect(vehicle.exception("stamp.vin").status).toBe("open");
		expect(vehicle.state.status).toBe("reviewing");
	});

	it("that nobody delivers opens the exception again, with time to decide", () => {
		const vehicle = retaken();
		vehicle.passes(10);
		expect(vehicle.exception("stamp.vin")).toMatchObject({
			status: "open",
			finding: { outcome: "unreadable" },
		});
		vehicle.passes(9);
		expect(vehicle.settles().disposition).toBeNull();
		vehicle.passes(1);
		expect(vehicle.settles()).toMatchObject({ disposition: "hold", closure: "decision_deadline" });
	});

	it("of a missing witness keeps the exception while it waits", () => {
		const vehicle = new Scenario();
		vehicle.shows("nameplate", GOOD.nameplate);
		vehicle.shows("certificate", GOOD.certificate);
		vehicle.passes(10);
		vehicle.decides("stamp.capture", "retake", ANNA);
		vehicle.passes(1);
		expect(vehicle.exception("stamp.capture").status).toBe("awaiting_capture");
		vehicle.shows("stamp", GOOD.stamp);
		expect(vehicle.settles()).toMatchObject({ disposition: "pass", closure: "completed" });
	});

	it("of a conflict asks every witness that takes part", () => {
		const vehicle = new Scenario();
		vehicle.showsAll({ ...GOOD, certificate: { shows: { vin: VIN, engineNumber: "K20A-7" } } });
		vehicle.decides("vehicle.engineNumber", "retake", ANNA);
		vehicle.shows("nameplate", GOOD.nameplate);
		expect(vehicle.exception("vehicle.engineNumber").status).toBe("awaiting_capture");
		vehicle.shows("certificate", GOOD.certificate);
		expect(vehicle.settles().disposition).toBe("pass");
	});
});

describe("deadlines and cancellation", () => {
	it("hold a vehicle nobody decided on", () => {
		const vehicle = new Scenario();
		vehicle.showsAll({ ...GOOD, stamp: { shows: { vin: WRONG_VIN } } });
		vehicle.passes(10);
		expect(vehicle.exception("stamp.vin").status).toBe("expired");
		expect(vehicle.settles()).toMatchObject({ disposition: "hold", closure: "decision_deadline" });
	});

	it("name the capture deadline where a missing witness was confirmed", () => {
		const vehicle = new Scenario();
		vehicle.shows("nameplate", GOOD.nameplate);
		vehicle.shows("certificate", GOOD.certificate);
		vehicle.passes(10);
		vehicle.decides("stamp.capture", "confirm_discrepancy", ANNA);
		expect(vehicle.settles()).toMatchObject({ disposition: "rework", closure: "capture_deadline" });
	});

	it("wait for a capture that came in time and is still being read", () => {
		const vehicle = new Scenario();
		vehicle.shows("nameplate", GOOD.nameplate);
		vehicle.shows("certificate", GOOD.certificate);
		const stamp = vehicle.arrives("stamp");
		if (!stamp) throw new Error("the capture is new");
		vehicle.passes(10);
		expect(vehicle.outcomes["stamp.capture"]).toBeUndefined();
		vehicle.read(stamp, GOOD.stamp);
		expect(vehicle.settles().disposition).toBe("pass");
	});

	it("take a late capture as long as the inspection is open", () => {
		const vehicle = new Scenario();
		vehicle.shows("nameplate", GOOD.nameplate);
		vehicle.shows("certificate", GOOD.certificate);
		vehicle.passes(11);
		vehicle.shows("stamp", GOOD.stamp);
		expect(vehicle.exception("stamp.capture").status).toBe("superseded");
		expect(vehicle.settles()).toMatchObject({ disposition: "pass", closure: "completed" });
	});

	it("hold what was cancelled, and take nothing more in", () => {
		const vehicle = new Scenario();
		vehicle.showsAll(GOOD);
		vehicle.isCancelled(ANNA);
		expect(vehicle.arrives("stamp")).toBeNull();
		expect(vehicle.settles()).toMatchObject({ disposition: "hold", closure: "cancelled" });
	});
});
