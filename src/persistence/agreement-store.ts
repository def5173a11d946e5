import type { AgreementShares, GoldenItem, HiddenItem, HiddenStep, Verdict } from "../contracts/agreement.js";
import type { Claim } from "../contracts/exception.js";
import type { Page } from "./store.js";

export interface AgreementSettings extends AgreementShares {
	/** Random and kept: what makes the choice of items repeatable and not to be guessed. */
	readonly seed: string;
}

/** A decided exception that waits for its second reader. */
export interface AwaitedReading {
	readonly exceptionId: string;
	readonly inspectionId: string;
	readonly decidedAt: string;
}

/** A person's account of what was hidden in their queue. */
export interface ReaderState {
	readonly open: readonly string[];
	/** Golden items they got lately. */
	readonly shown: readonly { readonly exceptionId: string; readonly at: string }[];
}

/** Golden items, what is hidden in whose queue, and the judgements this becomes. */
export interface AgreementStore {
	/** The plant's settings; the first call makes them. */
	settings(plant: string): Promise<AgreementSettings>;
	saveShares(plant: string, shares: AgreementShares): Promise<void>;
	golden(exceptionId: string): Promise<GoldenItem | null>;
	/** Adds it, or states it anew. */
	saveGolden(item: GoldenItem): Promise<void>;
	/** False where there is no such item in use. */
	retireGolden(exceptionId: string, by: string, at: string): Promise<boolean>;
	/** Newest first. */
	listGolden(retired: boolean, after: string | null, limit: number): Promise<Page<GoldenItem>>;
	/**
	 * The person's decisions so far with this one; null where it was counted last. Two at the very same moment may get
	 * the same number: what it draws has an id made of it, and comes once.
	 */
	countDecision(person: string, decisionId: string): Promise<number | null>;
	reader(person: string): Promise<ReaderState>;
	/** Puts an item into its person's queue; false where it was there before. Forgets showings before `since`. */
	show(item: HiddenItem, since: string): Promise<boolean>;
	/** What is in this person's queue now. */
	openOf(person: string): Promise<readonly HiddenItem[]>;
	/** Takes an item that is over out of its person's queue; the judgement stays. */
	close(person: string, itemId: string): Promise<void>;
	item(itemId: string): Promise<HiddenItem | null>;
	/** Adds a step to the item as it was read; false where somebody was quicker. */
	addStep(
		item: HiddenItem,
		step: HiddenStep,
		outcome: { readonly verdict: Verdict | null; readonly judgedAt: string | null },
	): Promise<boolean>;
	claim(itemId: string, claim: Claim | null): Promise<void>;
	/** Remembers that this exception shall be read a second time. */
	awaitReading(awaited: AwaitedReading): Promise<void>;
	/** Oldest first. */
	awaitedReadings(limit: number): Promise<readonly AwaitedReading[]>;
	/** True for the one caller who takes it. */
	takeReading(exceptionId: string): Promise<boolean>;
	/** Everything judged in the period, newest first; `from` included, `to` not. */
	judged(from: string, to: string, limit: number): Promise<readonly HiddenItem[]>;
}
