import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalEvent, genesisOfPlant, hashOfEvent, linkEvents } from "../../src/audit/plant-chain.js";
import { verifyChain } from "../../src/audit/verify-chain.js";
import type { AuditEvent, AuditHead } from "../../src/contracts/audit.js";
import { hashOfLink } from "../../src/reporting/audit-chain.js";
import { canonicalBytes } from "../../src/reporting/canonical-json.js";
import { AUDITED_PLANT, anyDraft, chainOf, draftNumbered } from "../support/audit-drafts.js";

const GENESIS = genesisOfPlant(AUDITED_PLANT);
const chain = (length: number) =>
	linkEvents(
		GENESIS,
		Array.from({ length }, (_, i) => draftNumbered(i + 1)),
	);
const verify = (events: readonly unknown[], signed: readonly AuditHead[] = [], noted?: AuditEvent) =>
	verifyChain(AUDITED_PLANT, chainOf(events, noted), signed);
const at = (events: readonly AuditEvent[], seq: number): AuditEvent => {
	const found = events[seq - 1];
	if (!found) throw new Error(`no event ${seq}`);
	return found;
};
const rehashed = (event: AuditEvent): AuditEvent => {
	const { hash: _, ...link } = event;
	return { ...link, hash: hashOfEvent(link) };
};

describe("an event of the plant's chain", () => {
	it("is hashed over the canonical JSON that RFC 8785 gives it, as an inspection's events are", () => {
		fc.assert(
			fc.property(anyDraft, (draft) => {
				const link = { ...draft, seq: 1, prev: GENESIS.hash };
				expect(canonicalEvent(link)).toBe(canonicalBytes(link).toString("utf8"));
				expect(hashOfEvent(link)).toBe(hashOfLink(link));
			}),
		);
	});
});

describe("verifying the plant's chain", () => {
	it("finds one that was told whole", async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(anyDraft, { maxLength: 30 }), async (drafts) => {
				const events = linkEvents(GENESIS, drafts);
				const last = events.at(-1) ?? GENESIS;
				const { broken, head } = await verify(events, [{ seq: last.seq, hash: last.hash }]);
				expect(broken).toBeNull();
				expect(head.hash).toBe(last.hash);
			}),
		);
	});

	it("names the event that was changed, in whatever member", async () => {
		const members = ["at", "who", "role", "subject", "why", "eventId"] as const;
		await fc.assert(
			fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.constantFrom(...members), async (seq, member) => {
				const events = chain(20);
				const changed = events.map((one) =>
					one.seq === seq ? { ...one, [member]: `${one[member]}x` } : one,
				);
				expect((await verify(changed)).broken).toMatchObject({ seq, fault: "changed" });
			}),
		);
	});

	it("names the event that was changed and hashed anew", async () => {
		const events = chain(20).map((one) => (one.seq === 9 ? rehashed({ ...one, who: "ben" }) : one));
		expect((await verify(events)).broken).toMatchObject({ seq: 9, fault: "replaced" });
	});

	it("names the first event that is missing", async () => {
		const events = chain(20);
		expect((await verify(events.toSpliced(4, 1))).broken).toMatchObject({ seq: 5, fault: "missing" });
		expect((await verify(events.toSpliced(4, 3))).broken).toMatchObject({ seq: 5, fault: "missing" });
		const renumbered = events.toSpliced(4, 1).map((one, i) => ({ ...one, seq: i + 1 }));
		expect((await verify(renumbered)).broken).toMatchObject({ seq: 5, fault: "missing" });
	});

	it("names the first event that was inserted", async () => {
		const events = chain(20);
		const foreign = rehashed({ ...at(events, 5), who: "ben" });
		expect((await verify(events.toSpliced(5, 0, foreign))).broken).toMatchObject({
			seq: 5,
			fault: "inserted",
		});
		const renumbered = [...events.slice(0, 4), foreign, ...events.slice(4)].map((one, i) => ({
			...one,
			seq: i + 1,
		}));
		expect((await verify(renumbered)).broken).toMatchObject({ seq: 5, fault: "inserted" });
	});

	it("names events in each other's place", async () => {
		const events = chain(20);
		const swapped = events.with(4, at(events, 12)).with(11, at(events, 5));
		expect((await verify(swapped)).broken).toMatchObject({ seq: 5, fault: "reordered" });
		const renumbered = swapped.map((one, i) => ({ ...one, seq: i + 1 }));
		expect((await verify(renumbered)).broken).toMatchObject({ seq: 5, fault: "reordered" });
	});

	it("names where the end was cut off, by what was signed and by what the store noted", async () => {
		const events = chain(20);
		const { seq, hash } = at(events, 20);
		const cut = events.slice(0, 15);
		expect((await verify(cut, [{ seq, hash }])).broken).toMatchObject({ seq: 16, fault: "cut_off" });
		expect((await verify(cut, [], at(events, 20))).broken).toMatchObject({ seq: 16, fault: "cut_off" });
	});

	it("names what was rewritten from one signed head to the next, though it holds in itself", async () => {
		const events = chain(20);
		const signed = [5, 10, 15].map((seq) => ({ seq, hash: at(events, seq).hash }));
		const head = { seq: 11, hash: at(events, 11).hash };
		const drafts = events.slice(11).map(({ seq: _seq, prev: _prev, hash: _hash, ...draft }) => draft);
		const rewritten = [...events.slice(0, 11), ...linkEvents(head, drafts.with(0, draftNumbered(99)))];
		expect((await verify(rewritten)).broken).toBeNull();
		expect((await verify(rewritten, signed)).broken).toMatchObject({ seq: 11, fault: "rewritten" });
	});

	it("does not take a whole chain for another plant's", async () => {
		const other = await verifyChain("OTHER", chainOf(chain(3)), []);
		expect(other.broken).toMatchObject({ seq: 1, fault: "replaced" });
	});

	it.each([null, 7, "event", {}, { ...chain(1)[0], more: 1 }, { ...chain(1)[0], detail: { a: 1 } }])(
		"names what is no event: %j",
		async (junk) => {
			expect((await verify([junk])).broken).toMatchObject({ seq: 1, fault: "malformed" });
		},
	);
});
