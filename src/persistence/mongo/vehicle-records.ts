import { isDeepStrictEqual } from "node:util";
import type { Connection } from "mongoose";
import {
	VEHICLE_RECORD_QUERIES,
	type VehicleRecordDocument,
	vehicleRecordSchema,
} from "../../../models/records/vehicle-record.js";
import { type VehicleRecord, VehicleRecordInput } from "../../contracts/record.js";
import { VinspectError } from "../../domain/errors.js";
import { isFieldName } from "../../domain/fields.js";
import type { VehicleRecords } from "../store.js";
import { pageOf } from "./page-cursor.js";
import { isDuplicateKey } from "./store-errors.js";

/** Stands behind everything a key or a VIN can hold. */
const LAST_CHARACTER = "\uffff";

const withoutId = ({ _id, ...record }: VehicleRecordDocument): VehicleRecord => record;

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
	): Promise<"created" | "revised" | "unchanged" | "overtaken"> => {
		const content = VehicleRecordInput.parse(input);
		refuseUnknownAttributes(content);
		const _id = `${plant}/${content.productionNumber}`;
		for (;;) {
			const head = await Head.findById(_id).lean();
			if (head) {
				const { productionNumber, vin, model, market, attributes } = head;
				if (isDeepStrictEqual({ productionNumber, vin, model, market, attributes }, content)) {
					return "unchanged";
				}
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
		saveOnto: write,
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
