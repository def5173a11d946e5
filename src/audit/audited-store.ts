import type { AuditDraft } from "../contracts/audit.js";
import type { AgreementStore } from "../persistence/agreement-store.js";
import { connectStore } from "../persistence/mongo-store.js";
import type { RetentionStore } from "../persistence/retention-store.js";
import type {
	Accounts,
	BlindReadings,
	Countersignatures,
	InspectionPlans,
	Inspections,
	ReaderReports,
	Sessions,
	Stations,
	Store,
	VehicleRecords,
} from "../persistence/store.js";
import { actorNamed, currentActor, SYSTEM_ACTOR } from "./acting.js";
import { type AuditLog, ChainedAuditLog } from "./audit-log.js";
import { auditDraft, digestOf } from "./draft.js";
import { inspectionDrafts } from "./inspection-events.js";

/** Does what was announced, and tells where it did not come about: refused, overtaken, failed. */
type Announced = <T>(
	drafts: readonly AuditDraft[],
	work: () => Promise<T>,
	undone?: (result: T, place: number) => string | null,
) => Promise<T>;

function announcing(log: AuditLog): Announced {
	const notDone = (draft: AuditDraft, why: string) =>
		auditDraft({ name: draft.who, role: draft.role }, "not_done", draft.subject, {
			eventId: `${draft.eventId}/not-done`,
			why,
			sha256: draft.sha256,
			detail: { announced: draft.eventId, action: draft.action },
		});
	return async (drafts, work, undone = () => null) => {
		await log.append(drafts);
		try {
			const result = await work();
			const outcomes = drafts.flatMap((draft, place) => {
				const why = undone(result, place);
				return why === null ? [] : [notDone(draft, why)];
			});
			if (outcomes.length > 0) await log.append(outcomes);
			return result;
		} catch (error) {
			const why = error instanceof Error ? error.message : String(error);
			// A store that is gone can't take this either; that the announcement stands alone then says as much.
			await log.append(drafts.map((draft) => notDone(draft, why))).catch(() => undefined);
			throw error;
		}
	};
}

const refusedWhere = (refused: string) => (done: boolean) => (done ? null : refused);

function auditedRecords(records: VehicleRecords, announced: Announced): VehicleRecords {
	const saved = (by: string, plant: string, input: { readonly productionNumber: string }) =>
		auditDraft(actorNamed(by), "record_saved", input.productionNumber, {
			sha256: digestOf(input),
			detail: { plant },
		});
	const kept = (outcome: string) => (outcome === "created" || outcome === "revised" ? null : outcome);
	return {
		...records,
		save: (plant, input, by) =>
			announced([saved(by, plant, input)], () => records.save(plant, input, by), kept),
		saveOnto: (plant, rows, by) =>
			announced(
				rows.map(({ input }) => saved(by, plant, input)),
				() => records.saveOnto(plant, rows, by),
				(outcomes, place) => kept(outcomes[place] ?? "overtaken"),
			),
	};
}

function auditedPlans(plans: InspectionPlans, announced: Announced): InspectionPlans {
	return {
		...plans,
		save: (plant, input, status, by, newest) =>
			announced(
				[
					auditDraft(actorNamed(by), "plan_saved", input.model, {
						sha256: digestOf(input),
						detail: { plant, status, onto: newest === undefined ? "any" : String(newest) },
					}),
				],
				() => plans.save(plant, input, status, by, newest),
			),
	};
}

/** Secrets, and what could be tried against them, stay out of the chain. */
function auditedAccounts(accounts: Accounts, announced: Announced): Accounts {
	return {
		...accounts,
		create(account) {
			const { name, role, displayName } = account;
			const draft = auditDraft(currentActor(), "account_created", name, {
				sha256: digestOf({ name, role, displayName }),
				detail: { role, displayName },
			});
			return announced([draft], () => accounts.create(account), refusedWhere("the name is taken"));
		},
		replaceSecret(name, from, to, formerUntil) {
			const detail = { formerUntil: formerUntil?.toISOString() ?? "at once" };
			const draft = auditDraft(currentActor(), "secret_replaced", name, { detail });
			return announced(
				[draft],
				() => accounts.replaceSecret(name, from, to, formerUntil),
				refusedWhere("somebody replaced it at the same moment"),
			);
		},
		setDisabled(name, disabled) {
			const action = disabled ? "account_disabled" : "account_enabled";
			return announced(
				[auditDraft(currentActor(), action, name)],
				() => accounts.setDisabled(name, disabled),
				refusedWhere("there is no such account"),
			);
		},
		setPassword(name, secretHash, mustChange) {
			const detail = { mustChange: String(mustChange) };
			return announced(
				[auditDraft(currentActor(), "secret_replaced", name, { detail })],
				() => accounts.setPassword(name, secretHash, mustChange),
				refusedWhere("there is no such account"),
			);
		},
		setRole(name, role) {
			return announced(
				[auditDraft(currentActor(), "role_changed", name, { detail: { role } })],
				() => accounts.setRole(name, role),
				refusedWhere("there is no such account"),
			);
		},
		endFormerKeys(name) {
			const detail = { former: "ended" };
			return announced([auditDraft(currentActor(), "secret_replaced", name, { detail })], () =>
				accounts.endFormerKeys(name),
			);
		},
	};
}

function auditedSessions(sessions: Sessions, announced: Announced): Sessions {
	return {
		...sessions,
		create: (session) =>
			announced([auditDraft(actorNamed(session.account), "signed_in", session.account)], () =>
				sessions.create(session),
			),
		delete: (tokenHash) =>
			announced([auditDraft(currentActor(), "signed_out", currentActor().name)], () =>
				sessions.delete(tokenHash),
			),
		deleteOf: (account, except) =>
			announced([auditDraft(currentActor(), "sessions_ended", account)], () =>
				sessions.deleteOf(account, except),
			),
	};
}

function auditedStations(stations: Stations, announced: Announced): Stations {
	return {
		...stations,
		change: (name, change) =>
			announced(
				[
					auditDraft(actorNamed(change.by), "station_changed", name, {
						at: change.at,
						sha256: digestOf(change),
						detail: { change: change.action },
					}),
				],
				() => stations.change(name, change),
			),
	};
}

function auditedAgreement(agreement: AgreementStore, announced: Announced): AgreementStore {
	return {
		...agreement,
		saveShares: (plant, shares) =>
			announced([auditDraft(currentActor(), "shares_saved", plant, { sha256: digestOf(shares) })], () =>
				agreement.saveShares(plant, shares),
			),
		saveGolden: (item) =>
			announced(
				[
					auditDraft(actorNamed(item.addedBy), "golden_stated", item.exceptionId, {
						why: item.note,
						sha256: digestOf(item),
						detail: { verdict: item.truth.verdict },
					}),
				],
				() => agreement.saveGolden(item),
			),
		retireGolden: (exceptionId, by, at) =>
			announced(
				[auditDraft(actorNamed(by), "golden_retired", exceptionId, { at })],
				() => agreement.retireGolden(exceptionId, by, at),
				refusedWhere("there is no such item in use"),
			),
	};
}

function auditedBlindReadings(readings: BlindReadings, announced: Announced): BlindReadings {
	return {
		...readings,
		keep: (release, by, reading) =>
			announced(
				[
					auditDraft(actorNamed(by), "blind_read", release, {
						eventId: `blind/${release}/${by}/${digestOf(reading)}`,
						sha256: digestOf(reading),
					}),
				],
				() => readings.keep(release, by, reading),
				(standing) => (digestOf(standing) === digestOf(reading) ? null : "an earlier answer stands"),
			),
	};
}

function auditedCountersignatures(kept: Countersignatures, announced: Announced): Countersignatures {
	return {
		...kept,
		keep: (signed) =>
			announced(
				[
					auditDraft({ name: signed.by, role: "auditor" }, "countersigned", signed.inspectionId, {
						eventId: `countersigned/${signed.inspectionId}/${signed.pdf}`,
						at: signed.at,
						why: signed.reason,
						sha256: signed.pdf,
						detail: { signer: signed.signer, sealed: signed.sealed },
					}),
				],
				() => kept.keep(signed),
				(standing) => (standing.pdf === signed.pdf ? null : "an earlier counter-signature stands"),
			),
	};
}

function auditedRetention(retention: RetentionStore, announced: Announced): RetentionStore {
	return {
		...retention,
		setHold: (inspectionId, hold) =>
			announced(
				[auditDraft(actorNamed(hold.by), "hold_set", inspectionId, { at: hold.at, why: hold.reason })],
				() => retention.setHold(inspectionId, hold),
				refusedWhere("it is held already"),
			),
		liftHold: (inspectionId, lifted) =>
			announced(
				[
					auditDraft(actorNamed(lifted.by), "hold_lifted", inspectionId, {
						at: lifted.at,
						why: lifted.reason,
					}),
				],
				() => retention.liftHold(inspectionId, lifted),
				refusedWhere("nobody holds it"),
			),
	};
}

function auditedReaders(reports: ReaderReports, announced: Announced): ReaderReports {
	return {
		...reports,
		save: (report) =>
			announced(
				[
					auditDraft(SYSTEM_ACTOR, "readers_started", report.worker, {
						eventId: `readers/${report.worker}/${report.startedAt}`,
						at: report.startedAt,
						sha256: digestOf(report),
						detail: Object.fromEntries(report.networks.map(({ model, sha256 }) => [model, sha256])),
					}),
				],
				() => reports.save(report),
			),
	};
}

function auditedInspections(inspections: Inspections, log: AuditLog): Inspections {
	return {
		...inspections,
		async project(inspection) {
			await log.append(inspectionDrafts(inspection));
			await inspections.project(inspection);
		},
	};
}

/**
 * A store that tells the plant's chain of every change that matters before it makes it, wherever in the program it is
 * made: no caller can forget. A process that dies in between leaves an announcement, never a change without one.
 */
export function auditedStore(store: Store, log: AuditLog): Store {
	const announced = announcing(log);
	return {
		...store,
		records: auditedRecords(store.records, announced),
		plans: auditedPlans(store.plans, announced),
		accounts: auditedAccounts(store.accounts, announced),
		sessions: auditedSessions(store.sessions, announced),
		stations: auditedStations(store.stations, announced),
		agreement: auditedAgreement(store.agreement, announced),
		blindReadings: auditedBlindReadings(store.blindReadings, announced),
		countersignatures: auditedCountersignatures(store.countersignatures, announced),
		retention: auditedRetention(store.retention, announced),
		readerReports: auditedReaders(store.readerReports, announced),
		inspections: auditedInspections(store.inspections, log),
	};
}

/** Connects to the plant's store, audited, and opens its chain. Errors: `store_unavailable`. */
export async function connectAuditedStore(
	uri: string,
	plant: string,
): Promise<{ readonly store: Store; readonly log: AuditLog }> {
	const store = await connectStore(uri);
	const log = new ChainedAuditLog(store.audit, plant);
	return { store: auditedStore(store, log), log };
}
