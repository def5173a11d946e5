import type { Box } from "../../contracts/primitives.js";
import type { CodeReading, Reading } from "../../contracts/reading.js";
import { boundingBox } from "../../domain/geometry.js";
import type { TextLine } from "../../ocr/text-line.js";
import type { Picture } from "../picture.js";
import { showsScreen } from "./shows-screen.js";

/** What was seen in a picture, accepted or not. */
export interface SeenInPicture {
	readonly readings: readonly Reading[];
	readonly codes: readonly CodeReading[];
	readonly lines: readonly TextLine[];
}

/** Where the identity stands: the VIN, or else what was read instead; null where nothing was. */
function placeOfIdentity({ readings: [reading], codes: [code], lines }: SeenInPicture): Box | null {
	const read = reading?.fields.vin?.box ?? reading?.box ?? code?.box;
	if (read) return read;
	return lines.length === 0 ? null : boundingBox(lines.flatMap(({ quad }) => quad));
}

/**
 * Whether what was seen stands on a screen, not on a vehicle. Asked of every picture, for a screen is read as well as
 * what it shows.
 */
export function isOnScreen(picture: Picture, seen: SeenInPicture): boolean {
	const place = placeOfIdentity(seen);
	return place !== null && showsScreen(picture, place);
}

/** The same readings with nothing accepted: what stands on a screen proves nothing of the vehicle, however clear. */
export function revoked(readings: readonly Reading[]): Reading[] {
	const refused = { accepted: false, refusal: "screen" } as const;
	return readings.map((reading) => ({
		...reading,
		...refused,
		fields: Object.fromEntries(
			Object.entries(reading.fields).map(([name, field]) => [name, { ...field, ...refused }]),
		),
	}));
}
