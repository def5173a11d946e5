import { item, type Layout } from "./layout.js";
import { NAMEPLATE } from "./nameplate-layout.js";

/**
 * Labels at the door jamb, under the bonnet and on parts name the same items as plates do (49 CFR 567.4;
 * GB/T 18410 for the VIN bar-code label; 49 CFR 571.110 S4.3 for the tyre placard's seating capacity).
 */
export const LABEL: Layout = {
	captions: [
		...NAMEPLATE.captions,
		item("seats", "Seating Capacity Total", "Nombre de places Total"),
		item("fuel", "燃料种类", "燃料", "Fuel"),
		item("emissionStandard", "排放标准", "排放阶段", "Emission Standard"),
		item("gearPart", "零件号", "Part No.", "Part Number"),
	],
	phrases: NAMEPLATE.phrases,
};
