import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CharacterReading, ObservedField, type Refusal } from "../../src/contracts/reading.js";
import { fuseTakes, slotsOf, type Take } from "../../src/domain/fuse.js";
import { VIN_ALPHABET } from "../../src/domain/vin.js";
import { Scenario } from "../support/inspection-scenario.js";
import { VIN } from "../support/sample-vehicle.js";

const SURE = 0.99;

/** A capture of `text`, sure of every character but those given: what they are taken for, and how surely. */
function take(
	text: string,
	doubts: Readonly<Record<number, readonly [char: string, p: number]>> = {},
	refusal: Refusal | null = "low_confidence",
	second: Take["second"] = { text, confidence: 0.8 },
): Take {
	const characters = [...text].map((char, at): CharacterReading => {
		const [other = null, p = 0] = doubts[at] ?? [];
		if (other === null) return { char, p: SURE };
		const [first, second] = p > 0.5 ? [other, char] : [char, other];
		const high = Math.max(p, 1 - p) - 0.02;
		return { char: first, p: high, alternatives: [{ char: second, p: 0.98 - high }] };
	});
	return {
		text: characters.map(({ char }) => char).join(""),
		confidence: characters.reduce((weakest, { p }) => Math.min(weakest, p), 1),
		...{ slots: slotsOf(characters), refusal, second },
	};
}

describe("fusing captures of one witness", () => {
	it("believes what each capture doubts at another place", () => {
		const fused = fuseTakes([
			take(VIN, { 4: ["B", 0.4] }),
			take(VIN, { 9: ["8", 0.4] }),
			take(VIN, { 14: ["1", 0.4] }),
		]);
		expect(fused).toMatchObject({ text: VIN, accepted: true });
	});

	it("reads what no capture shows whole, and leaves it to a person", () => {
		const fused = fuseTakes([
			take(VIN, { 4: ["B", 0.6] }),
			take(VIN, { 9: ["8", 0.6] }),
			take(VIN, { 14: ["1", 0.6] }),
		]);
		expect(fused).toMatchObject({ text: VIN, accepted: false });
	});

	it("makes no character surer than its surest look, however many captures agree", () => {
		const dark = (times: number) =>
			fuseTakes(Array.from({ length: times }, () => take(VIN, { 7: ["B", 0.1] }, "low_confidence")));
		for (const times of [2, 3, 9]) {
			expect(dark(times)).toMatchObject({ text: VIN, accepted: false });
			expect(dark(times)?.confidence).toBeLessThanOrEqual(0.9);
		}
	});

	it("leaves to a person what captures show whole with more doubt than one picture may leave", () => {
		const shown = (confidence: number, second: number) =>
			fuseTakes(
				[3, 8].map((at) => ({
					...take(VIN, { [at]: ["W", 0.4] }, "low_confidence", { text: VIN, confidence: second }),
					confidence,
				})),
			)?.accepted;
		expect(shown(0.5, 0.8)).toBe(true);
		expect(shown(0.5, 0.7)).toBe(false);
		expect(shown(0.9, 0.29)).toBe(false);
	});

	it("needs two captures, and says nothing of one", () => {
		expect(fuseTakes([])).toBeNull();
		expect(fuseTakes([take(VIN)])).toBeNull();
		expect(fuseTakes([take(VIN), take(VIN, {}, "forbidden_letter")])).toBeNull();
	});

	it("is not accepted unless another family of readers saw the whole of it in a capture, and not as a guess", () => {
		const seconded = (...seen: Take["second"][]) =>
			fuseTakes(seen.map((second, at) => take(VIN, { [3 * at]: ["W", 0.4] }, "low_confidence", second)));
		const other = { text: `${VIN.slice(0, 16)}9`, confidence: 0.25 };
		expect(seconded(null, null, null)).toMatchObject({ text: VIN, accepted: false });
		expect(seconded(other, null, other)?.accepted).toBe(false);
		expect(seconded(null, { text: VIN, confidence: 0.29 }, other)?.accepted).toBe(false);
		expect(seconded(null, { text: VIN, confidence: 0.31 }, other)).toMatchObject({
			text: VIN,
			accepted: true,
		});
	});

	it("does not turn the same doubt repeated into certainty", () => {
		const doubtful = Array.from({ length: 5 }, () => take(VIN, { 7: ["B", 0.4] }));
		expect(fuseTakes(doubtful)).toMatchObject({ text: VIN, accepted: false });
	});

	it("is not accepted where a capture surely shows another character, however many don't", () => {
		const sure = Array.from({ length: 5 }, () => take(VIN));
		expect(fuseTakes(sure)?.accepted).toBe(true);
		expect(fuseTakes([...sure, take(`${VIN.slice(0, 16)}9`)])?.accepted).toBe(false);
		expect(fuseTakes([...sure, take(VIN, {}, "readers_disagree")])?.accepted).toBe(false);
	});

	it("aligns a capture that lost or doubled a character, and does not let it decide", () => {
		const lost = `${VIN.slice(0, 6)}${VIN.slice(7)}`;
		const doubled = `${VIN.slice(0, 6)}${VIN[6]}${VIN.slice(6)}`;
		const doubts = Object.fromEntries([...lost].map((_, at) => [at, ["W", 0.4] as const]));
		const good = [take(VIN, { 2: ["Z", 0.55] }), take(VIN, { 12: ["Z", 0.55] }), take(VIN)];
		for (const other of [take(lost, doubts, "length"), take(doubled, doubts, "length")])
			expect(fuseTakes([...good, other])?.text).toBe(VIN);
		// A number of 16 characters is not mended by one capture that sees 17.
		const short = take(lost, {}, "length");
		expect(fuseTakes([short, short, take(VIN)])?.accepted).toBe(false);
		expect(fuseTakes([short, short, short])?.accepted).toBe(false);
	});

	it("never accepts what has not the form of a VIN", () => {
		const forbidden = `${VIN.slice(0, 5)}O${VIN.slice(6)}`;
		expect(fuseTakes([take(forbidden), take(forbidden)])?.accepted).toBe(false);
		const letters = `${VIN.slice(0, 16)}A`;
		expect(fuseTakes([take(letters), take(letters)])?.accepted).toBe(false);
	});

	it("gives the same whatever the order", () => {
		const symbol = fc.constantFrom(...VIN_ALPHABET);
		const slot = fc.tuple(symbol, symbol, fc.integer({ min: 400, max: 990 })).map(([a, b, p]) => ({
			[b]: (1000 - p) / 1000,
			[a]: p / 1000,
		}));
		const slots = fc.array(slot, { minLength: 16, maxLength: 18 });
		const burst = fc.array(slots, { minLength: 2, maxLength: 4 });
		fc.assert(
			fc.property(burst, (takes) => {
				const given = takes.map(
					(one): Take => ({
						...{ text: "", confidence: 0.5, slots: one, refusal: "low_confidence", second: null },
					}),
				);
				const fused = fuseTakes(given);
				expect(fused?.confidence).toBeGreaterThan(0);
				expect(fused?.confidence).toBeLessThanOrEqual(1);
				expect(fuseTakes(given.toReversed())).toEqual(fused);
			}),
			{ seed: 17, numRuns: 60 },
		);
	});
});

describe("captures that are judged together", () => {
	const unsure = (doubts: Parameters<typeof take>[1]): ObservedField => ({
		text: VIN,
		value: VIN,
		confidence: 0.6,
		accepted: false,
		refusal: "low_confidence",
		box: null,
		slots: [...take(VIN, doubts).slots],
		second: { text: VIN, confidence: 0.6 },
	});

	it("settle together what neither settles alone, and the finding names them", () => {
		const vehicle = new Scenario();
		vehicle.shows("stamp", { observed: { vin: unsure({ 4: ["B", 0.6] }) } });
		expect(vehicle.outcomes["stamp.vin"]).toBe("unreadable");
		vehicle.shows("stamp", { observed: { vin: unsure({ 9: ["8", 0.4] }) } });
		vehicle.shows("stamp", { observed: { vin: unsure({ 13: ["8", 0.4] }) } });
		const finding = vehicle.state.findings.find(({ findingId }) => findingId === "stamp.vin");
		expect(finding).toMatchObject({ outcome: "match", read: VIN });
		expect(finding?.fusedFrom).toHaveLength(3);
	});

	it("stay unread where what they carry is not known: histories of before are judged as before", () => {
		const vehicle = new Scenario();
		vehicle.shows("stamp", { unclear: { vin: VIN } });
		vehicle.shows("stamp", { unclear: { vin: VIN } });
		expect(vehicle.outcomes["stamp.vin"]).toBe("unreadable");
	});

	it("settle as they did where what another reader saw was not noted yet: an open inspection is replayed", () => {
		const vehicle = new Scenario();
		for (const at of [4, 9, 13]) {
			const { second: _, ...before } = unsure({ [at]: ["B", 0.4] });
			vehicle.shows("stamp", { observed: { vin: before } });
		}
		expect(vehicle.outcomes["stamp.vin"]).toBe("match");
		const noted = new Scenario();
		for (const at of [4, 9, 13])
			noted.shows("stamp", { observed: { vin: { ...unsure({ [at]: ["B", 0.4] }), second: null } } });
		expect(noted.outcomes["stamp.vin"]).toBe("unreadable");
	});

	it("carry little", () => {
		const widest = Array.from({ length: 18 }, (_, at): CharacterReading => {
			const [char = "", ...others] = VIN_ALPHABET.slice(at % 20, (at % 20) + 9);
			return { char, p: 0.123456789, alternatives: others.map((other) => ({ char: other, p: 0.111222333 })) };
		});
		const field = ObservedField.parse({ ...unsure({}), slots: slotsOf(widest) });
		expect(JSON.stringify(field.slots).length).toBeLessThan(1024);
	});
});
