import { type LineVehicle, STATION } from "./vehicles.js";
import { formOf, readingsOf, type Stage, type Visit } from "./visits.js";

export interface Burst {
	readonly captures: number;
	readonly takenInSeconds: number;
	readonly drainedInSeconds: number;
	/** Places by which the order of reading departs from the order of arrival, at most. */
	readonly mostDisplaced: number;
}

/** All captures at once, each until it is taken; then the order in which they were read. */
export async function burstOf(
	{ line, store, witnesses }: Stage,
	vehicles: readonly LineVehicle[],
): Promise<Burst> {
	const { station } = line.people;
	for (const { productionNumber } of vehicles) {
		await station.send("/track-in", { json: { productionNumber, station: STATION, sequence: 1 } });
	}
	const began = performance.now();
	const visits = vehicles.map((vehicle): Visit => {
		const captures = witnesses.map(async (witness) => {
			await station.send(`/inspections/${vehicle.inspectionId}/captures`, {
				form: () => formOf(line, vehicle, witness),
				idempotencyKey: `${vehicle.inspectionId}.${witness}`,
			});
			return true;
		});
		return { vehicle, trackedIn: Promise.resolve(true), captures };
	});
	await Promise.all(visits.flatMap(({ captures }) => captures));
	const takenInSeconds = (performance.now() - began) / 1000;
	const readings = await readingsOf(store, visits);
	const drainedInSeconds = (performance.now() - began) / 1000;
	const byArrival = readings.toSorted((a, b) => a.received - b.received);
	const byReading = byArrival.toSorted((a, b) => a.observed - b.observed);
	const place = new Map(byReading.map((one, i) => [one, i]));
	const displaced = byArrival.map((one, i) => Math.abs((place.get(one) ?? i) - i));
	return {
		captures: readings.length,
		takenInSeconds,
		drainedInSeconds,
		mostDisplaced: Math.max(...displaced),
	};
}
