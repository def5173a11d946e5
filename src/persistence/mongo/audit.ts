import type { Connection } from "mongoose";
import { type AuditEventDocument, auditEventSchema } from "../../../models/records/audit-event.js";
import {
	type AuditHeadDocument,
	type AuditStateDocument,
	auditHeadSchema,
	auditStateSchema,
} from "../../../models/records/audit-head.js";
import type { AuditEvent, AuditHead, SignedAuditHead } from "../../contracts/audit.js";
import { VinspectError } from "../../domain/errors.js";
import type { AuditFilter, AuditStore } from "../audit-store.js";
import type { Page } from "../store.js";
import { isDuplicateKey, unlessNewer } from "./store-errors.js";

const documentOf = ({ seq, ...event }: AuditEvent): AuditEventDocument => ({ _id: seq, ...event });
const eventOf = ({ _id, ...event }: AuditEventDocument): AuditEvent => ({ seq: _id, ...event });
const signedOf = ({ _id, ...head }: AuditHeadDocument): SignedAuditHead => head;

/** Documents fetched at once where the whole chain is read. */
const WHOLE_BATCH = 2000;

async function* inStretches(cursor: AsyncIterable<AuditEventDocument>): AsyncIterable<readonly AuditEvent[]> {
	let stretch: AuditEvent[] = [];
	for await (const document of cursor) {
		stretch.push(eventOf(document));
		if (stretch.length < WHOLE_BATCH) continue;
		yield stretch;
		stretch = [];
	}
	if (stretch.length > 0) yield stretch;
}

function cursorSeq(after: string): number {
	const seq = Number(after);
	if (Number.isSafeInteger(seq) && seq > 0) return seq;
	throw new VinspectError(
		"request_invalid",
		"The page cursor is not one that this list gave out: pass `next` of the page before as `after`.",
		[{ path: "after", message: "unknown page cursor" }],
	);
}

/** Numbers `from`, `from` + `step` …, those above 0 only. */
function numbers(from: number, step: 1 | -1, count: number): number[] {
	return Array.from({ length: count }, (_, i) => from + step * i).filter((seq) => seq > 0);
}

export function mongoAudit(connection: Connection): AuditStore {
	const Events = connection.model<AuditEventDocument>("AuditEvent", auditEventSchema());
	const Heads = connection.model<AuditHeadDocument>("AuditHead", auditHeadSchema());
	const State = connection.model<AuditStateDocument>("AuditState", auditStateSchema());

	// By number, not by a range of numbers: the embedded store looks up keys, and would read everything for a range.
	const numbered = async (wanted: readonly number[]): Promise<Map<number, AuditEvent>> => {
		const found = await Events.find({ _id: { $in: wanted } }).lean();
		return new Map(found.map((document) => [document._id, eventOf(document)]));
	};

	const notedHead = async (): Promise<AuditHead | null> => {
		const noted = await State.findById("head").lean();
		return noted?.seq === undefined || noted.hash === undefined ? null : { seq: noted.seq, hash: noted.hash };
	};

	/** The last link at or behind the noted end. */
	const lastSeq = async (): Promise<number> => {
		let last = (await notedHead())?.seq ?? 0;
		while ((await Events.exists({ _id: last + 1 })) !== null) last += 1;
		return last;
	};

	const newest = async (after: string | null, limit: number): Promise<Page<AuditEvent>> => {
		const from = after === null ? await lastSeq() : cursorSeq(after) - 1;
		const wanted = numbers(from, -1, limit);
		const found = await numbered(wanted);
		const items = wanted.flatMap((seq) => found.get(seq) ?? []);
		const lowest = wanted.at(-1) ?? 1;
		return { items, next: lowest > 1 ? String(lowest) : null };
	};

	const filtered = async (filter: AuditFilter, after: string | null, limit: number) => {
		const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
		const behind = after === null ? {} : { _id: { $lt: cursorSeq(after) } };
		const found = await Events.find({ ...given, ...behind })
			.sort({ _id: -1 })
			.limit(limit + 1)
			.lean();
		const items = found.slice(0, limit).map(eventOf);
		return { items, next: found.length > limit ? String(items.at(-1)?.seq) : null };
	};

	return {
		async insert(events) {
			try {
				// Straight through the driver: the links were checked where they were made, and there are many.
				const { insertedCount } = await Events.collection.insertMany(
					events.map((event) => ({ ...documentOf(event) })) as never[],
					{ ordered: true },
				);
				return insertedCount;
			} catch (error) {
				if (!isDuplicateKey(error)) throw error;
				// How many got in is read back: the embedded store counts those it refused.
				const there = await numbered(events.map(({ seq }) => seq));
				const refused = events.findIndex(({ seq, hash }) => there.get(seq)?.hash !== hash);
				return refused < 0 ? events.length : refused;
			}
		},
		async from(seq, limit) {
			const wanted = numbers(seq, 1, limit);
			const found = await numbered(wanted);
			return wanted.flatMap((one) => found.get(one) ?? []);
		},
		async all() {
			// Numbers above 0, without a sort: MongoDB goes along its index, and the embedded store, which keeps documents
			// in the order of their keys, need not hold all of them to sort them.
			const cursor = Events.find({ _id: { $gt: 0 } })
				.lean()
				.cursor({ batchSize: WHOLE_BATCH });
			return inStretches(cursor);
		},
		async size() {
			return Events.estimatedDocumentCount();
		},
		async known(eventIds) {
			const found = await Events.find({ eventId: { $in: eventIds } }, { eventId: 1 }).lean();
			return new Set(found.map(({ eventId }) => eventId));
		},
		notedHead,
		async noteHead({ seq, hash }) {
			await unlessNewer(() =>
				State.updateOne({ _id: "head", seq: { $lt: seq } }, { $set: { seq, hash } }, { upsert: true }),
			);
		},
		async list(filter, after, limit) {
			const narrowed = Object.values(filter).some((value) => value !== undefined);
			return narrowed ? filtered(filter, after, limit) : newest(after, limit);
		},
		async keepSignedHead(head) {
			await unlessNewer(() => Heads.create({ _id: head.seq, ...head }));
			await unlessNewer(() =>
				State.updateOne(
					{ _id: "signed", seq: { $lt: head.seq } },
					{ $set: { seq: head.seq, hash: head.hash } },
					{ upsert: true },
				),
			);
		},
		async signedHeads() {
			return (await Heads.find().sort({ _id: 1 }).lean()).map(signedOf);
		},
		async lastSignedHead() {
			const last = await State.findById("signed").lean();
			const found = last?.seq === undefined ? null : await Heads.findById(last.seq).lean();
			return found ? signedOf(found) : null;
		},
		async keepVerification(verification) {
			await State.updateOne({ _id: "verification" }, { $set: { verification } }, { upsert: true });
		},
		async lastVerification() {
			return (await State.findById("verification").lean())?.verification ?? null;
		},
	};
}
