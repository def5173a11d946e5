import mongoose, { type ConnectOptions } from "mongoose";
import { mongoAccounts, mongoIdempotentAnswers, mongoSessions, purgeExpired } from "./mongo/access.js";
import { mongoAgreement } from "./mongo/agreement.js";
import { mongoAudit } from "./mongo/audit.js";
import { mongoBlindReadings } from "./mongo/blind-readings.js";
import { mongoCountersignatures } from "./mongo/countersignatures.js";
import { mongoExceptions } from "./mongo/exceptions.js";
import { mongoInspectionPlans } from "./mongo/inspection-plans.js";
import { mongoInspectionSearch } from "./mongo/inspection-search.js";
import { mongoInspections } from "./mongo/inspections.js";
import { mongoCaptureImages, mongoObservations } from "./mongo/observations.js";
import { mongoReaderReports } from "./mongo/reader-reports.js";
import { mongoRecordImports } from "./mongo/record-imports.js";
import { type Pace, renewStalled } from "./mongo/renew-stalled.js";
import { mongoRetention } from "./mongo/retention.js";
import { mongoSealedReports } from "./mongo/sealed-reports.js";
import { mongoSignInAttempts } from "./mongo/sign-in-attempts.js";
import { mongoStations } from "./mongo/stations.js";
import { mongoStatistics } from "./mongo/statistics.js";
import { asStoreError, namingOutages } from "./mongo/store-errors.js";
import { mongoVehicleRecords } from "./mongo/vehicle-records.js";
import type { Store } from "./store.js";

/** How long a call waits for a server before the store counts as unavailable. */
const SERVER_SELECTION_MILLISECONDS = 3000;
/** How long a server may take to say that it is there: then its calls end. */
const ANSWER_MILLISECONDS = 5000;
/** A question has ended after twice the time for an answer (connecting, then asking); the rest is for a busy machine. */
const PACE: Pace = { heartbeatMs: 5000, stalledAfterMs: 30_000 };
/** No question here takes nearly as long; without it a connection that a dead switch holds open waits for ever. */
const SILENCE_MILLISECONDS = 60_000;
const PURGE_MILLISECONDS = 60 * 60 * 1000;

/**
 * Connects to MongoDB, or to the embedded stand-in, and makes the indexes. Uses single-document atomicity
 * only, because the stand-in has no transactions and no update pipelines. A connection lost later comes back
 * by itself. Errors: `store_unavailable`.
 */
export async function connectStore(uri: string, pace: Pace = PACE): Promise<Store> {
	const options: ConnectOptions = {
		serverSelectionTimeoutMS: SERVER_SELECTION_MILLISECONDS,
		heartbeatFrequencyMS: pace.heartbeatMs,
		connectTimeoutMS: ANSWER_MILLISECONDS,
		socketTimeoutMS: SILENCE_MILLISECONDS,
		// What is answered has to outlive the server's death: a mongod by itself answers before its journal is written.
		writeConcern: { w: "majority", journal: true },
		bufferCommands: false,
		autoIndex: false,
		autoCreate: false,
		ignoreUndefined: true,
	};
	const connection = mongoose.createConnection(uri, options);
	try {
		await connection.asPromise();
		const repositories = {
			records: mongoVehicleRecords(connection),
			plans: mongoInspectionPlans(connection),
			inspections: mongoInspections(connection),
			search: mongoInspectionSearch(connection),
			exceptions: mongoExceptions(connection),
			blindReadings: mongoBlindReadings(connection),
			observations: mongoObservations(connection),
			statistics: mongoStatistics(connection),
			captures: mongoCaptureImages(connection),
			sealedReports: mongoSealedReports(connection),
			countersignatures: mongoCountersignatures(connection),
			accounts: mongoAccounts(connection),
			sessions: mongoSessions(connection),
			signInAttempts: mongoSignInAttempts(connection),
			answers: mongoIdempotentAnswers(connection),
			agreement: mongoAgreement(connection),
			audit: mongoAudit(connection),
			retention: mongoRetention(connection),
			recordImports: mongoRecordImports(connection),
			stations: mongoStations(connection),
			readerReports: mongoReaderReports(connection),
		};
		for (const model of Object.values(connection.models)) await model.createIndexes();
		await purgeExpired(connection);
		await repositories.inspections.makeMissingRows();
		return storeOf(connection, repositories, renewStalled(connection, uri, options, pace));
	} catch (error) {
		await connection.close();
		throw asStoreError(error);
	}
}

type Repositories = Omit<Store, "ping" | "describe" | "close">;

function storeOf(connection: mongoose.Connection, repositories: Repositories, endWatch: () => void): Store {
	const administration = namingOutages({
		async ping(): Promise<void> {
			await connection.db?.admin().ping();
		},
		async describe(): Promise<string> {
			const info = await connection.db?.admin().command({ buildInfo: 1 });
			// The stand-in answers without the build facts that every mongod gives.
			return info?.gitVersion
				? `MongoDB ${info.version}`
				: `Embedded document store (speaks MongoDB ${info?.version}): good for one machine and tens of thousands of inspections`;
		},
	});
	const purging = setInterval(() => {
		// The store answers without it; the next hour tries again.
		purgeExpired(connection).catch(() => undefined);
	}, PURGE_MILLISECONDS);
	purging.unref();
	return {
		records: namingOutages(repositories.records),
		plans: namingOutages(repositories.plans),
		inspections: namingOutages(repositories.inspections),
		search: namingOutages(repositories.search),
		exceptions: namingOutages(repositories.exceptions),
		blindReadings: namingOutages(repositories.blindReadings),
		observations: namingOutages(repositories.observations),
		statistics: namingOutages(repositories.statistics),
		captures: namingOutages(repositories.captures),
		sealedReports: namingOutages(repositories.sealedReports),
		countersignatures: namingOutages(repositories.countersignatures),
		accounts: namingOutages(repositories.accounts),
		sessions: namingOutages(repositories.sessions),
		signInAttempts: namingOutages(repositories.signInAttempts),
		answers: namingOutages(repositories.answers),
		agreement: namingOutages(repositories.agreement),
		audit: namingOutages(repositories.audit),
		retention: namingOutages(repositories.retention),
		recordImports: namingOutages(repositories.recordImports),
		stations: namingOutages(repositories.stations),
		readerReports: namingOutages(repositories.readerReports),
		ping: administration.ping,
		describe: administration.describe,
		async close() {
			clearInterval(purging);
			endWatch();
			await connection.close();
		},
	};
}
