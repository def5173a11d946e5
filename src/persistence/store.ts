import type { CaptureImage } from "../contracts/capture.js";
import type { Countersignature } from "../contracts/countersignature.js";
import type { BlindReading, Claim, Exception, ExceptionStatus } from "../contracts/exception.js";
import type { Disposition, Inspection, InspectionStatus, ReportReference } from "../contracts/inspection.js";
import type { InspectionRow } from "../contracts/inspection-row.js";
import type { InspectionPlan, InspectionPlanInput } from "../contracts/plan.js";
import type { Sha256 } from "../contracts/primitives.js";
import type { ReaderReport } from "../contracts/reader-report.js";
import type { Observation } from "../contracts/reading.js";
import type { VehicleRecord, VehicleRecordInput } from "../contracts/record.js";
import type { RecordImport } from "../contracts/record-import.js";
import type { FoundInspection } from "../contracts/search.js";
import type { StationCapture, StationChange } from "../contracts/station.js";
import type {
	Bucket,
	Contribution,
	DecidedException,
	Grain,
	ReaderVersion,
} from "../contracts/statistics.js";
import type { AgreementStore } from "./agreement-store.js";
import type { AuditStore } from "./audit-store.js";
import type { RetentionStore } from "./retention-store.js";
import type { SignInAttempts } from "./sign-in-attempts.js";

/** One page of a list by key: pass `next` back as `after`. */
export interface Page<T> {
	readonly items: readonly T[];
	readonly next: string | null;
}

export interface VehicleRecords {
	/** Adds a revision where the content differs from the latest one. */
	save(plant: string, input: VehicleRecordInput, by: string): Promise<"created" | "revised" | "unchanged">;
	latest(plant: string, productionNumber: string): Promise<VehicleRecord | null>;
	revisions(plant: string, productionNumber: string): Promise<readonly VehicleRecord[]>;
	list(plant: string, after: string | null, limit: number): Promise<Page<VehicleRecord>>;
	/** The revisions in force of these production numbers; those that have none are left out. */
	latestOf(plant: string, productionNumbers: readonly string[]): Promise<readonly VehicleRecord[]>;
	/** Those in force whose production number or VIN begins with the text, by production number; at most `limit`. */
	find(plant: string, text: string, limit: number): Promise<readonly VehicleRecord[]>;
	/**
	 * As `save` for many records at once, each production number once; writes each only onto the revision named
	 * (0: onto none). Outcomes come in the order of the rows.
	 */
	saveOnto(
		plant: string,
		rows: readonly { readonly input: VehicleRecordInput; readonly revision: number }[],
		by: string,
	): Promise<readonly ("created" | "revised" | "unchanged" | "overtaken")[]>;
}

/** Uploads of vehicle records between preview and record. */
export interface RecordImports {
	create(plant: string, begun: RecordImport): Promise<void>;
	get(plant: string, importId: string): Promise<RecordImport | null>;
	/** Sets members where the others stand as named, in one step. False where they do not. */
	change(
		plant: string,
		importId: string,
		when: Partial<Pick<RecordImport, "state" | "preview" | "activeAt">>,
		set: Partial<RecordImport>,
	): Promise<boolean>;
	/** Newest first. */
	list(plant: string, after: string | null, limit: number): Promise<Page<RecordImport>>;
}

/** What is known of a station beside its account. */
export interface StationState {
	readonly name: string;
	readonly lastCapture: StationCapture | null;
	/** Keys of the captures of each minute of about the last hour; `at` is the minute in UTC. */
	readonly minutes: readonly { readonly at: string; readonly captures: readonly string[] }[];
	/** Null where nobody has set a limit. */
	readonly silenceMinutes: number | null;
	/** Oldest first. */
	readonly changes: readonly StationChange[];
}

export interface Stations {
	/** Notes an accepted capture; repeating it changes nothing, and an older one replaces no newer one. */
	captured(name: string, capture: StationCapture): Promise<void>;
	get(name: string): Promise<StationState | null>;
	list(): Promise<readonly StationState[]>;
	/** Notes what a person did; a new silence limit is in force from then on. */
	change(name: string, change: StationChange): Promise<void>;
}

/** What the workers said of their readers when they started. */
export interface ReaderReports {
	save(report: ReaderReport): Promise<void>;
	list(): Promise<readonly ReaderReport[]>;
}

export interface InspectionPlans {
	/**
	 * Adds a revision. With `newest` it is only added where that is still the newest revision (0: there is none);
	 * errors: `revision_conflict`, `request_invalid`.
	 */
	save(
		plant: string,
		input: InspectionPlanInput,
		status: InspectionPlan["status"],
		by: string,
		newest?: number,
	): Promise<InspectionPlan>;
	/** The released revision in force for a vehicle model. */
	released(plant: string, model: string): Promise<InspectionPlan | null>;
	list(plant: string): Promise<readonly InspectionPlan[]>;
}

export interface InspectionFilter {
	readonly status?: InspectionStatus | undefined;
	readonly disposition?: Disposition | undefined;
	readonly model?: string | undefined;
	/** Part of the VIN or production number. */
	readonly search?: string | undefined;
}

export interface Inspections {
	/** Writes the projection unless a newer version is there. */
	project(inspection: Inspection): Promise<void>;
	get(inspectionId: string): Promise<Inspection | null>;
	/** Newest first, whole. */
	list(filter: InspectionFilter, after: string | null, limit: number): Promise<Page<Inspection>>;
	/** Newest first, what a list shows of each. */
	rows(filter: InspectionFilter, after: string | null, limit: number): Promise<Page<InspectionRow>>;
	/**
	 * Every inspection changed after the cursor, oldest change first; for live events. `next` is always the
	 * cursor to go on from. With a null cursor nothing is returned but the cursor of now.
	 */
	changedSince(cursor: string | null, limit: number): Promise<Page<InspectionRow>>;
	counts(): Promise<Readonly<Record<InspectionStatus | Disposition, number>>>;
	/** Exceptions of all inspections that wait for a person. */
	waitingExceptions(): Promise<number>;
}

/** What is searched for; every part narrows the result. Texts in capitals where they are parts. */
export interface SearchCriteria {
	/** Part of the VIN, three characters at least. */
	readonly vin?: string | undefined;
	/** Part of the production number, three characters at least. */
	readonly productionNumber?: string | undefined;
	/** Tracked in at this instant or later. */
	readonly from?: string | undefined;
	/** Tracked in before this instant. */
	readonly before?: string | undefined;
	readonly station?: string | undefined;
	readonly model?: string | undefined;
	/** Null for those without an outcome yet. */
	readonly disposition?: Disposition | null | undefined;
	readonly operator?: string | undefined;
}

/** Finds inspections by what people know of them; kept beside the inspections by their projection. */
export interface InspectionSearch {
	/** Newest first. */
	find(criteria: SearchCriteria, after: string | null, limit: number): Promise<Page<FoundInspection>>;
	/** The inspections of one vehicle, the first one first. */
	ofVehicle(productionNumber: string, limit: number): Promise<readonly FoundInspection[]>;
	/** Makes inspections findable that were projected before there was a search; returns how many. */
	fill(): Promise<number>;
}

export interface ClaimedException extends Exception {
	readonly claim: Claim | null;
	readonly productionNumber: string;
	readonly vin: string;
	readonly model: string;
}

export interface QueueFilter {
	/** Only what somebody handed on to somebody else. */
	readonly escalated?: true;
}

export interface Exceptions {
	get(exceptionId: string): Promise<ClaimedException | null>;
	/** Oldest deadline first. */
	queue(
		statuses: readonly ExceptionStatus[],
		after: string | null,
		limit: number,
		filter?: QueueFilter,
	): Promise<Page<ClaimedException>>;
	/** Null where somebody else holds it, or where there is no such exception; renews one's own. */
	claim(exceptionId: string, by: string, seconds: number): Promise<Claim | null>;
	release(exceptionId: string, by: string): Promise<void>;
}

/** What second persons read before they were shown the release they are asked to confirm. */
export interface BlindReadings {
	/** Keeps a person's first answer on a release (its decision id); returns the one that stands. */
	keep(release: string, by: string, reading: BlindReading): Promise<BlindReading>;
	get(release: string, by: string): Promise<BlindReading | null>;
}

export interface Observations {
	save(inspectionId: string, witness: string, observation: Observation): Promise<void>;
	of(inspectionId: string): Promise<readonly (Observation & { witness: string })[]>;
	/** Forgets what was seen in one capture, named `witness/capture`. */
	remove(inspectionId: string, name: string): Promise<void>;
	/** Which readers saw one capture; null where it was not read. */
	readersOf(inspectionId: string, witness: string, capture: Sha256): Promise<Observation["readers"] | null>;
}

/** What statistics are asked for; what is left out is not narrowed. */
export interface StatisticsFilter {
	readonly station?: string | undefined;
	readonly model?: string | undefined;
	/** Version of the readers. */
	readonly readers?: string | undefined;
	/** `HH:MM` at which the shift begins. */
	readonly shift?: string | undefined;
}

/** Counts of finished inspections, kept up to date as each one ends. */
export interface Statistics {
	/** Counts each inspection once, however often and by however many it is contributed. */
	contribute(contributions: readonly Contribution[]): Promise<void>;
	/** Buckets that start in a period (`to` excluded), oldest first. */
	buckets(plant: string, grain: Grain, from: string, to: string): Promise<readonly Bucket[]>;
	/** The newest decided exceptions of a period, oldest first. */
	decided(
		plant: string,
		filter: StatisticsFilter,
		from: string,
		to: string,
		limit: number,
	): Promise<readonly DecidedException[]>;
	readerVersions(plant: string): Promise<readonly ReaderVersion[]>;
	/** Forgets everything, to be contributed anew. */
	clear(): Promise<void>;
	/** After `clear`, once everything was contributed: from now on shifts are read from the days of stations. */
	noteWhole(): Promise<void>;
}

/** Which archived report stands for an inspection. */
export interface SealedReports {
	get(inspectionId: string): Promise<ReportReference | null>;
	/** Keeps the first; returns the one that stands. */
	keep(inspectionId: string, reference: ReportReference): Promise<ReportReference>;
}

/** Which countersigned report stands beside an inspection's sealed one. */
export interface Countersignatures {
	get(inspectionId: string): Promise<Countersignature | null>;
	/** Keeps the first; returns the one that stands. */
	keep(countersignature: Countersignature): Promise<Countersignature>;
}

export interface CaptureImages {
	save(image: CaptureImage): Promise<void>;
	get(sha256: Sha256): Promise<CaptureImage | null>;
}

export const ROLES = ["operator", "auditor", "engineer", "administrator", "station"] as const;
export type Role = (typeof ROLES)[number];

/** A person who signs in, or a station's key. */
export interface Account {
	readonly name: string;
	readonly role: Role;
	readonly displayName: string;
	/** Argon2id hash of the password, SHA-256 of a station's key, or whom a single sign-on provider vouches for. */
	readonly secretHash: string;
	readonly disabled: boolean;
	/** Somebody else knows the password: the person may do nothing but change it. */
	readonly mustChangePassword?: boolean;
}

/** One of a station's keys, as far as anybody can know it. */
export interface KeyUse {
	/** Until when a replaced key is still taken; null for the one in force. */
	readonly until: Date | null;
	/** To the minute; null where it was never used. */
	readonly usedAt: Date | null;
}

export interface Accounts {
	/** False where the name is taken. */
	create(account: Account): Promise<boolean>;
	get(name: string): Promise<Account | null>;
	/** By the secret in force, or by one that was replaced and is still taken. */
	bySecretHash(secretHash: string): Promise<Account | null>;
	list(): Promise<readonly Account[]>;
	/**
	 * Replaces the secret where it is still the one named; false where it is not. That one stays valid until
	 * `formerUntil`, null for no longer; ones replaced before end now.
	 */
	replaceSecret(name: string, from: string, to: string, formerUntil: Date | null): Promise<boolean>;
	/** False where there is no such account. Errors: `last_administrator`, however many leave at one moment. */
	setDisabled(name: string, disabled: boolean): Promise<boolean>;
	/** Sets a password whatever it was; false where there is no such account. */
	setPassword(name: string, secretHash: string, mustChange: boolean): Promise<boolean>;
	/** False where there is no such account. Errors: `last_administrator`, however many leave at one moment. */
	setRole(name: string, role: Role): Promise<boolean>;
	/** Notes that a key was shown, the one in force or one that was replaced. */
	keyUsed(secretHash: string, at: Date): Promise<void>;
	/** The key in force first, then replaced ones that are still taken. */
	keysOf(name: string): Promise<readonly KeyUse[]>;
	/** Ends every replaced key now. */
	endFormerKeys(name: string): Promise<void>;
}

export interface Session {
	readonly tokenHash: string;
	readonly account: string;
	readonly expiresAt: Date;
	readonly createdAt?: Date;
	/** When the person last did something, to the minute. */
	readonly seenAt?: Date;
	/** Where it was opened: network address and the browser's name for itself. */
	readonly address?: string;
	readonly agent?: string;
}

export interface Sessions {
	create(session: Session): Promise<void>;
	get(tokenHash: string): Promise<Session | null>;
	delete(tokenHash: string): Promise<void>;
	/** Notes that the person does something. */
	seen(tokenHash: string, at: Date): Promise<void>;
	/** Those that have not ended. */
	ofAccount(account: string): Promise<readonly Session[]>;
	/** Ends every session of an account but the one named. */
	deleteOf(account: string, except: string | null): Promise<void>;
}

export interface KeptAnswer {
	readonly requestHash: string;
	/** Null while the first request is still being answered. */
	readonly answer: { readonly status: number; readonly body: unknown } | null;
}

/** Answers kept under an Idempotency-Key, for a day. */
export interface IdempotentAnswers {
	/** Reserves the key, or returns what is kept under it. */
	begin(key: string, requestHash: string): Promise<KeptAnswer | "begun">;
	finish(key: string, status: number, body: unknown): Promise<void>;
	/** Gives the key back after a failure that a repetition may mend. */
	abandon(key: string): Promise<void>;
}

/** Everything the service keeps, apart from bytes. Errors: `store_unavailable`. */
export interface Store {
	readonly records: VehicleRecords;
	readonly plans: InspectionPlans;
	readonly inspections: Inspections;
	readonly search: InspectionSearch;
	readonly exceptions: Exceptions;
	readonly blindReadings: BlindReadings;
	readonly observations: Observations;
	readonly statistics: Statistics;
	readonly captures: CaptureImages;
	readonly sealedReports: SealedReports;
	readonly countersignatures: Countersignatures;
	readonly accounts: Accounts;
	readonly sessions: Sessions;
	readonly signInAttempts: SignInAttempts;
	readonly answers: IdempotentAnswers;
	readonly agreement: AgreementStore;
	readonly audit: AuditStore;
	readonly retention: RetentionStore;
	readonly recordImports: RecordImports;
	readonly stations: Stations;
	readonly readerReports: ReaderReports;
	/** Resolves when the database answers; rejects with `store_unavailable`. */
	ping(): Promise<void>;
	/** Which server this is and what it is good for, for `doctor` and the page footer. */
	describe(): Promise<string>;
	close(): Promise<void>;
}
