import type { Inspection } from "../../src/contracts/inspection.js";
import { sealed } from "../../src/domain/inspection.js";
import { Scenario } from "./inspection-scenario.js";
import { ANNA, BEN, GOOD_SHOWS, PLAN, VIN } from "./sample-vehicle.js";

/** How a vehicle fares: as the record says, misread on the nameplate, wrong, released by two, or left to its deadline. */
export const FATES = ["good", "misread", "wrong", "released", "undecided"] as const;
export type Fate = (typeof FATES)[number];

const DIGEST = "0".repeat(64);

export interface FinishedVehicle {
	readonly number: number;
	readonly fate: Fate;
	readonly sealedAt: string;
	readonly model?: string;
	/** Seconds the decision took; a minute where left out. */
	readonly seconds?: number;
	readonly plant?: string;
}

/** One vehicle's inspection from track-in to the sealed report, by the product's own rules. */
export function finishedVehicle(vehicle: FinishedVehicle): Inspection {
	const { number, fate, sealedAt, model = PLAN.model, seconds = 60, plant = "plant" } = vehicle;
	const scenario = new Scenario({ model }, { model });
	const wrongVin = `${VIN.slice(0, 16)}5`;
	scenario.showsAll({
		stamp: { shows: { vin: fate === "good" || fate === "misread" ? VIN : wrongVin } },
		nameplate: {
			shows: { ...GOOD_SHOWS.nameplate },
			...(fate === "misread" ? { unclear: { grossMass: 1930 } } : {}),
		},
		certificate: { shows: GOOD_SHOWS.certificate },
	});
	const open = () => scenario.state.exceptions.filter(({ status }) => status === "open");
	scenario.passes(fate === "undecided" ? 11 : seconds / 60);
	for (const { finding } of fate === "undecided" ? [] : open()) {
		const { findingId } = finding;
		if (fate === "misread") scenario.decides(findingId, "correct_reading", ANNA, { correctedText: "1980" });
		else if (fate === "wrong") scenario.decides(findingId, "confirm_discrepancy", ANNA);
		else {
			scenario.decides(findingId, "override", ANNA, { reason: "permitted_deviation" });
			scenario.decides(findingId, "second_override", BEN, {
				reason: "checked_on_vehicle",
				blindReading: { text: wrongVin, sight: null, at: scenario.now },
			});
		}
	}
	scenario.passes(1);
	const settled = scenario.settles();
	const report = { pdf: DIGEST, record: DIGEST, pages: 1, bytes: 1, sealedAt };
	const moved = Date.parse(sealedAt) - Date.parse(scenario.now);
	const inspectionId = `${plant}-V${number}-1`;
	const later = (instant: string) => new Date(Date.parse(instant) + moved).toISOString();
	const done = sealed(settled, report, scenario.now);
	return {
		...done,
		plant,
		inspectionId,
		productionNumber: `V${number}`,
		startedAt: later(done.startedAt),
		record: { ...done.record, plant, productionNumber: `V${number}` },
		exceptions: done.exceptions.map((exception) => ({
			...exception,
			inspectionId,
			exceptionId: `${inspectionId}~${exception.finding.findingId}`,
			openedAt: later(exception.openedAt),
			deadline: later(exception.deadline),
			decisions: exception.decisions.map((decision) => ({
				...decision,
				exceptionId: `${inspectionId}~${exception.finding.findingId}`,
				at: later(decision.at),
			})),
		})),
		events: done.events.map((event) => ({
			...event,
			at: later(event.at),
			detail:
				event.detail.exception === undefined
					? event.detail
					: { ...event.detail, exception: event.detail.exception.replace(done.inspectionId, inspectionId) },
		})),
	};
}
