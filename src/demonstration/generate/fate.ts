import type { DecisionInput } from "../../contracts/exception.js";
import type { Refusal } from "../../contracts/reading.js";
import type { PlantCapture, PlantVehicle } from "../plant-vehicle.js";
import type { Random } from "../render/random.js";
import { shownFields } from "../shown-fields.js";
import { type Mishap, twinOf } from "./sight.js";
import { oneOf } from "./vehicle.js";

/** One answer of a person to what is open; the second of two confirms the first. */
export type Answer = Pick<DecisionInput, "action"> &
	Partial<Pick<DecisionInput, "reason" | "disposition" | "comment">>;

/** What befalls a vehicle on its way through the plant. */
export interface Fate {
	/** First picture of a witness, by its id; what is asked for again turns out well. */
	readonly mishaps: Readonly<Record<string, Mishap>>;
	/** Witness that no station ever sends. */
	readonly missing: string | null;
	/** What people do about each exception, in turn; nobody comes where it is empty. */
	readonly answers: readonly Answer[];
	/** Somebody thinks better of the first answer and gives it again. */
	readonly thinksAgain: boolean;
	readonly cancelled: boolean;
}

const GOOD: Fate = { mishaps: {}, missing: null, answers: [], thinksAgain: false, cancelled: false };

const withVin = ({ captures }: PlantVehicle): PlantCapture[] =>
	captures.filter(({ witness }) => witness.fields.includes("vin"));

function oneCharacterOff(text: string, random: Random): string {
	const at = random.whole(3, Math.max(3, text.length - 1));
	return text.slice(0, at) + twinOf(text.charAt(at)) + text.slice(at + 1);
}

function wronglyMarked(vehicle: PlantVehicle, random: Random): Fate {
	const { witness } = oneOf(random, withVin(vehicle) as [PlantCapture, ...PlantCapture[]]);
	const value = oneCharacterOff(vehicle.record.vin, random);
	const reason = witness.kind === "stamp" ? "marked_wrong" : "printed_wrong";
	const disposition = random.next() < 0.12 ? "scrap" : random.next() < 0.2 ? "hold" : "rework";
	return {
		...GOOD,
		mishaps: { [witness.id]: { wrong: { field: "vin", value } } },
		answers: [{ action: "confirm_discrepancy", disposition, reason }],
	};
}

function falselyCalled(vehicle: PlantVehicle, random: Random): Fate {
	const { witness } = oneOf(random, withVin(vehicle) as [PlantCapture, ...PlantCapture[]]);
	const refusal: Refusal = oneOf(random, ["low_confidence", "readers_disagree", "single_reader"]);
	return {
		...GOOD,
		mishaps: { [witness.id]: { doubtful: { field: "vin", refusal } } },
		answers: [{ action: "correct_reading", reason: "confused_character" }],
		thinksAgain: random.next() < 0.08,
	};
}

function otherValue(vehicle: PlantVehicle, random: Random): Fate {
	const capture = oneOf(random, vehicle.captures as [PlantCapture, ...PlantCapture[]]);
	const shown = shownFields(capture.order.subject);
	const fields = capture.witness.fields.filter(
		(field) => field !== "vin" && typeof shown[field] === "number",
	);
	const [field] = fields;
	if (field === undefined) return wronglyMarked(vehicle, random);
	const released = random.next() < 0.4;
	return {
		...GOOD,
		mishaps: { [capture.witness.id]: { wrong: { field, value: Number(shown[field]) + 5 } } },
		answers: released
			? [
					{ action: "override", reason: "agreed_with_quality", comment: "agreed with the plant's quality" },
					{ action: "second_override", reason: "checked_on_vehicle" },
				]
			: [{ action: "confirm_discrepancy", reason: "wrong_variant" }],
	};
}

const damaged = (random: Random): Fate => ({
	...GOOD,
	mishaps: {
		gear: { defect: oneOf(random, ["broken_tooth", "worn_tooth", "missing_tooth", "damaged_flank"]) },
	},
	answers: [
		{
			action: "confirm_discrepancy",
			disposition: random.next() < 0.3 ? "scrap" : "rework",
			reason: "damaged",
		},
	],
});

function badPicture(vehicle: PlantVehicle, random: Random): Fate {
	const { witness } = oneOf(random, vehicle.captures as [PlantCapture, ...PlantCapture[]]);
	const retake: Refusal = oneOf(random, ["blurred", "glare", "underexposed", "too_small"]);
	return { ...GOOD, mishaps: { [witness.id]: { retake } }, answers: [{ action: "retake" }] };
}

function missing(vehicle: PlantVehicle, random: Random): Fate {
	const { witness } = oneOf(random, vehicle.captures as [PlantCapture, ...PlantCapture[]]);
	return {
		...GOOD,
		missing: witness.id,
		answers: random.next() < 0.5 ? [] : [{ action: "confirm_discrepancy", disposition: "hold" }],
	};
}

/** A plant's mix: nine in ten pass by themselves, and most of the others are good as well. */
export function fateOf(vehicle: PlantVehicle, random: Random): Fate {
	const drawn = random.next();
	if (drawn < 0.9) return GOOD;
	if (drawn < 0.945) return falselyCalled(vehicle, random);
	if (drawn < 0.96) return badPicture(vehicle, random);
	if (drawn < 0.974) return wronglyMarked(vehicle, random);
	if (drawn < 0.984) return otherValue(vehicle, random);
	if (drawn < 0.992) return damaged(random);
	if (drawn < 0.997) return missing(vehicle, random);
	if (drawn < 0.999) return { ...wronglyMarked(vehicle, random), answers: [] };
	return { ...GOOD, cancelled: true };
}
