import { isDeepStrictEqual } from "node:util";
import { type Connection, mongo } from "mongoose";
import {
	VEHICLE_RECORD_QUERIES,
	type VehicleRecordDocument,
	vehicleRecordSchema,
} from "../../../models/records/vehicle-record.js";
import { type VehicleRecord, VehicleRecordInput } from "../../contracts/record.js";
import { VinspectError } from "../../domain/errors.js";
import { isFieldName } from "../../domain/fields.js";
import { pageOf } from "../page-cursor.js";
import type { VehicleRecords } from "../store.js";
import { DUPLICATE_KEY, isDuplicateKey } from "./store-errors.js";

/** Stands behind everything a key or a VIN can hold. */
const LAST_CHARACTER = "\uffff";

const withoutId = ({ _id, ...record }: VehicleRecordDocument): VehicleRecord => record;

type SavedOnto = "created" | "revised" | "unchanged" | "overtaken";

const says = (
	{ productionNumber, vin, model, market, attributes }: VehicleRecord,
	content: VehicleRecordInput,
) => isDeepStrictEqual({ productionNumber, vin, model, market, attributes }, content);

/** Positions of an unordered bulk write that met a document which is there already; every other failure is thrown. */
async function lostToDuplicates(bulk: Promise<unknown>): Promise<ReadonlySet<number>> {
	try {
		await bulk;
		return new Set();
	} catch (error) {
		if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
		const failures = [error.writeErrors].flat();
		if (failures.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
		return new Set(failures.map(({ index }) => index));
	}
}

function refuseUnknownAttributes(input: VehicleRecordInput): void {
	const parts = Object.keys(input.attributes)
		.filter((name) => !isFieldName(name) || name === "vin")
		.map((name) => ({ path: `attributes.${name}`, message: "is no field of a vehicle record" }));
	if (parts.length > 0) {
		throw new VinspectError(
			"request_invalid",
			`The vehicle record of ${input.productionNumber} has attributes that are no known fields: ${parts.map((p) => p.path).join(", ")}. Use the field names of the glossary; the VIN has its own place.`,
			parts,
		);
	}
}

/**
 * Keeps every revision and, beside it, the one in force. The revision is written first: its `_id` makes two
 * writers of the same revision collide, and a head left behind by a crash is rolled forward by the next save.
 */
export function mongoVehicleRecords(connection: Connection): VehicleRecords {
	const Head = connection.model<VehicleRecordDocument>(
		"VehicleRecord",
		vehicleRecordSchema("vehicleRecords", VEHICLE_RECORD_QUERIES),
	);
	const Revision = connection.model<VehicleRecordDocument>(
		"VehicleRecordRevision",
		vehicleRecordSchema("vehicleRecordRevisions"),
	);

	const rollForward = async (record: VehicleRecord): Promise<void> => {
		const _id = `${record.plant}/${record.productionNumber}`;
		try {
			await Head.updateOne({ _id, revision: { $lt: record.revision } }, { $set: record }, { upsert: true });
		} catch (error) {
			if (!isDuplicateKey(error)) throw error; // a newer head stands already
		}
	};

	/** `onto` is the revision the content must follow; null where any will do. */
	const write = async (
		plant: string,
		input: VehicleRecordInput,
		by: string,
		onto: number | null,
	): Promise<SavedOnto> => {
		const content = VehicleRecordInput.parse(input);
		refuseUnknownAttributes(content);
		const _id = `${plant}/${content.productionNumber}`;
		for (;;) {
			const head = await Head.findById(_id).lean();
			if (head) {
				if (says(head, content)) return "unchanged";
			}
			const revision = (head?.revision ?? 0) + 1;
			if (onto !== null && revision !== onto + 1) return "overtaken";
			const record: VehicleRecord = {
				...content,
				plant,
				revision,
				createdAt: new Date().toISOString(),
				createdBy: by,
			};
			try {
				await Revision.create({ _id: `${_id}/${revision}`, ...record });
			} catch (error) {
				if (!isDuplicateKey(error)) throw error;
				const ahead = await Revision.findById(`${_id}/${revision}`).lean();
				if (ahead) await rollForward(withoutId(ahead));
				continue;
			}
			await rollForward(record);
			return head ? "revised" : "created";
		}
	};

	const beginningWith = async (condition: object, limit: number): Promise<readonly VehicleRecord[]> =>
		(await Head.find(condition).limit(limit).lean()).map(withoutId);

	return {
		async save(plant, input, by) {
			const saved = await write(plant, input, by, null);
			if (saved === "overtaken") throw new Error("a save onto any revision can't be overtaken");
			return saved;
		},
		async saveOnto(plant, rows, by) {
			const ids = rows.map(({ input }) => `${plant}/${input.productionNumber}`);
			const heads = new Map((await Head.find({ _id: { $in: ids } }).lean()).map((head) => [head._id, head]));
			const createdAt = new Date().toISOString();
			const outcomes: SavedOnto[] = [];
			const writes: { readonly index: number; readonly _id: string; readonly record: VehicleRecord }[] = [];
			for (const [index, { input, revision }] of rows.entries()) {
				const content = VehicleRecordInput.parse(input);
				refuseUnknownAttributes(content);
				const _id = `${plant}/${content.productionNumber}`;
				const head = heads.get(_id);
				if (head && says(head, content)) outcomes[index] = "unchanged";
				else if ((head?.revision ?? 0) !== revision) outcomes[index] = "overtaken";
				else {
					outcomes[index] = head ? "revised" : "created";
					const record = { ...content, plant, revision: revision + 1, createdAt, createdBy: by };
					writes.push({ index, _id, record });
				}
			}
			if (writes.length === 0) return outcomes;
			const lost = await lostToDuplicates(
				Revision.bulkWrite(
					writes.map(({ _id, record }) => ({
						insertOne: { document: { _id: `${_id}/${record.revision}`, ...record } },
					})),
					{ ordered: false },
				),
			);
			const kept = writes.filter((_, position) => !lost.has(position));
			if (kept.length > 0) {
				await lostToDuplicates(
					Head.bulkWrite(
						kept.map(({ _id, record }) =>
							record.revision === 1
								? { insertOne: { document: { _id, ...record } } }
								: {
										updateOne: {
											filter: { _id, revision: { $lt: record.revision } },
											update: { $set: record },
										},
									},
						),
						{ ordered: false },
					),
				);
			}
			// Somebody wrote these revisions first, or a crash left them without a head: one by one they say which.
			for (const position of lost) {
				const { index, record } = writes[position] as (typeof writes)[number];
				const { productionNumber, vin, model, market, attributes, revision } = record;
				const input = { productionNumber, vin, model, market, attributes };
				outcomes[index] = await write(plant, input, by, revision - 1);
			}
			return outcomes;
		},
		async latestOf(plant, productionNumbers) {
			const ids = productionNumbers.map((number) => `${plant}/${number}`);
			return (await Head.find({ _id: { $in: ids } }).lean()).map(withoutId);
		},
		async find(plant, text, limit) {
			const capitals = text.toUpperCase();
			const found = await Promise.all([
				...[...new Set([text, capitals])].map((beginning) => {
					const _id = `${plant}/${beginning}`;
					return beginningWith({ _id: { $gte: _id, $lt: `${_id}${LAST_CHARACTER}` } }, limit);
				}),
				beginningWith({ plant, vin: { $gte: capitals, $lt: `${capitals}${LAST_CHARACTER}` } }, limit),
			]);
			const byNumber = new Map(found.flat().map((record) => [record.productionNumber, record]));
			return [...byNumber.values()]
				.toSorted((a, b) => (a.productionNumber < b.productionNumber ? -1 : 1))
				.slice(0, limit);
		},
		async latest(plant, productionNumber) {
			const head = await Head.findById(`${plant}/${productionNumber}`).lean();
			return head ? withoutId(head) : null;
		},
		async revisions(plant, productionNumber) {
			const _id = `${plant}/${productionNumber}`;
			const head = await Head.findById(_id).lean();
			const ids = Array.from({ length: head?.revision ?? 0 }, (_, i) => `${_id}/${i + 1}`);
			const found = await Revision.find({ _id: { $in: ids } }).lean();
			return found.map(withoutId).sort((a, b) => a.revision - b.revision);
		},
		async list(plant, after, limit) {
			// "0" follows "/" in ASCII: the range holds exactly this plant's keys.
			const found = await Head.find({ _id: { $gt: `${plant}/${after ?? ""}`, $lt: `${plant}0` } })
				.sort({ _id: 1 })
				.limit(limit + 1)
				.lean();
			return pageOf(found.map(withoutId), limit, (last) => last.productionNumber);
		},
	};
}
