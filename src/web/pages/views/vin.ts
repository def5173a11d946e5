/** A VIN in the groups of ISO 3779: manufacturer (3), description (6, check digit last), vehicle (8). */
export interface VinGroups {
	readonly whole: string;
	readonly groups: readonly string[];
}

/** Groups are for the eye only: `whole` is what is copied and read aloud. */
export function groupVin(vin: string): VinGroups {
	return { whole: vin, groups: [vin.slice(0, 3), vin.slice(3, 9), vin.slice(9)].filter(Boolean) };
}
