import type { Capture } from "../../contracts/capture.js";
import type { Inspection } from "../../contracts/inspection.js";
import type { PlannedWitness } from "../../contracts/plan.js";
import type { Store } from "../../persistence/store.js";

/** Inspections looked through for captures, and captures offered. */
const LOOKED_THROUGH = 12;
const OFFERED = 8;

/** A capture of a vehicle that was on the line. */
export interface RecentCapture {
	readonly capture: Capture;
	readonly productionNumber: string;
	readonly model: string;
}

export interface RecentCaptures {
	/** Of the witness itself, on vehicles of the model. */
	readonly own: readonly RecentCapture[];
	/** Of other witnesses of its kind from its station, whatever the model; only to fill up what its own leave. */
	readonly alike: readonly RecentCapture[];
}

function capturesIn(
	inspections: readonly Inspection[],
	fits: (capture: Capture, inspection: Inspection) => boolean,
): RecentCapture[] {
	return inspections.flatMap((inspection) =>
		inspection.captures
			.filter((capture) => fits(capture, inspection))
			.map((capture) => ({
				...{ capture, productionNumber: inspection.productionNumber, model: inspection.plan.model },
			})),
	);
}

/** The newest inspections with a capture from a station or tracked in there, whole. */
async function ofStation(store: Store, station: string): Promise<readonly Inspection[]> {
	const { items } = await store.search.find({ station }, null, LOOKED_THROUGH);
	const found = await Promise.all(items.map(({ inspectionId }) => store.inspections.get(inspectionId)));
	return found.flatMap((inspection) => inspection ?? []);
}

/** The newest captures to try a plan's witness out on; a witness that was just added to a draft has none of its own. */
export async function recentCaptures(
	store: Store,
	model: string,
	{ id, kind, station }: PlannedWitness,
): Promise<RecentCaptures> {
	const { items } = await store.inspections.list({ model }, null, LOOKED_THROUGH);
	const own = capturesIn(items, ({ witness }) => witness === id).slice(0, OFFERED);
	if (own.length === OFFERED) return { own, alike: [] };
	const known = new Set(own.map(({ capture }) => capture.sha256));
	const alike = capturesIn(
		await ofStation(store, station),
		(capture, { plan }) =>
			capture.station === station &&
			!known.has(capture.sha256) &&
			plan.witnesses.some((planned) => planned.id === capture.witness && planned.kind === kind),
	);
	return { own, alike: alike.slice(0, OFFERED - own.length) };
}
