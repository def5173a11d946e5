import type { Exception } from "../../contracts/exception.js";
import type { Inspection } from "../../contracts/inspection.js";
import {
	type Bucket,
	type Contribution,
	type DecidedException,
	EVERY_STATION,
	type ExceptionEnd,
	type ReaderVersion,
	type Tally,
} from "../../contracts/statistics.js";
import { resolutionOf, retakeWitnesses } from "../review.js";
import { hourAt, type PlantCalendar, shiftAt } from "./calendar.js";
import { defectKey, EMPTY_TALLY, roundedSeconds } from "./tally.js";

/** How an exception ended; null where a new capture settled it before anybody had to look. */
function endOf(inspection: Inspection, exception: Exception): ExceptionEnd | null {
	const decided = exception.decisions.some(({ undoneAt }) => undoneAt === null);
	// The picture was no use and the next one matched: the vehicle was right all along.
	if (exception.status === "superseded") return decided ? "false_call" : null;
	const resolution = resolutionOf(inspection, exception);
	if (exception.status !== "resolved" || resolution.status !== "resolved") return "expired";
	if (resolution.disposition === "pass") return "false_call";
	return resolution.disposition === "concession" ? "released" : "confirmed";
}

interface EndedException {
	readonly exception: Exception;
	readonly end: ExceptionEnd;
	/** Stations of the witnesses it speaks of. */
	readonly stations: readonly string[];
	readonly decidedAt: string | null;
	/** From its opening to the last decision on it. */
	readonly seconds: number | null;
}

function endedExceptions(inspection: Inspection): readonly EndedException[] {
	const stationOf = new Map(inspection.plan.witnesses.map(({ id, station }) => [id, station]));
	return inspection.exceptions.flatMap((exception) => {
		const end = endOf(inspection, exception);
		if (end === null) return [];
		const named = retakeWitnesses(inspection, exception).flatMap((id) => stationOf.get(id) ?? []);
		const standing = exception.decisions.filter(({ undoneAt }) => undoneAt === null);
		const decidedAt = end === "expired" ? null : (standing.at(-1)?.at ?? null);
		const { openedAt } = exception;
		const seconds =
			decidedAt === null ? null : Math.max(0, Date.parse(decidedAt) - Date.parse(openedAt)) / 1000;
		return [{ exception, end, stations: [...new Set(named)], decidedAt, seconds }];
	});
}

const counted = (keys: readonly string[]): Record<string, number> => {
	const histogram: Record<string, number> = {};
	for (const key of keys) histogram[key] = (histogram[key] ?? 0) + 1;
	return histogram;
};

function tallyOf(
	inspection: Inspection,
	exceptions: readonly EndedException[],
	captured: boolean,
	passed: boolean,
): Tally {
	const ended = (end: ExceptionEnd) => exceptions.filter((one) => one.end === end).length;
	const first = inspection.sequence === 1;
	return {
		...EMPTY_TALLY,
		vehicles: 1,
		firsts: first ? 1 : 0,
		firstPasses: first && passed ? 1 : 0,
		captured: captured ? 1 : 0,
		withException: exceptions.length > 0 ? 1 : 0,
		exceptions: exceptions.length,
		falseCalls: ended("false_call"),
		withFalseCall: ended("false_call") > 0 ? 1 : 0,
		confirmed: ended("confirmed"),
		released: ended("released"),
		expired: ended("expired"),
		defects: counted(
			exceptions.map(({ exception: { finding } }) =>
				defectKey(finding.witness, finding.field, finding.outcome),
			),
		),
		seconds: counted(
			exceptions.flatMap(({ seconds }) => (seconds === null ? [] : [String(roundedSeconds(seconds))])),
		),
	};
}

/**
 * What a sealed inspection adds to the statistics: to its hour and its shift, for the vehicle as a whole and
 * for each station of its plan. The same inspection always gives the same. Null where there is nothing to
 * count: it is not sealed, or it was cancelled and says nothing about the vehicle.
 */
export function contributionOf(
	inspection: Inspection,
	readerVersion: ReaderVersion,
	calendar: PlantCalendar,
): Contribution | null {
	const { inspectionId, plant, plan, record, captures, sealedAt, closure } = inspection;
	if (inspection.status !== "sealed" || sealedAt === null || closure === "cancelled") return null;
	const exceptions = endedExceptions(inspection);
	const shift = shiftAt(sealedAt, calendar);
	const shared = {
		plant,
		day: shift.day,
		shift: shift.begins,
		model: record.model,
		readers: readerVersion.version,
	};
	const at = (station: string, tally: Tally): Bucket[] => [
		{ ...shared, grain: "hour", start: hourAt(sealedAt, calendar), station, tally },
		{ ...shared, grain: "shift", start: shift.start, station, tally },
	];
	const stations = [...new Set(plan.witnesses.map(({ station }) => station))];
	const perStation = stations.flatMap((station) => {
		const own = exceptions.filter((one) => one.stations.includes(station));
		const witnesses = plan.witnesses.filter((one) => one.station === station).map(({ id }) => id);
		const captured = captures.some(({ witness }) => witnesses.includes(witness));
		// A station has done its part where nothing but false calls came of what it sent.
		return at(
			station,
			tallyOf(
				inspection,
				own,
				captured,
				own.every(({ end }) => end === "false_call"),
			),
		);
	});
	const whole = tallyOf(inspection, exceptions, captures.length > 0, inspection.disposition === "pass");
	return {
		inspectionId,
		buckets: [...at(EVERY_STATION, whole), ...perStation],
		decided: exceptions.flatMap(
			({ exception, end, stations: named, decidedAt, seconds }): DecidedException[] =>
				decidedAt === null || seconds === null
					? []
					: [
							{
								exceptionId: exception.exceptionId,
								plant,
								at: decidedAt,
								seconds,
								end,
								stations: [...named],
								model: record.model,
								readers: readerVersion.version,
								shift: shiftAt(decidedAt, calendar).begins,
							},
						],
		),
		readerVersion,
	};
}
