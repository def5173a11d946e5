import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Box, Quad } from "../contracts/primitives.js";
import { VEHICLES } from "./plant.js";
import type { CertificateForm } from "./render/certificate-forms.js";
import type { PictureOrder, RenderedPicture, Subject } from "./render/picture.js";
import { openStudio } from "./render/studio.js";
import { sampleBursts } from "./sample-bursts.js";
import { sampleDocuments } from "./sample-documents.js";
import { shownFields } from "./shown-fields.js";

/** Kinds of `labels.jsonl`. */
const KINDS = {
	stamp: "stamp",
	gb_plate: "plate",
	eu_plate: "plate",
	us_label: "label",
	certificate: "certificate",
	gear: "gear",
} as const satisfies Record<Subject["form"], string>;

/** The number that stands in the picture, which is not always the one ordered. */
function shownVin(subject: Subject): string | null {
	switch (subject.form) {
		case "stamp":
			return subject.vin;
		case "gear":
			return null;
		case "gb_plate":
		case "eu_plate":
		case "us_label":
		case "certificate":
			return subject.contents.vin;
	}
}

function shownText(subject: Subject): string[] {
	switch (subject.form) {
		case "stamp":
			return subject.vin === null ? [] : [`*${subject.vin}*`];
		case "gear":
			return [subject.partNumber];
		case "gb_plate":
		case "eu_plate":
		case "us_label":
		case "certificate":
			return Object.values(subject.contents).map(String);
	}
}

function boxAround(quad: Quad): Box {
	const xs = quad.map(([x]) => x);
	const ys = quad.map(([, y]) => y);
	const [left, top] = [Math.min(...xs), Math.min(...ys)];
	return [left, top, Math.max(...xs) - left, Math.max(...ys) - top].map(Math.round) as Box;
}

function labelOf({ subject, fault }: PictureOrder, file: string, picture: RenderedPicture) {
	const vin = shownVin(subject);
	return {
		file,
		kind: subject.form === "stamp" && subject.process === "dot_peened" ? "dot_peen" : KINDS[subject.form],
		vin: fault === null ? vin : null,
		fields: fault === null ? shownFields(subject) : {},
		text: shownText(subject),
		box: picture.quad && boxAround(picture.quad),
		quad: picture.quad,
		confidence: fault === null ? "certain" : "unreadable",
		...(subject.form === "gear"
			? { toothCounts: [subject.toothCount], defect: subject.brokenTeeth !== undefined }
			: {}),
		size: [picture.width, picture.height],
		synthetic: true,
		labelSource: "renderer",
	};
}

interface OrderedPicture {
	/** Without folder and suffix. */
	readonly name: string;
	readonly order: PictureOrder;
	readonly burst?: string;
}

async function renderPictures(
	folder: string,
	ordered: readonly OrderedPicture[],
	progress: (done: number, all: number) => void,
): Promise<void> {
	const studio = openStudio();
	const labels: string[] = [];
	try {
		for (const { name, order, burst } of ordered) {
			const picture = await studio.render(order);
			const kind = KINDS[order.subject.form];
			const file = `${kind}/${name}.jpg`;
			await mkdir(join(folder, kind), { recursive: true });
			await writeFile(join(folder, file), picture.jpeg);
			labels.push(`${JSON.stringify({ ...labelOf(order, file, picture), burst })}\n`);
			progress(labels.length, ordered.length);
		}
	} finally {
		await studio.close();
	}
	await writeFile(join(folder, "labels.jsonl"), labels.join(""));
}

/**
 * Writes every picture of the demonstration plant and `labels.jsonl`, one object a line, into a folder, so
 * that readers can be measured on rendered pictures apart from photographs. Errors: those of the file system.
 */
export async function renderDemonstrationPictures(
	folder: string,
	progress: (done: number, all: number) => void,
	vehicles = VEHICLES,
): Promise<void> {
	const ordered = vehicles.flatMap(({ record, captures }) =>
		captures.map(({ order }) => ({ name: record.productionNumber, order })),
	);
	await renderPictures(folder, ordered, progress);
}

/** Writes `count` sample documents with their labels into a folder; see `sampleDocuments`. */
export async function renderSampleDocuments(
	folder: string,
	sample: { readonly count: number; readonly seed: string; readonly prints?: readonly CertificateForm[] },
	progress: (done: number, all: number) => void,
): Promise<void> {
	const orders = sampleDocuments(sample.count, sample.seed, sample.prints);
	const ordered = orders.map((order, index) => ({ name: `sample-${index}`, order }));
	await renderPictures(folder, ordered, progress);
}

/** Writes `count` stamps in `captures` pictures each, with labels that say which belong together; see `sampleBursts`. */
export async function renderSampleBursts(
	folder: string,
	{ count, captures, seed }: { readonly count: number; readonly captures: number; readonly seed: string },
	progress: (done: number, all: number) => void,
): Promise<void> {
	const ordered = sampleBursts(count, captures, seed).flatMap(({ burst, orders }) =>
		orders.map((order, shot) => ({ name: `${burst}-${shot}`, order, burst })),
	);
	await renderPictures(folder, ordered, progress);
}
