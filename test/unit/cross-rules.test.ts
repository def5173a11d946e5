import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PACKAGE_ROOT } from "../../src/config/package-root.js";
import type { ObservationSummary, ObservedField } from "../../src/contracts/reading.js";
import { PLANS } from "../../src/demonstration/plans.js";
import { VEHICLES } from "../../src/demonstration/plant.js";
import { sampleDocuments } from "../../src/demonstration/sample-documents.js";
import { shownFields } from "../../src/demonstration/shown-fields.js";
import { isFieldName } from "../../src/domain/fields.js";
import { planProblems } from "../../src/domain/plan.js";
import { ruleFindings } from "../../src/domain/rule-findings.js";
import { RULES, rulesFor } from "../../src/domain/rules/index.js";
import { evaluate, type FieldValues } from "../../src/domain/rules/rule.js";
import { ruleTable } from "../../src/domain/rules/table.js";
import { samplePlan } from "../support/sample-plan.js";

const NOTHING_ELSE = new Set<string>();

/** A goods vehicle as its certificate has it: the numbers of Aliyun's published sample. */
const TRUCK: FieldValues = {
	certificateNumber: "YG170ZLM1234567",
	issueDate: "2021-01-03",
	manufactureDate: "2021-01-01",
	vehicleName: "自卸汽车",
	vehicleModel: "ZZ3257N414GE1",
	vin: "LZZ1ELSEXLW644557",
	engineModel: "WP10H400E50",
	engineNumber: "7520K064819",
	fuel: "柴油",
	displacement: 9500,
	enginePower: 294,
	emissionStandard: "GB17691-2005国V",
	overallLength: 8920,
	overallWidth: 2550,
	overallHeight: 3450,
	cargoLength: 6000,
	cargoWidth: 2350,
	cargoHeight: 1500,
	tyreCount: 10,
	tyreSize: "12.00R2016PR",
	frontTrack: "2022",
	rearTrack: "1850/1850",
	wheelbase: "4125+1350",
	axleLoads: "7000/18000(2)",
	axleCount: 3,
	steering: "方向盘",
	grossMass: 25_000,
	kerbMass: 12_500,
	payload: 12_370,
	payloadUtilisation: 1,
	cabSeats: 2,
	maxSpeed: 80,
};

/** A car with plate, certificate and label values together. */
const CAR: FieldValues = {
	...TRUCK,
	country: "中国",
	vin: "LXA2J5B37MC004217",
	vehicleName: "轿车",
	vehicleModel: "LXQ7150A5",
	vehicleType: "PASSENGER CAR",
	typeApproval: "E1*2018/858*00123*04",
	engineModel: "LX4G15T",
	fuel: "汽油",
	displacement: 1498,
	enginePower: 124,
	emissionStandard: "GB18352.6-2016国VI",
	fuelConsumption: 6.9,
	chassisCertificateNumber: "YG170ZLM7654321",
	seats: 5,
	overallLength: 4655,
	overallWidth: 1865,
	overallHeight: 1480,
	grossMass: 1985,
	kerbMass: 1540,
	combinationMass: 3385,
	towedMass: 1400,
	saddleMass: 0,
	frontAxleMass: 1045,
	rearAxleMass: 1010,
	grossMassPounds: 4376,
	frontAxlePounds: 2304,
	rearAxlePounds: 2227,
	payload: 315,
	payloadUtilisation: 0.2,
	cabSeats: 2,
};

const accusersOf = (values: FieldValues) =>
	RULES.filter((rule) => evaluate(rule, values, NOTHING_ELSE) === false).map(({ name }) => name);

describe("the rules between fields", () => {
	it("are at least forty, each named once, in both languages, with a source and known fields", () => {
		expect(RULES.length).toBeGreaterThanOrEqual(40);
		expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
		for (const { name, words, source, fields } of RULES) {
			expect(name).toMatch(/^[a-z][A-Za-z]+$/);
			expect(words.en).not.toMatch(/\p{Script=Han}/u);
			expect(words.zh).toMatch(/\p{Script=Han}/u);
			expect(source.length).toBeGreaterThan(8);
			expect(new Set(fields).size).toBe(fields.length);
			for (const field of fields) expect(isFieldName(field)).toBe(true);
		}
	});

	it("find nothing wrong with a published certificate", () => {
		expect(accusersOf(TRUCK)).toEqual([]);
	});

	it("find nothing wrong with the sample vehicles", () => {
		const shown = sampleDocuments(60, "rules").map(({ subject }) => shownFields(subject));
		for (const values of shown) {
			// Drawn at random: neither names nor type approvals of invented makers follow a register.
			expect(accusersOf(values).filter((name) => !MAKERS_OWN.includes(name))).toEqual([]);
		}
	});

	it.each(VEHICLES)(
		"find nothing wrong with $record.productionNumber of the demonstration plant",
		(vehicle) => {
			const shown = vehicle.captures.map(({ order }) => shownFields(order.subject));
			const rules = rulesFor(vehicle.record.market).filter(({ weight }) => weight === "violation");
			const values: FieldValues = Object.assign({}, ...shown);
			const objecting = rules.filter((rule) => evaluate(rule, values, NOTHING_ELSE) === false);
			expect(objecting.map(({ name }) => name)).toEqual([]);
		},
	);

	/** Each rule with one change to a good vehicle that it must object to. */
	const BROKEN: Readonly<Record<string, readonly [good: FieldValues, change: FieldValues]>> = {
		vinYearFitsManufacture: [TRUCK, { manufactureDate: "2024-01-01" }],
		vinSerialNumeric: [TRUCK, { vin: "LZZ1ELSEXLW64455A" }],
		vinCountryFits: [CAR, { country: "德国" }],
		certifiedVinIsChinese: [TRUCK, { vin: "W8NZZZN4ZTB030518" }],
		issuedAfterManufacture: [TRUCK, { issueDate: "2020-12-31" }],
		issuedWithinYear: [TRUCK, { issueDate: "2022-03-01" }],
		certificateNumberForm: [TRUCK, { certificateNumber: "170ZLM1234567" }],
		certificatesDiffer: [CAR, { chassisCertificateNumber: "YG170ZLM1234567" }],
		engineNumberIsNoVin: [TRUCK, { engineNumber: "LZZ1ELSEXLW644557" }],
		typeApprovalForm: [CAR, { typeApproval: "E1*2018*00123" }],
		modelCodeForm: [TRUCK, { vehicleModel: "3257" }],
		modelStatesGross: [TRUCK, { grossMass: 16_000 }],
		modelStatesLength: [CAR, { vehicleModel: "LXQ6380A5" }],
		modelStatesDisplacement: [CAR, { displacement: 1998 }],
		modelFitsName: [TRUCK, { vehicleName: "多用途乘用车" }],
		grossNotBelowKerb: [TRUCK, { kerbMass: 25_500 }],
		payloadBelowGross: [TRUCK, { payload: 25_100 }],
		grossNotAboveCombination: [CAR, { combinationMass: 1800 }],
		frontAxleNotAboveGross: [CAR, { frontAxleMass: 2045 }],
		rearAxleNotAboveGross: [CAR, { rearAxleMass: 2010 }],
		grossIsKerbPayloadOccupants: [TRUCK, { payload: 12_070 }],
		grossCarriesOccupants: [CAR, { kerbMass: 1840 }],
		axleLoadsCarryGross: [TRUCK, { axleLoads: "7000/13000(2)" }],
		axleLoadsNotFarAboveGross: [TRUCK, { axleLoads: "7000/48000(2)" }],
		axleRatingsCarryGross: [CAR, { rearAxleMass: 610 }],
		threeAxleRatingsCarryGross: [CAR, { rearAxleMass: 310, thirdAxleMass: 300 }],
		grossPoundsAgree: [CAR, { grossMassPounds: 4386 }],
		frontPoundsAgree: [CAR, { frontAxlePounds: 2384 }],
		rearPoundsAgree: [CAR, { rearAxlePounds: 2277 }],
		payloadUtilisationFits: [TRUCK, { payloadUtilisation: 1.1 }],
		saddleWithinPayload: [TRUCK, { saddleMass: 13_000 }],
		combinationWithinTowed: [CAR, { combinationMass: 3400 }],
		axleLoadsLegal: [TRUCK, { axleLoads: "12000/18000(2)" }],
		wheelbaseBelowLength: [TRUCK, { wheelbase: "8125+1350" }],
		frontTrackBelowWidth: [TRUCK, { frontTrack: "2622" }],
		rearTrackBelowWidth: [TRUCK, { rearTrack: "1850/2850" }],
		widthBelowLength: [CAR, { overallLength: 1655 }],
		cargoLengthBelowLength: [TRUCK, { cargoLength: 9000 }],
		cargoWidthBelowWidth: [TRUCK, { cargoWidth: 2850 }],
		cargoHeightBelowHeight: [TRUCK, { cargoHeight: 3500 }],
		lengthLegal: [TRUCK, { overallLength: 89_200 }],
		widthLegal: [TRUCK, { overallWidth: 2650 }],
		heightLegal: [TRUCK, { overallHeight: 4450 }],
		axlesFitWheelbase: [TRUCK, { wheelbase: "4125" }],
		axlesFitLoads: [TRUCK, { axleLoads: "7000/18000" }],
		axlesFitTracks: [TRUCK, { rearTrack: "1850" }],
		tyresFitAxles: [TRUCK, { tyreCount: 4 }],
		tyreSizeForm: [TRUCK, { tyreSize: "R20" }],
		enginePowerPlausible: [TRUCK, { enginePower: 0 }],
		displacementPlausible: [TRUCK, { displacement: 95_000 }],
		fuelConsumptionPlausible: [CAR, { fuelConsumption: 690 }],
		maxSpeedPlausible: [TRUCK, { maxSpeed: 800 }],
		powerFitsDisplacement: [TRUCK, { enginePower: 29 }],
		electricHasNoDisplacement: [CAR, { fuel: "纯电动" }],
		electricBurnsNothing: [CAR, { fuel: "电" }],
		fuelKnown: [TRUCK, { fuel: "柒油" }],
		engineModelStatesDisplacement: [CAR, { engineModel: "LX4G20T" }],
		emissionStandardKnown: [TRUCK, { emissionStandard: "GB1769-2005" }],
		emissionStageInForce: [TRUCK, { issueDate: "2021-12-01" }],
		emissionStandardFitsMass: [TRUCK, { emissionStandard: "GB18352.6-2016" }],
		steeringKnown: [TRUCK, { steering: "操纵杆" }],
		seatsPlausible: [CAR, { seats: 500 }],
		passengerCarSeats: [CAR, { seats: 15 }],
		usPassengerCarSeats: [CAR, { seats: 11 }],
		usVehicleTypeKnown: [CAR, { vehicleType: "TRUCX" }],
		cabSeatsPlausible: [TRUCK, { cabSeats: 22 }],
		carPayloadModest: [CAR, { payload: 1315 }],
	};

	it("each have a case here in which they object", () => {
		expect(Object.keys(BROKEN).sort()).toEqual(RULES.map(({ name }) => name).sort());
	});

	it.each(RULES)("$name objects to what breaks it, and to nothing before", (rule) => {
		const [good, change] = BROKEN[rule.name] ?? [{}, {}];
		expect(evaluate(rule, good, NOTHING_ELSE)).not.toBe(false);
		expect(evaluate(rule, { ...good, ...change }, NOTHING_ELSE)).toBe(false);
	});

	it.each(RULES)("$name says nothing where one of its fields is not stated", (rule) => {
		const all: FieldValues = { ...TRUCK, ...CAR, thirdAxleMass: 900 };
		for (const field of rule.fields) {
			const { [field]: _, ...others } = all;
			expect(evaluate(rule, others, NOTHING_ELSE)).toBeNull();
		}
	});

	it("an axle that is shown and can't be read keeps the sum of two from being judged", () => {
		const rule = RULES.find(({ name }) => name === "axleRatingsCarryGross");
		if (!rule) throw new Error("the rule is there");
		const light = { ...CAR, rearAxleMass: 610 };
		expect(evaluate(rule, light, new Set(["thirdAxleMass"]))).toBeNull();
	});

	it("are all in docs/rules.md, word for word", () => {
		// The formatter pads the cells of a table.
		const unpadded = (text: string) => text.replaceAll(/ +/g, " ").replaceAll(/-{3,}/g, "---");
		expect(unpadded(readFileSync(join(PACKAGE_ROOT, "docs", "rules.md"), "utf8"))).toContain(
			unpadded(ruleTable()),
		);
	});
});

/** Rules on makers' habits that randomly drawn sample vehicles need not follow. */
const MAKERS_OWN = ["modelFitsName", "modelStatesGross", "modelStatesDisplacement", "typeApprovalForm"];

describe("findings of the rules", () => {
	const plan = { ...samplePlan("P1"), rules: RULES.map(({ name }) => name) };
	const observed = (value: string | number, accepted = true): ObservedField => ({
		text: String(value),
		value,
		confidence: 0.98,
		accepted,
		refusal: accepted ? null : "low_confidence",
		box: [10, 20, 30, 40],
	});
	const seen = (witness: string, fields: Record<string, ObservedField>): ObservationSummary => ({
		capture: witness.length.toString(16).padStart(64, "0"),
		witness,
		kind: "certificate",
		retake: null,
		absent: false,
		refusal: null,
		fields,
		observedAt: "2026-03-14T08:00:00.000Z",
	});
	const on = (...observations: ObservationSummary[]) =>
		new Map(observations.map((observation) => [observation.witness, [observation]]));

	it("accuse with the picture of the first field and what every field says", () => {
		const certificate = seen("certificate", { grossMass: observed(1400), kerbMass: observed(1540) });
		expect(ruleFindings(plan, on(certificate))).toEqual([
			expect.objectContaining({
				findingId: "vehicle.grossNotBelowKerb",
				rule: "cross_rule",
				crossRule: "grossNotBelowKerb",
				outcome: "mismatch",
				field: "grossMass",
				read: "1400",
				capture: certificate.capture,
				box: [10, 20, 30, 40],
				statements: { "certificate@grossMass": "1400", "certificate@kerbMass": "1540" },
			}),
		]);
	});

	it("hold fields of different witnesses against each other, but not where witnesses differ", () => {
		const plate = seen("nameplate", { grossMass: observed(1400) });
		const certificate = seen("certificate", { kerbMass: observed(1540) });
		expect(ruleFindings(plan, on(plate, certificate))).toHaveLength(1);
		const other = seen("certificate", { kerbMass: observed(1540), grossMass: observed(1985) });
		expect(ruleFindings(plan, on(plate, other))).toEqual([]);
	});

	it("say nothing of readings that were not accepted, and remarks open no exception", () => {
		const refused = seen("certificate", { grossMass: observed(1400, false), kerbMass: observed(1540) });
		expect(ruleFindings(plan, on(refused))).toEqual([]);
		const odd = seen("certificate", { maxSpeed: observed(800) });
		expect(ruleFindings(plan, on(odd)).map(({ outcome }) => outcome)).toEqual(["match"]);
	});

	it("come only where the plan names rules, and only from those of its market", () => {
		const old = seen("certificate", {
			vin: observed("W8NZZZN4ZTB030518"),
			manufactureDate: observed("2001-01"),
		});
		expect(ruleFindings(samplePlan("P1"), on(old))).toEqual([]);
		const named = { ...plan, rules: ["vinYearFitsManufacture"] };
		expect(ruleFindings(named, on(old))).toHaveLength(1);
		expect(ruleFindings({ ...named, market: "EU" as const }, on(old))).toEqual([]);
	});

	it("plans of the demonstration apply the rules of their market; an unknown rule is a problem", () => {
		for (const demonstrated of PLANS) {
			expect(demonstrated.rules).toEqual(rulesFor(demonstrated.market).map(({ name }) => name));
		}
		expect(planProblems({ ...plan, rules: ["noSuchRule", "widthLegal", "widthLegal"] })).toEqual([
			{ path: "rules.0", message: expect.stringContaining("noSuchRule") },
			{ path: "rules.2", message: expect.stringContaining("twice") },
		]);
	});
});
