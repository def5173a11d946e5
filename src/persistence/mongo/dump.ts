import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import mongoose from "mongoose";
import { VinspectError } from "../../domain/errors.js";
import { asStoreError } from "./store-errors.js";

/** Whoever is signed in signs in again. */
const NOT_KEPT = new Set(["sessions"]);
const BATCH = 500;
const SIZE_BYTES = 4;
/** Largest document MongoDB keeps, with room for what it adds itself. */
const LARGEST_BYTES = 17 * 1024 * 1024;

const { BSON } = mongoose.mongo;

/** The database as it lies there, below the models. Errors: `store_unavailable`. */
export interface RawStore {
	/** Collections with at least one document. */
	collections(): Promise<readonly string[]>;
	/** Writes every document of a collection one after the other, as `mongodump` does; returns how many. */
	dump(collection: string, file: string): Promise<number>;
	/** Adds the documents of such a file. Errors: `backup_invalid`. */
	load(collection: string, file: string): Promise<number>;
	close(): Promise<void>;
}

export async function openRawStore(uri: string): Promise<RawStore> {
	const client = new mongoose.mongo.MongoClient(uri, { serverSelectionTimeoutMS: 5_000 });
	try {
		await client.connect();
	} catch (error) {
		await client.close();
		throw asStoreError(error);
	}
	const database = client.db();
	return {
		async collections() {
			const names: string[] = [];
			for (const { name } of await database.listCollections({}, { nameOnly: true }).toArray()) {
				if (name.startsWith("system.") || NOT_KEPT.has(name)) continue;
				if ((await database.collection(name).findOne({}, { projection: { _id: 1 } })) !== null)
					names.push(name);
			}
			return names.sort();
		},
		async dump(collection, file) {
			let count = 0;
			const documents = async function* () {
				// Raw: every number keeps the type it has.
				for await (const document of database.collection(collection).find({}, { raw: true })) {
					count += 1;
					yield document as unknown as Uint8Array;
				}
			};
			await pipeline(documents(), createWriteStream(file, { mode: 0o600 }));
			return count;
		},
		async load(collection, file) {
			let count = 0;
			let batch: mongoose.mongo.Document[] = [];
			const write = async () => {
				if (batch.length === 0) return;
				await database.collection(collection).insertMany(batch, { ordered: true });
				count += batch.length;
				batch = [];
			};
			for await (const document of documentsIn(file)) {
				batch.push(BSON.deserialize(document, { promoteValues: false, promoteLongs: false }));
				if (batch.length >= BATCH) await write();
			}
			await write();
			return count;
		},
		close: () => client.close(),
	};
}

/** Documents that follow one another, each beginning with its own length (BSON 1.1). */
async function* documentsIn(file: string): AsyncGenerator<Buffer> {
	let rest: Buffer = Buffer.alloc(0);
	for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
		rest = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
		while (rest.length >= SIZE_BYTES) {
			const size = rest.readInt32LE(0);
			if (size <= SIZE_BYTES || size > LARGEST_BYTES)
				throw new VinspectError("backup_invalid", `${file} holds no documents of a store.`);
			if (rest.length < size) break;
			yield rest.subarray(0, size);
			rest = rest.subarray(size);
		}
	}
	if (rest.length > 0) throw new VinspectError("backup_invalid", `${file} ends within a document.`);
}
