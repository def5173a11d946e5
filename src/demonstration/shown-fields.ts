import type { FieldValue } from "../contracts/reading.js";
import { FIELDS, isFieldName } from "../domain/fields.js";
import { canonicalNumbers } from "../domain/number-list.js";
import { sealsOn } from "./render/certificate-forms.js";
import type { Subject, SubjectOf } from "./render/picture.js";
import { pounds } from "./render/us-label.js";

/** What stands in the picture, by field, written as a reading's value is. */
export function shownFields(subject: Subject): Readonly<Record<string, FieldValue>> {
	switch (subject.form) {
		case "stamp":
			return subject.vin === null ? {} : { vin: subject.vin };
		case "gear":
			return { gearPart: subject.partNumber, toothCount: subject.toothCount };
		case "gb_plate":
			return { ...asRead(subject.contents), country: "中国" };
		case "eu_plate":
			return asRead(subject.contents);
		case "us_label":
			return { ...asRead(subject.contents), ...besideRatings(subject) };
		case "certificate":
			return { ...asRead(subject.contents), ...sealsOf(subject) };
	}
}

/** Contents under the names of fields; a maker's own lines are none. */
function asRead(contents: object): Record<string, FieldValue> {
	return Object.fromEntries(
		Object.entries(contents).flatMap(([name, value]: [string, unknown]) => {
			if (!isFieldName(name) || (typeof value !== "string" && typeof value !== "number")) return [];
			const text = String(value).normalize("NFKC");
			switch (FIELDS[name].type) {
				case "code":
					return [[name, text.replace(/\s/gu, "").toUpperCase()]];
				case "numbers":
					return [[name, canonicalNumbers(text) ?? text]];
				default:
					return [[name, value]];
			}
		}),
	);
}

function besideRatings({ contents }: SubjectOf<"us_label">): Record<string, FieldValue> {
	const { grossMass, frontAxleMass, rearAxleMass, makersLine } = contents;
	const [, tyreSize] = /TIRE: (\S+)/.exec(makersLine) ?? [];
	return {
		grossMassPounds: pounds(grossMass),
		frontAxlePounds: pounds(frontAxleMass),
		rearAxlePounds: pounds(rearAxleMass),
		...(tyreSize === undefined ? {} : { tyreSize }),
	};
}

function sealsOf({ contents, print, unsealed }: SubjectOf<"certificate">): Record<string, FieldValue> {
	return Object.fromEntries(
		sealsOn(print ?? "table", contents.manufacturer).flatMap((seal, index) => {
			if (unsealed?.includes(index)) return [];
			const isCompanys = seal.shape === "round" && seal.purpose === "";
			return [[isCompanys ? "companySeal" : "certificateSeal", 1]];
		}),
	);
}
