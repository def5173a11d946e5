import { AuditAction, type AuditEvent, type AuditHead, type BrokenLink } from "../contracts/audit.js";
import {
	cutOff,
	malformed,
	type NamedHead,
	outOfTurn,
	rewritten,
	surplus,
	wrongHash,
	wrongPredecessor,
} from "./chain-faults.js";
import { genesisOfPlant, hashOfEvent } from "./plant-chain.js";

/** Where the chain is read from, in stretches, in the order it is kept in. */
export interface ChainSource {
	stretches(): AsyncIterable<readonly unknown[]>;
	/** How far the place it is kept in says it goes; null where it says nothing. */
	readonly noted: AuditHead | null;
	/** How many events the place counts; null where it does not count. */
	readonly counted: number | null;
}

export interface VerifiedChain {
	readonly events: number;
	readonly head: AuditHead;
	readonly broken: BrokenLink | null;
}

const ACTIONS: ReadonlySet<string> = new Set(AuditAction.options);
const TEXTS = ["eventId", "at", "who", "role", "subject", "why", "prev", "hash"] as const;

/** Whether something has the members of an event, and no others. Quicker than the schema: there are millions. */
function isEvent(value: unknown): value is AuditEvent {
	if (typeof value !== "object" || value === null) return false;
	const event = value as Record<string, unknown>;
	return (
		Object.keys(event).length === 12 &&
		Number.isSafeInteger(event.seq) &&
		TEXTS.every((name) => typeof event[name] === "string") &&
		(event.sha256 === null || typeof event.sha256 === "string") &&
		typeof event.action === "string" &&
		ACTIONS.has(event.action) &&
		typeof event.detail === "object" &&
		event.detail !== null &&
		Object.values(event.detail).every((fact) => typeof fact === "string")
	);
}

/** Holds the chain against heads that were signed, as it passes them. */
class SignedHeads {
	readonly #bySeq = new Map<number, NamedHead[]>();
	#lastGood = 0;
	#furthest: NamedHead | null = null;

	constructor(heads: readonly NamedHead[]) {
		for (const head of heads) {
			const same = this.#bySeq.get(head.seq);
			if (same) same.push(head);
			else this.#bySeq.set(head.seq, [head]);
			if (head.seq > (this.#furthest?.seq ?? 0)) this.#furthest = head;
		}
	}

	pass({ seq, hash }: AuditHead): BrokenLink | null {
		const heads = this.#bySeq.get(seq);
		if (heads === undefined) return null;
		const other = heads.find((head) => head.hash !== hash);
		if (other) return rewritten(other, this.#lastGood);
		this.#lastGood = seq;
		return null;
	}

	beyond(last: number): BrokenLink | null {
		const furthest = this.#furthest;
		return furthest && furthest.seq > last ? cutOff(last, furthest.seq, furthest) : null;
	}
}

const headOfEvent = ({ seq, hash }: AuditEvent): AuditHead => ({ seq, hash });

function faultOf(event: AuditEvent, before: AuditHead): BrokenLink | null {
	const { hash, ...link } = event;
	if (hashOfEvent(link) !== hash) return wrongHash(event, before);
	return link.prev === before.hash ? null : wrongPredecessor(event);
}

async function comesLater(rest: AsyncIterator<readonly unknown[]>, here: readonly unknown[], seq: number) {
	const has = (stretch: readonly unknown[]) => stretch.some((one) => isEvent(one) && one.seq === seq);
	if (has(here)) return true;
	for (let next = await rest.next(); !next.done; next = await rest.next()) if (has(next.value)) return true;
	return false;
}

/**
 * Walks a plant's whole chain and names the first broken link: changed, missing, inserted, reordered, replaced, cut
 * off at the end, or rewritten since it was signed. `signed` are heads whose signatures hold, by themselves or in reports.
 */
export async function verifyChain(
	plant: string,
	source: ChainSource,
	signed: readonly NamedHead[],
): Promise<VerifiedChain> {
	const heads = new SignedHeads(signed);
	let head = genesisOfPlant(plant);
	const stop = (broken: BrokenLink | null): VerifiedChain => ({ events: head.seq, head, broken });
	const stretches = source.stretches()[Symbol.asyncIterator]();
	for (let next = await stretches.next(); !next.done; next = await stretches.next()) {
		for (const [position, event] of next.value.entries()) {
			const expected = head.seq + 1;
			if (!isEvent(event)) return stop(malformed(expected));
			if (event.seq !== expected) {
				const later =
					event.seq > expected && (await comesLater(stretches, next.value.slice(position), expected));
				return stop(outOfTurn(expected, event.seq, later));
			}
			const broken = faultOf(event, head) ?? heads.pass(event);
			if (broken) return stop(broken);
			head = headOfEvent(event);
		}
	}
	return stop(atTheEnd(head.seq, source, heads));
}

function atTheEnd(last: number, { noted, counted }: ChainSource, heads: SignedHeads): BrokenLink | null {
	const cut = heads.beyond(last);
	if (cut) return cut;
	if (noted !== null && noted.seq > last) return cutOff(last, noted.seq, null);
	return counted !== null && counted > last ? surplus(last, counted - last) : null;
}
