import { CHECK_POSITION, checkDigitOf } from "../../domain/vin.js";
import { lanxing } from "../lanxing.js";
import { nordhaven } from "../nordhaven.js";
import type { PlantVehicle } from "../plant-vehicle.js";
import { prairieCrest } from "../prairie-crest.js";
import type { Random } from "../render/random.js";

/** One of a list, each as likely as the others. */
export function oneOf<T>(random: Random, options: readonly [T, ...T[]]): T {
	return options[random.whole(0, options.length - 1)] ?? options[0];
}

const sixDigits = (serial: number): string => String(serial % 1_000_000).padStart(6, "0");

/** The number with the check digit that 49 CFR 565.15(c) gives it. */
function withCheckDigit(vin: string): string {
	return vin.slice(0, CHECK_POSITION) + (checkDigitOf(vin) ?? "0") + vin.slice(CHECK_POSITION + 1);
}

/** The vehicle with this serial number, in the mix of the plant's three models; good in every respect. */
export function vehicleNumbered(serial: number, random: Random): PlantVehicle {
	const digits = sixDigits(serial);
	const model = random.next();
	if (model < 0.5) {
		return lanxing({
			productionNumber: `LX26-${digits}`,
			vin: withCheckDigit(`LXA2J5B30TC${digits}`),
			colour: oneOf(random, ["珍珠白", "水晶黑", "海洋蓝"]),
			variant: oneOf(random, ["1.5T", "2.0T"]),
			engineNumber: `T26C${digits}`,
		});
	}
	if (model < 0.8) {
		return nordhaven({
			productionNumber: `NH26-${digits}`,
			vin: `W8NZZZN4ZTB${digits}`,
			colour: oneOf(random, ["Fjordblau", "Polarsilber", "Signalrot"]),
			variant: oneOf(random, ["1.6", "2.0"]),
		});
	}
	return prairieCrest({
		productionNumber: `PC26-${digits}`,
		vin: withCheckDigit(`5Y8KR4B30TP${digits}`),
		colour: oneOf(random, ["Glacier White", "Canyon Red", "Graphite"]),
		variant: oneOf(random, ["3.73", "4.10"]),
	});
}
