import { Schema } from "mongoose";
import type { GoldenItem, HiddenItem } from "../../src/contracts/agreement.js";
import type {
	AgreementSettings,
	AwaitedReading,
	ReaderState,
} from "../../src/persistence/agreement-store.js";
import { indexFor, type QueryShape } from "./query-shape.js";

/** `_id` is the plant. */
export interface AgreementSettingsDocument extends AgreementSettings {
	readonly _id: string;
}

/** `_id` is the exception id: an exception has one truth. */
export interface GoldenItemDocument extends GoldenItem {
	readonly _id: string;
}

/** One showing and its judgement; `_id` is the item id. */
export interface HiddenItemDocument extends HiddenItem {
	readonly _id: string;
}

/** `_id` is the person. */
export interface HiddenReaderDocument extends ReaderState {
	readonly _id: string;
	readonly decisions: number;
	readonly lastDecision: string;
}

/** `_id` is the exception id: it is read a second time once. */
export interface AwaitedReadingDocument extends AwaitedReading {
	readonly _id: string;
}

export const AGREEMENT_QUERIES = {
	golden: { equal: ["retired"], order: { addedAt: -1, _id: -1 } },
	judged: { equal: [], order: { judgedAt: -1, _id: -1 } },
	awaited: { equal: [], order: { decidedAt: 1, _id: 1 } },
} as const satisfies Record<string, QueryShape>;

const options = (collection: string) =>
	({ collection, strict: "throw", minimize: false, versionKey: false }) as const;

const text = { type: String, required: true } as const;
const count = { type: Number, required: true } as const;
const mixed = { type: Schema.Types.Mixed, required: true } as const;
const textOrNull = { type: String, default: null } as const;

export function agreementSettingsSchema() {
	return new Schema<AgreementSettingsDocument>(
		{ _id: text, seed: text, goldenEvery: count, secondEvery: count, repeatWeeks: count },
		options("agreementSettings"),
	);
}

const subject = {
	exceptionId: text,
	inspectionId: text,
	productionNumber: text,
	kind: textOrNull,
	field: text,
	outcome: text,
} as const;

export function goldenItemSchema() {
	const schema = new Schema<GoldenItemDocument>(
		{
			_id: text,
			...subject,
			truth: mixed,
			note: { type: String, default: "" },
			deciders: { type: [String], required: true },
			addedAt: text,
			addedBy: text,
			retired: { type: Boolean, required: true },
			retiredAt: textOrNull,
			retiredBy: textOrNull,
		},
		options("goldenItems"),
	);
	schema.index(indexFor(AGREEMENT_QUERIES.golden));
	return schema;
}

export function hiddenItemSchema() {
	const schema = new Schema<HiddenItemDocument>(
		{
			_id: text,
			itemId: text,
			source: text,
			...subject,
			person: text,
			role: text,
			shownAt: text,
			reference: mixed,
			steps: mixed,
			revision: count,
			claim: { type: Schema.Types.Mixed, default: null },
			verdict: textOrNull,
			judgedAt: textOrNull,
		},
		options("hiddenItems"),
	);
	schema.index(indexFor(AGREEMENT_QUERIES.judged));
	return schema;
}

export function hiddenReaderSchema() {
	return new Schema<HiddenReaderDocument>(
		{
			_id: text,
			decisions: { type: Number, default: 0 },
			lastDecision: { type: String, default: "" },
			open: { type: [String], default: [] },
			shown: { type: Schema.Types.Mixed, default: [] },
		},
		options("hiddenReaders"),
	);
}

export function awaitedReadingSchema() {
	const schema = new Schema<AwaitedReadingDocument>(
		{ _id: text, exceptionId: text, inspectionId: text, decidedAt: text },
		options("awaitedReadings"),
	);
	schema.index(indexFor(AGREEMENT_QUERIES.awaited));
	return schema;
}
