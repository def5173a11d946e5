import { expect, test } from "vitest";
import { WitnessKind } from "../../src/contracts/reading.js";
import { LANXING_PLAN, PLANS } from "../../src/demonstration/plans.js";
import { fieldsOfKind } from "../../src/domain/fields-of-kind.js";
import { CERTIFICATE } from "../../src/ocr/documents/certificate-layout.js";
import { LABEL } from "../../src/ocr/documents/label-layout.js";
import { NAMEPLATE } from "../../src/ocr/documents/nameplate-layout.js";

test.each([
	["certificate", CERTIFICATE],
	["nameplate", NAMEPLATE],
	["label", LABEL],
] as const)("a %s may be compared by everything its readers know", (kind, layout) => {
	const read = new Set([
		...layout.captions.flatMap(({ fields }) => fields),
		...layout.phrases.map((p) => p.field),
	]);
	expect([...read].filter((field) => !fieldsOfKind(kind).includes(field))).toEqual([]);
});

test("every witness of the demonstration is compared by fields of its kind", () => {
	expect(PLANS).toContain(LANXING_PLAN);
	for (const { witnesses } of PLANS)
		for (const { kind, fields } of witnesses)
			expect(fields.filter((field) => !fieldsOfKind(kind).some((own) => own === field))).toEqual([]);
});

test("every kind shows something", () => {
	for (const kind of WitnessKind.options) expect(fieldsOfKind(kind).length).toBeGreaterThan(1);
});
