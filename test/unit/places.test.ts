import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Place, Places } from "../../src/web/places.js";

/** Places whose time stands still until it is moved. */
function placesOf(most: number) {
	let clock = 0;
	const places = new Places(most, () => clock);
	const fill = (): Place[] => {
		const inside: Place[] = [];
		for (let place = places.take(); place; place = places.take()) {
			place.working();
			inside.push(place);
		}
		return inside;
	};
	return {
		places,
		/** Lets in as many as find a place and answers them after so many milliseconds; how many there were. */
		wave(milliseconds: number | ((inside: number) => number)): number {
			const inside = fill();
			clock += typeof milliseconds === "number" ? milliseconds : milliseconds(inside.length);
			for (const place of inside) place.leave();
			return inside.length;
		},
		pass(milliseconds: number) {
			clock += milliseconds;
		},
	};
}

describe("places of the line", () => {
	it("halve once for all that were let in together, and again for those let in after", () => {
		const { wave } = placesOf(64);
		expect([wave(5_000), wave(5_000), wave(5_000)]).toEqual([64, 32, 16]);
	});

	it("stay enough to find out that it is quick again, and then grow to what they were", () => {
		const { wave } = placesOf(64);
		for (let i = 0; i < 20; i++) wave(10_000);
		expect(wave(10_000)).toBe(4);
		for (let i = 0; i < 20; i++) wave(100);
		expect(wave(100)).toBe(64);
	});

	it("settle where answers come in time, whatever is asked", () => {
		// six a second can be done: those who are let in together are answered together
		const { wave } = placesOf(64);
		const sizes = Array.from({ length: 60 }, () => wave((inside) => (inside / 6) * 1_000));
		const settled = sizes.slice(10);
		expect(Math.max(...settled)).toBeLessThanOrEqual(28);
		expect(Math.min(...settled)).toBeGreaterThanOrEqual(9);
	});

	it("do not count the time a sender takes to send, nor a request that never came whole", () => {
		const { places, pass, wave } = placesOf(8);
		const slow = places.take();
		const given = places.take();
		pass(60_000);
		slow?.working();
		pass(100);
		slow?.leave();
		given?.leave();
		expect(wave(100)).toBe(8);
	});

	it("are never more than allowed, nor fewer than the fewest, and all are free when all have left", () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 20 }),
				fc.array(fc.integer({ min: 0, max: 8_000 }), { maxLength: 40 }),
				(most, times) => {
					const { places, wave } = placesOf(most);
					for (const time of times) {
						const inside = wave(time);
						expect(inside).toBeLessThanOrEqual(most);
						expect(inside).toBeGreaterThanOrEqual(Math.min(4, most));
						expect(places.taken).toBe(0);
					}
				},
			),
		);
	});
});
