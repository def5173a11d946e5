import type { Retained } from "../../src/contracts/retention.js";
import type { RetentionStore } from "../../src/persistence/retention-store.js";

/** Holds and deletions in memory. */
export function memoryRetention(): RetentionStore {
	const kept = new Map<string, Retained>();
	const known = (inspectionId: string): Retained =>
		kept.get(inspectionId) ?? { inspectionId, hold: null, deletions: [], pending: false };
	const change = (inspectionId: string, by: Partial<Retained>): true => {
		kept.set(inspectionId, { ...known(inspectionId), ...by });
		return true;
	};
	return {
		get: async (inspectionId) => kept.get(inspectionId) ?? null,
		of: async (ids) => ids.flatMap((id) => kept.get(id) ?? []),
		setHold: async (id, hold) => known(id).hold === null && change(id, { hold }),
		liftHold: async (id) => known(id).hold !== null && change(id, { hold: null }),
		async noteDeletions(id, deletions) {
			const { hold, deletions: before } = known(id);
			const news = deletions.filter(
				(one) => !before.some(({ what, sha256 }) => what === one.what && sha256 === one.sha256),
			);
			return hold === null && change(id, { deletions: [...before, ...news], pending: true });
		},
		finishDeletions: async (id) => void change(id, { pending: false }),
	};
}
