import type { PictureOrder, Subject } from "./render/picture.js";
import { createRandom, type Random } from "./render/random.js";
import { pick, vinOf } from "./sample-documents.js";

/** Stamps of invented vehicles, each photographed several times by a poor camera, to count what captures show together. */

const PROCESSES = ["scribed", "dot_peened", "rolled"] as const;
const SURFACES = ["primer", "painted", "brushed", "cast"] as const;

/** A station that moves, with little light: seldom in focus, noisy, dark, hard pressed. */
const cameraOf = (random: Random): NonNullable<PictureOrder["camera"]> => ({
	defocus: random.between(2, 7),
	noise: random.between(0.01, 0.06),
	exposure: random.between(0.06, 1),
	quality: random.whole(20, 80),
});

export interface Burst {
	/** Same on all captures of one stamp. */
	readonly burst: string;
	readonly orders: readonly PictureOrder[];
}

/** `count` stamps in `captures` pictures each: one piece of metal, another shot each time. Same seed, same bursts. */
export function sampleBursts(count: number, captures: number, seed: string): Burst[] {
	return Array.from({ length: count }, (_, index) => {
		const burst = `burst-${index}`;
		const random = createRandom(`${seed}/${burst}`);
		const subject: Subject = {
			form: "stamp",
			vin: vinOf(random, pick(random, ["LXA", "W8N", "5Y8"])),
			process: pick(random, PROCESSES),
			surface: pick(random, SURFACES),
			paint: pick(random, ["#8a8f94", "#1f2a3a", "#8c2f2a", "#d8d8d2"]),
		};
		return {
			burst,
			orders: Array.from({ length: captures }, (__, shot) => ({
				...{ seed: `${seed}/${burst}`, shot, subject, fault: null },
				camera: cameraOf(random),
			})),
		};
	});
}
