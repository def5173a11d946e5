import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InspectionEvent } from "../../src/contracts/inspection.js";
import { chainEvents, firstBrokenLink, genesisOf, headOf } from "../../src/reporting/audit-chain.js";

const event = fc.record<InspectionEvent>({
	at: fc
		.date({ noInvalidDate: true, min: new Date(0), max: new Date("2100-01-01") })
		.map((date) => date.toISOString()),
	type: fc.constantFrom("track_in", "observed", "decided", "sealed"),
	by: fc.string(),
	detail: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
});
const events = fc.array(event, { minLength: 1, maxLength: 8 });

describe("the audit chain", () => {
	it("holds as it was made and ends in its head", () => {
		fc.assert(
			fc.property(events, (list) => {
				const chain = chainEvents("P-1-1", list);
				expect(firstBrokenLink("P-1-1", chain)).toBeNull();
				expect(headOf("P-1-1", chain)).toBe(chain.at(-1)?.hash);
			}),
		);
	});

	it("names the event that was changed", () => {
		fc.assert(
			fc.property(events, fc.nat(), (list, pick) => {
				const chain = chainEvents("P-1-1", list);
				const position = pick % chain.length;
				const changed = chain.map((one, i) => (i === position ? { ...one, by: `${one.by}x` } : one));
				expect(firstBrokenLink("P-1-1", changed)).toBe(position);
			}),
		);
	});

	it("breaks where an event is taken out of its beginning or middle", () => {
		fc.assert(
			fc.property(fc.array(event, { minLength: 2, maxLength: 8 }), fc.nat(), (list, pick) => {
				const chain = chainEvents("P-1-1", list);
				const position = pick % (chain.length - 1);
				expect(firstBrokenLink("P-1-1", chain.toSpliced(position, 1))).toBe(position);
			}),
		);
	});

	it("gives another head where the last events are taken away", () => {
		const chain = chainEvents(
			"P-1-1",
			fc.sample(fc.array(event, { minLength: 3, maxLength: 3 }), 1)[0] ?? [],
		);
		expect(headOf("P-1-1", chain.slice(0, -1))).not.toBe(headOf("P-1-1", chain));
	});

	it("does not hold for another inspection", () => {
		const chain = chainEvents("P-1-1", fc.sample(event, 3));
		expect(firstBrokenLink("P-2-1", chain)).toBe(0);
	});

	it("of an inspection without events ends where it begins", () => {
		expect(headOf("P-1-1", [])).toBe(genesisOf("P-1-1"));
	});
});
