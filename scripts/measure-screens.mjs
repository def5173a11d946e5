#!/usr/bin/env node
/**
 * How many photographed screens the check for them finds, by distance and kind of screen, and how many pictures that
 * show none it takes for one.
 *
 *   npm run build && npm run measure:screens -- [--seed held-out] [--rounds 6] [--save FOLDER]
 *   npm run build && npm run measure:screens -- --data DIR     # DIR/labels.jsonl, one object a line: file, box
 *
 * Without `--data` it shows pictures of the demonstration plant on screens and photographs those: `--rounds` of each
 * kind at each distance. With it, it looks at photographs around the box of each label, or around their middle.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";

const from = (path) => import(new URL(`../dist/src/${path}.js`, import.meta.url).href);
const { VEHICLES } = await from("demonstration/plant");
const { photographScreen } = await from("demonstration/render/photographed-screen");
const { renderPicture } = await from("demonstration/render/picture");
const { createRandom } = await from("demonstration/render/random");
const { clopperPearson } = await from("domain/binomial");
const { decodePicture } = await from("vision/decode-picture");
const { showsScreen } = await from("vision/screen/shows-screen");

const { values } = parseArgs({
	options: {
		data: { type: "string" },
		rounds: { type: "string", default: "6" },
		save: { type: "string" },
		seed: { type: "string", default: "held-out" },
	},
});

/** Pixels of the camera for one of the screen; each picture's own is up to 8 % off. */
const DISTANCES = [0.6, 0.8, 1, 1.3, 1.6, 2, 2.5, 3, 4, 5, 6];
const KINDS = ["stripes", "diamonds"];
const FORMS = ["stamp", "gb_plate", "stamp", "eu_plate", "certificate", "us_label"];
/** The part of a larger camera's frame in which the number stands. */
const FRAME = { width: 768, height: 448 };
const PLACE = [96, 160, 576, 128];

const spent = [];
function judge(picture, place) {
	const before = process.cpuUsage();
	const is = showsScreen(picture, place);
	const { user, system } = process.cpuUsage(before);
	spent.push((user + system) / 1000);
	return is;
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;
function told(count, of) {
	const { lower, upper } = clopperPearson(count, of);
	return `${count} of ${of} (${percent(lower)} to ${percent(upper)})`;
}

async function shownPictures(random) {
	const orders = VEHICLES.flatMap(({ captures }) => captures.map(({ order }) => order));
	const shown = [];
	for (const form of FORMS) {
		const such = orders.filter(({ subject, fault }) => subject.form === form && fault === null);
		shown.push((await renderPicture(such[random.whole(0, such.length - 1)])).jpeg);
	}
	return shown;
}

async function measureScreens() {
	const rounds = Number(values.rounds);
	const shown = await shownPictures(createRandom(`${values.seed}/shown`));
	if (values.save) await mkdir(values.save, { recursive: true });
	const found = new Map(DISTANCES.flatMap((distance) => KINDS.map((kind) => [`${distance} ${kind}`, 0])));
	for (let round = 0; round < rounds; round++)
		for (const distance of DISTANCES)
			for (const kind of KINDS) {
				const seed = `${values.seed}/${round}/${distance}/${kind}`;
				const random = createRandom(seed);
				const pitch = distance * random.between(0.92, 1.08);
				const camera = {
					...{ ...FRAME, pitch },
					// Held straight by every other photographer, and anyhow by the rest.
					turned: round % 2 === 1 ? random.between(-30, 30) : random.between(-6, 6),
					slant: random.between(-0.04, 0.04),
					blur: random.between(0.35, 0.9),
					mosaic: random.next() < 0.7,
					noise: random.between(0.8, 2.5),
					quality: random.whole(75, 95),
				};
				const { data, info } = await sharp(shown[random.whole(0, shown.length - 1)])
					.resize({ width: Math.max(700, Math.round((1.3 * FRAME.width) / pitch)) })
					.raw()
					.toBuffer({ resolveWithObject: true });
				const { width, height } = info;
				const jpeg = await photographScreen({ width, height, rgb: data }, kind, camera, seed);
				if (values.save) await writeFile(join(values.save, `${round}-${distance}-${kind}.jpg`), jpeg);
				const key = `${distance} ${kind}`;
				if (judge(await decodePicture(jpeg), PLACE)) found.set(key, found.get(key) + 1);
			}
	for (const kind of KINDS)
		for (const distance of DISTANCES)
			console.log(`${kind}, ${distance} pixels: ${told(found.get(`${distance} ${kind}`), rounds)}`);
	for (const [words, fits] of [
		["from 2 pixels", (distance) => distance >= 2],
		["below", (distance) => distance < 2],
	]) {
		const such = [...found].filter(([key]) => fits(Number(key.split(" ")[0])));
		const count = such.reduce((sum, [, seen]) => sum + seen, 0);
		console.log(`${words}: found ${told(count, such.length * rounds)}`);
	}
}

async function measurePictures(folder) {
	const lines = (await readFile(join(folder, "labels.jsonl"), "utf8")).split("\n").filter(Boolean);
	let taken = 0;
	for (const line of lines) {
		const { file, box } = JSON.parse(line);
		const picture = await decodePicture(await readFile(join(folder, file)));
		const { width, height } = picture;
		if (!judge(picture, box ?? [0.15 * width, 0.25 * height, 0.7 * width, 0.5 * height])) continue;
		taken++;
		console.log(`taken for a screen: ${file}`);
	}
	console.log(`taken for a screen: ${told(taken, lines.length)}`);
}

await (values.data ? measurePictures(values.data) : measureScreens());
const sorted = spent.toSorted((a, b) => a - b);
const at = (share) => sorted[Math.floor(share * (sorted.length - 1))].toFixed(1);
console.log(
	`milliseconds of processor a picture: median ${at(0.5)}, 95 % below ${at(0.95)}; load ${loadavg()[0].toFixed(1)}`,
);
