import type { Deletion, LegalHold, Retained } from "../contracts/retention.js";

/** Legal holds, and what of which inspection was deleted. */
export interface RetentionStore {
	/** Null where nothing of it was ever held or deleted. */
	get(inspectionId: string): Promise<Retained | null>;
	/** Of these inspections, those that something is known of. */
	of(inspectionIds: readonly string[]): Promise<readonly Retained[]>;
	/** False where it is held already. */
	setHold(inspectionId: string, hold: LegalHold): Promise<boolean>;
	/** False where nobody holds it. */
	liftHold(inspectionId: string, lifted: LegalHold): Promise<boolean>;
	/** Notes what is about to be deleted, each content once; false where a hold came first, and nothing may go. */
	noteDeletions(inspectionId: string, deletions: readonly Deletion[]): Promise<boolean>;
	/** Notes that all that is noted is gone. */
	finishDeletions(inspectionId: string): Promise<void>;
}
