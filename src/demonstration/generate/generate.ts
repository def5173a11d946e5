import type { CaptureImage } from "../../contracts/capture.js";
import type { InspectionPlan } from "../../contracts/plan.js";
import type { Store } from "../../persistence/store.js";
import type { ContentStore } from "../../storage/content-store.js";
import { PLANS } from "../plans.js";
import type { PlantCapture } from "../plant-vehicle.js";
import { createRandom } from "../render/random.js";
import { openStudio } from "../render/studio.js";
import { fateOf } from "./fate.js";
import { passageOf } from "./passage.js";
import { vehicleNumbered } from "./vehicle.js";

const AUTHOR = "generator";
/** Vehicles written at once: enough to keep a store busy, few enough not to queue for seconds. */
const AT_ONCE = 24;
const DAY_MS = 24 * 60 * 60_000;
/** The plant works in two shifts, Monday to Saturday. */
const SHIFT_HOURS = { from: 6, to: 22 } as const;

export interface Generation {
	readonly seed: string;
	readonly count: number;
	/** Days before `until` over which the vehicles enter the line. */
	readonly days: number;
	readonly until: Date;
	readonly plant: string;
	/** Serial number of the first vehicle. */
	readonly firstSerial: number;
	/** Told after each vehicle. */
	progress(done: number): void;
}

/** Instants at which vehicles enter the line, oldest first: evenly over the hours the plant works. */
export function entriesOf({ count, days, until }: Pick<Generation, "count" | "days" | "until">): Date[] {
	const hours: number[] = [];
	for (let hour = until.getTime() - days * DAY_MS; hour < until.getTime(); hour += DAY_MS / 24) {
		const at = new Date(hour);
		const works = at.getDay() !== 0 && at.getHours() >= SHIFT_HOURS.from && at.getHours() < SHIFT_HOURS.to;
		if (works) hours.push(hour);
	}
	if (hours.length === 0) hours.push(until.getTime() - DAY_MS / 24);
	return Array.from({ length: count }, (_, index) => {
		const along = ((index + 0.5) / count) * hours.length;
		const hour = hours[Math.floor(along)] ?? 0;
		return new Date(Math.min(hour + (along % 1) * (DAY_MS / 24), until.getTime()));
	});
}

async function plansOf(store: Store, plant: string): Promise<ReadonlyMap<string, InspectionPlan>> {
	const released = PLANS.map(
		async (input) =>
			(await store.plans.released(plant, input.model)) ??
			(await store.plans.save(plant, input, "released", AUTHOR)),
	);
	return new Map((await Promise.all(released)).map((plan) => [plan.model, plan]));
}

/** The same picture under another digest: a JPEG comment more (marker 0xFFFE, its length of 4, two bytes). */
function takenAgain(jpeg: Buffer): Buffer {
	return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xfe, 0, 4, 0x32, 0x2e]), jpeg.subarray(2)]);
}

/**
 * A picture of each witness of each model, and the same taken again. All vehicles of a model share them: what a
 * page shows and how long it takes do not depend on whose number is in the picture.
 */
async function sharedPictures(store: Store, captures: ContentStore) {
	const kept = new Map<string, CaptureImage>();
	const keep = async (name: string, picture: Buffer, width: number, height: number) => {
		const { sha256, bytes } = await captures.put(picture);
		const image: CaptureImage = { sha256, bytes, mediaType: "image/jpeg", width, height };
		await store.captures.save(image);
		kept.set(name, image);
	};
	const studio = openStudio();
	try {
		for (const { model } of PLANS) {
			for (const { witness, order } of firstOf(model).captures) {
				const { jpeg, width, height } = await studio.render(order);
				await keep(`${model}/${witness.id}/false`, Buffer.from(jpeg), width, height);
				await keep(`${model}/${witness.id}/true`, takenAgain(Buffer.from(jpeg)), width, height);
			}
		}
	} finally {
		await studio.close();
	}
	return (model: string) => (capture: PlantCapture, again: boolean) => {
		const image = kept.get(`${model}/${capture.witness.id}/${again}`);
		if (!image) throw new Error(`no picture of ${capture.witness.id} of ${model}`);
		return image;
	};
}

/** The first vehicle of a model that the mix brings. */
function firstOf(model: string) {
	const random = createRandom("shared pictures");
	for (;;) {
		const vehicle = vehicleNumbered(1, random);
		if (vehicle.record.model === model) return vehicle;
	}
}

/**
 * Fills a store with the inspections of a plant that has run for months, made by the same rules that judge and
 * decide on the line. The same seed, end and count give the same inspections; one that is there already stays.
 * Their reports are named but not archived: nothing was signed.
 */
export async function generateInspections(
	store: Store,
	captures: ContentStore,
	generation: Generation,
): Promise<void> {
	const { seed, plant, until, firstSerial } = generation;
	const plans = await plansOf(store, plant);
	const picturesOf = await sharedPictures(store, captures);
	const entries = entriesOf(generation);
	let next = 0;
	let done = 0;
	const work = async (): Promise<void> => {
		for (let index = next++; index < entries.length; index = next++) {
			const startedAt = entries[index];
			const random = createRandom(`${seed}/${index}`);
			const vehicle = vehicleNumbered(firstSerial + index, random);
			const plan = plans.get(vehicle.record.model);
			if (!plan || !startedAt) throw new Error(`no plan for ${vehicle.record.model}`);
			await store.records.save(plant, vehicle.record, AUTHOR);
			const record = await store.records.latest(plant, vehicle.record.productionNumber);
			if (!record) throw new Error(`the record of ${vehicle.record.productionNumber} was not kept`);
			const pictureOf = picturesOf(plan.model);
			const fate = fateOf(vehicle, random);
			const order = { vehicle, fate, record, plan, pictureOf, startedAt, until, random };
			const { inspection, observations } = passageOf(order);
			const { inspectionId } = inspection;
			await Promise.all(
				observations.map((one) => store.observations.save(inspectionId, one.witness, one.observation)),
			);
			await store.inspections.project(inspection);
			done += 1;
			generation.progress(done);
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, work));
}
