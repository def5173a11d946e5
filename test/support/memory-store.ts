import type { CaptureImage } from "../../src/contracts/capture.js";
import type { Countersignature } from "../../src/contracts/countersignature.js";
import type { BlindReading, Claim } from "../../src/contracts/exception.js";
import {
	Disposition,
	type Inspection,
	InspectionStatus,
	type ReportReference,
} from "../../src/contracts/inspection.js";
import type { InspectionPlan } from "../../src/contracts/plan.js";
import type { Observation } from "../../src/contracts/reading.js";
import type { VehicleRecord } from "../../src/contracts/record.js";
import type { RecordImport } from "../../src/contracts/record-import.js";
import { VinspectError } from "../../src/domain/errors.js";
import { rowOf } from "../../src/domain/inspection-row.js";
import { foundInspection } from "../../src/domain/inspection-search.js";
import type { AgreementStore } from "../../src/persistence/agreement-store.js";
import type { SignInAttempt } from "../../src/persistence/sign-in-attempts.js";
import type {
	Account,
	ClaimedException,
	KeptAnswer,
	Page,
	Session,
	Store,
} from "../../src/persistence/store.js";
import { MemoryAudit } from "./memory-audit.js";
import { memoryRetention } from "./memory-retention.js";

export interface MemoryStore extends Store {
	/** While true every call rejects with `store_unavailable`. */
	down: boolean;
}

function pageOf<T>(all: readonly T[], after: string | null, limit: number): Page<T> {
	const from = after === null ? 0 : Number(after);
	const items = all.slice(from, from + limit);
	return { items, next: from + limit < all.length ? String(from + limit) : null };
}

/** Nothing is hidden in anybody's queue; what is hidden is tested on the real store. */
const NOTHING_HIDDEN: AgreementStore = {
	settings: async () => ({ goldenEvery: 0, secondEvery: 0, repeatWeeks: 1, seed: "" }),
	saveShares: async () => {},
	golden: async () => null,
	saveGolden: async () => {},
	retireGolden: async () => false,
	listGolden: async () => ({ items: [], next: null }),
	countDecision: async () => null,
	reader: async () => ({ open: [], shown: [] }),
	show: async () => false,
	openOf: async () => [],
	close: async () => {},
	item: async () => null,
	addStep: async () => false,
	claim: async () => {},
	awaitReading: async () => {},
	awaitedReadings: async () => [],
	takeReading: async () => false,
	judged: async () => [],
};

/** A store in memory, to test what HTTP makes of one; the real one has tests of its own. */
export function createMemoryStore(): MemoryStore {
	const revisions = new Map<string, VehicleRecord[]>();
	const plans: InspectionPlan[] = [];
	const inspections = new Map<string, Inspection>();
	const changes: string[] = [];
	const claims = new Map<string, Claim>();
	const blindReadings = new Map<string, BlindReading>();
	const observations: (Observation & { inspectionId: string; witness: string })[] = [];
	const images = new Map<string, CaptureImage>();
	const sealedReports = new Map<string, ReportReference>();
	const countersignatures = new Map<string, Countersignature>();
	const accounts = new Map<string, Account>();
	const keepAnAdministrator = (name: string): void => {
		const administrators = [...accounts.values()].filter(
			(one) => one.role === "administrator" && !one.disabled,
		);
		if (administrators.length === 1 && administrators[0]?.name === name)
			throw new VinspectError("last_administrator", `${name} is the only administrator who can sign in.`);
	};
	const sessions = new Map<string, Session>();
	const attempts = new Map<string, SignInAttempt>();
	const devices = new Map<string, string>();
	const answers = new Map<string, KeptAnswer>();
	const imports = new Map<string, RecordImport>();

	const claimOf = (exceptionId: string): Claim | null => {
		const claim = claims.get(exceptionId);
		return claim && new Date(claim.expiresAt) > new Date() ? claim : null;
	};
	const exceptionsNow = (): ClaimedException[] =>
		[...inspections.values()].flatMap((inspection) =>
			inspection.exceptions.map((exception) => ({
				...exception,
				claim: claimOf(exception.exceptionId),
				productionNumber: inspection.productionNumber,
				vin: inspection.record.vin,
				model: inspection.record.model,
			})),
		);

	const parts: Omit<Store, "ping" | "describe" | "close"> = {
		records: {
			async save(plant, input, by) {
				const known = revisions.get(input.productionNumber) ?? [];
				const last = known.at(-1);
				const same =
					last &&
					last.vin === input.vin &&
					JSON.stringify(last.attributes) === JSON.stringify(input.attributes);
				if (same) return "unchanged";
				const createdAt = new Date().toISOString();
				const record = { ...input, plant, revision: known.length + 1, createdAt, createdBy: by };
				revisions.set(input.productionNumber, [...known, record]);
				return last ? "revised" : "created";
			},
			latest: async (_plant, productionNumber) => revisions.get(productionNumber)?.at(-1) ?? null,
			revisions: async (_plant, productionNumber) => revisions.get(productionNumber) ?? [],
			async list(_plant, after, limit) {
				return pageOf(
					[...revisions.values()].flatMap((all) => all.slice(-1)),
					after,
					limit,
				);
			},
			latestOf: async (_plant, numbers) =>
				numbers.flatMap((number) => revisions.get(number)?.slice(-1) ?? []),
			find: async (_plant, text) =>
				[...revisions.values()]
					.flatMap((all) => all.slice(-1))
					.filter(({ productionNumber, vin }) => productionNumber.startsWith(text) || vin.startsWith(text)),
			saveOnto: (plant, rows, by) =>
				Promise.all(rows.map(({ input }) => parts.records.save(plant, input, by))),
		},
		plans: {
			async save(plant, input, status, by, newest) {
				const revision = plans.filter(({ model }) => model === input.model).length + 1;
				if (newest !== undefined && newest !== revision - 1)
					throw new VinspectError("revision_conflict", "Another revision was saved meanwhile.");
				const plan = {
					...input,
					plant,
					revision,
					status,
					createdAt: new Date().toISOString(),
					createdBy: by,
				};
				plans.push(plan);
				return plan;
			},
			released: async (_plant, model) =>
				plans.findLast((plan) => plan.model === model && plan.status === "released") ?? null,
			list: async () => plans,
		},
		inspections: {
			async project(inspection) {
				inspections.set(inspection.inspectionId, inspection);
				changes.push(inspection.inspectionId);
			},
			get: async (inspectionId) => inspections.get(inspectionId) ?? null,
			async rows(filter, after, limit) {
				const { items, next } = await parts.inspections.list(filter, after, limit);
				return { items: items.map(rowOf), next };
			},
			async waitingExceptions() {
				return exceptionsNow().filter(({ status }) => status === "open" || status === "awaiting_second")
					.length;
			},
			async list(filter, after, limit) {
				const all = [...inspections.values()].filter(
					({ status, record }) =>
						(filter.status === undefined || filter.status === status) &&
						(filter.search === undefined || record.vin.includes(filter.search)),
				);
				return pageOf(all.toReversed(), after, limit);
			},
			async changedSince(cursor, limit) {
				const from = cursor === null ? changes.length : Number(cursor);
				const ids = changes.slice(from, from + limit);
				const items = ids.flatMap((id) => inspections.get(id) ?? []).map(rowOf);
				return { items, next: String(from + ids.length) };
			},
			async counts() {
				const names = [...InspectionStatus.options, ...Disposition.options];
				const count = (name: string) =>
					[...inspections.values()].filter((i) => i.status === name || i.disposition === name).length;
				return Object.fromEntries(names.map((name) => [name, count(name)])) as Awaited<
					ReturnType<Store["inspections"]["counts"]>
				>;
			},
		},
		search: {
			async find({ vin, disposition }, after, limit) {
				const all = [...inspections.values()].map(foundInspection).toReversed();
				const found = all.filter(
					(one) =>
						(vin === undefined || one.vin.includes(vin)) &&
						(disposition === undefined || one.disposition === disposition),
				);
				return pageOf(found, after, limit);
			},
			ofVehicle: async (number) =>
				[...inspections.values()].map(foundInspection).filter((one) => one.productionNumber === number),
			fill: async () => 0,
		},
		exceptions: {
			get: async (exceptionId) => exceptionsNow().find((e) => e.exceptionId === exceptionId) ?? null,
			async queue(statuses, after, limit, { escalated = false } = {}) {
				return pageOf(
					exceptionsNow().filter((one) => statuses.includes(one.status) && (!escalated || one.escalated)),
					after,
					limit,
				);
			},
			async claim(exceptionId, by, seconds) {
				const standing = claimOf(exceptionId);
				if (standing && standing.by !== by) return null;
				const claim = { by, expiresAt: new Date(Date.now() + seconds * 1000).toISOString() };
				claims.set(exceptionId, claim);
				return claim;
			},
			async release(exceptionId, by) {
				if (claimOf(exceptionId)?.by === by) claims.delete(exceptionId);
			},
		},
		blindReadings: {
			async keep(release, by, reading) {
				const standing = blindReadings.get(`${release}~${by}`) ?? reading;
				blindReadings.set(`${release}~${by}`, standing);
				return standing;
			},
			get: async (release, by) => blindReadings.get(`${release}~${by}`) ?? null,
		},
		observations: {
			async save(inspectionId, witness, observation) {
				observations.push({ ...observation, inspectionId, witness });
			},
			async of(inspectionId) {
				return observations
					.filter((observation) => observation.inspectionId === inspectionId)
					.map(({ inspectionId: _id, ...observation }) => observation);
			},
			async remove(inspectionId, name) {
				const at = observations.findIndex(
					(one) => one.inspectionId === inspectionId && `${one.witness}/${one.capture}` === name,
				);
				if (at >= 0) observations.splice(at, 1);
			},
			readersOf: async (inspectionId, witness, capture) =>
				observations.find(
					(one) => one.inspectionId === inspectionId && one.witness === witness && one.capture === capture,
				)?.readers ?? null,
		},
		// Nothing is counted here: statistics are tested on the real store.
		statistics: {
			contribute: async () => {},
			buckets: async () => [],
			decided: async () => [],
			readerVersions: async () => [],
			clear: async () => {},
			noteWhole: async () => {},
		},
		captures: {
			async save(image) {
				images.set(image.sha256, image);
			},
			get: async (sha256) => images.get(sha256) ?? null,
		},
		sealedReports: {
			get: async (inspectionId) => sealedReports.get(inspectionId) ?? null,
			async keep(inspectionId, reference) {
				const standing = sealedReports.get(inspectionId) ?? reference;
				sealedReports.set(inspectionId, standing);
				return standing;
			},
		},
		countersignatures: {
			get: async (inspectionId) => countersignatures.get(inspectionId) ?? null,
			async keep(given) {
				const standing = countersignatures.get(given.inspectionId) ?? given;
				countersignatures.set(given.inspectionId, standing);
				return standing;
			},
		},
		accounts: {
			async create(account) {
				if (accounts.has(account.name)) return false;
				accounts.set(account.name, account);
				return true;
			},
			get: async (name) => accounts.get(name) ?? null,
			bySecretHash: async (hash) => [...accounts.values()].find((a) => a.secretHash === hash) ?? null,
			list: async () => [...accounts.values()],
			async replaceSecret(name, from, to) {
				const account = accounts.get(name);
				if (account?.secretHash !== from) return false;
				accounts.set(name, { ...account, secretHash: to });
				return true;
			},
			async setDisabled(name, disabled) {
				const account = accounts.get(name);
				if (disabled) keepAnAdministrator(name);
				if (account) accounts.set(name, { ...account, disabled });
				return account !== undefined;
			},
			async setPassword(name, secretHash, mustChangePassword) {
				const account = accounts.get(name);
				if (account) accounts.set(name, { ...account, secretHash, mustChangePassword });
				return account !== undefined;
			},
			async setRole(name, role) {
				const account = accounts.get(name);
				if (role !== "administrator") keepAnAdministrator(name);
				if (account) accounts.set(name, { ...account, role });
				return account !== undefined;
			},
			keyUsed: async () => {},
			keysOf: async () => [],
			endFormerKeys: async () => {},
		},
		stations: {
			captured: async () => {},
			get: async () => null,
			list: async () => [],
			change: async () => {},
		},
		readerReports: { save: async () => {}, list: async () => [] },
		recordImports: {
			create: async (_plant, begun) => void imports.set(begun.importId, begun),
			get: async (_plant, importId) => imports.get(importId) ?? null,
			async change(_plant, importId, _when, set) {
				const begun = imports.get(importId);
				if (begun) imports.set(importId, { ...begun, ...set });
				return begun !== undefined;
			},
			list: async () => ({ items: [...imports.values()], next: null }),
		},
		sessions: {
			async create(session) {
				sessions.set(session.tokenHash, session);
			},
			get: async (tokenHash) => sessions.get(tokenHash) ?? null,
			async delete(tokenHash) {
				sessions.delete(tokenHash);
			},
			async seen(tokenHash, seenAt) {
				const session = sessions.get(tokenHash);
				if (session) sessions.set(tokenHash, { ...session, seenAt });
			},
			ofAccount: async (account) => [...sessions.values()].filter((one) => one.account === account),
			async deleteOf(account, except) {
				for (const one of sessions.values()) {
					if (one.account === account && one.tokenHash !== except) sessions.delete(one.tokenHash);
				}
			},
		},
		signInAttempts: {
			get: async (key) => attempts.get(key) ?? null,
			async advance(key, from, to) {
				if ((attempts.get(key)?.count ?? null) !== from) return false;
				attempts.set(key, to);
				return true;
			},
			async forget(key) {
				attempts.delete(key);
			},
			async keepDevice(tokenHash, account) {
				devices.set(tokenHash, account);
			},
			deviceOf: async (tokenHash) => devices.get(tokenHash) ?? null,
		},
		answers: {
			async begin(key, requestHash) {
				const kept = answers.get(key);
				if (kept) return kept;
				answers.set(key, { requestHash, answer: null });
				return "begun";
			},
			async finish(key, status, body) {
				const requestHash = answers.get(key)?.requestHash ?? "";
				answers.set(key, { requestHash, answer: { status, body } });
			},
			async abandon(key) {
				answers.delete(key);
			},
		},
		agreement: NOTHING_HIDDEN,
		audit: new MemoryAudit(),
		retention: memoryRetention(),
	};

	const state = { down: false };
	const refuse = () =>
		Promise.reject(new VinspectError("store_unavailable", "The database does not answer."));
	const guarded = <T extends object>(part: T): T =>
		new Proxy(part, {
			get(target, name) {
				const member: unknown = state.down ? refuse : Reflect.get(target, name);
				// bound: a class with private members does not know its proxy
				return typeof member === "function" ? member.bind(target) : member;
			},
		});
	return {
		records: guarded(parts.records),
		plans: guarded(parts.plans),
		inspections: guarded(parts.inspections),
		search: guarded(parts.search),
		exceptions: guarded(parts.exceptions),
		blindReadings: guarded(parts.blindReadings),
		observations: guarded(parts.observations),
		statistics: guarded(parts.statistics),
		captures: guarded(parts.captures),
		sealedReports: guarded(parts.sealedReports),
		countersignatures: guarded(parts.countersignatures),
		accounts: guarded(parts.accounts),
		sessions: guarded(parts.sessions),
		signInAttempts: guarded(parts.signInAttempts),
		answers: guarded(parts.answers),
		agreement: guarded(parts.agreement),
		audit: guarded(parts.audit),
		retention: guarded(parts.retention),
		recordImports: guarded(parts.recordImports),
		stations: guarded(parts.stations),
		readerReports: guarded(parts.readerReports),
		ping: () => (state.down ? refuse() : Promise.resolve()),
		describe: async () => "memory",
		close: async () => {},
		get down() {
			return state.down;
		},
		set down(value: boolean) {
			state.down = value;
		},
	};
}
