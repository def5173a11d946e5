import type { CharacterReading, Evidence, Refusal, SlotReading } from "../contracts/reading.js";
import { GUESS, MOST_SHARED_DOUBT } from "./acceptance.js";
import { hasVinForm, VIN_LENGTH } from "./vin.js";

/** What one capture shows of a text: read, for each character what it may be, and why it was not believed alone. */
export interface Take {
	readonly text: string;
	/** That reader's for the whole of it, 0..1. */
	readonly confidence: number;
	readonly slots: readonly SlotReading[];
	readonly refusal: Refusal | null;
	/** What a reader of another family saw in it; null where it saw nothing. */
	readonly second: Pick<Evidence, "text" | "confidence"> | null | undefined;
}

export interface FusedText {
	readonly text: string;
	/** Weakest character, 0..1. */
	readonly confidence: number;
	readonly accepted: boolean;
}

/** Stands where one capture shows no character and another does. */
const GAP = "";
/** The VIN alphabet, the three letters it forbids, and the gap. */
const SYMBOLS = 37;
/**
 * Share of looks in which a reader's probabilities mean nothing and any symbol is as likely: no capture denies a
 * character more firmly than this, however sure it is of another (contamination, Huber 1964).
 */
const CONTAMINATION = 0.05;
/**
 * Correlation of the errors of two captures of one witness by one reader. Same metal, same model: taken as
 * halfway between independent evidence and the same evidence twice.
 */
const CORRELATION = 0.5;
/** The fused weakest character from which the text is believed. */
export const FUSED_THRESHOLD = 0.97;
/** A capture this sure of another character is not outvoted. */
const CONTRADICTION = 0.8;
/** Refusals that say the text was seen but not surely enough. Another reader's denial is no such thing. */
const FUSIBLE: readonly Refusal[] = ["low_confidence", "single_reader", "length"];
const MAX_CANDIDATES = 4;
const MIN_SHARE = 0.005;

/** Characters as short data: what each may be, rounded to a thousandth, the likeliest four. */
export function slotsOf(characters: readonly CharacterReading[]): SlotReading[] {
	return characters.map(({ char, p, alternatives = [] }) =>
		Object.fromEntries(
			[{ char, p }, ...alternatives]
				.filter((candidate, index) => index === 0 || candidate.p >= MIN_SHARE)
				.slice(0, MAX_CANDIDATES)
				.map((candidate) => [candidate.char, Math.round(candidate.p * 1000) / 1000]),
		),
	);
}

/** Whether what a capture shows of a text, though refused, is evidence beside other captures. */
export function isFusible(characters: readonly unknown[], refusal: Refusal | null): boolean {
	return refusal !== null && FUSIBLE.includes(refusal) && Math.abs(characters.length - VIN_LENGTH) <= 1;
}

/** The likeliest character of a slot and its probability. */
function topOf(slot: SlotReading): { char: string; p: number } {
	return Object.entries(slot).reduce((best, [char, p]) => (p > best.p ? { char, p } : best), {
		char: GAP,
		p: 0,
	});
}

/** Probability of a symbol: what a slot leaves over is shared by all it does not name. */
function probability(slot: SlotReading, symbol: string): number {
	const named = Object.keys(slot).length;
	const rest = Math.max(0, 1 - Object.values(slot).reduce((sum, p) => sum + p, 0));
	const seen = Object.hasOwn(slot, symbol) ? (slot[symbol] ?? 0) : rest / (SYMBOLS - named);
	return (1 - CONTAMINATION) * seen + CONTAMINATION / SYMBOLS;
}

const unlike = (a: SlotReading, b: SlotReading): number =>
	1 -
	Object.entries(a).reduce((sum, [char, p]) => sum + p * (Object.hasOwn(b, char) ? (b[char] ?? 0) : 0), 0);

/** Cost of leaving a slot without partner: two such cost more than any substitution. */
const GAP_COST = 0.75;

/** Pairs of positions, null for none, that cost least in all (edit alignment, Needleman and Wunsch 1970). */
function aligned(a: readonly SlotReading[], b: readonly SlotReading[]): [number | null, number | null][] {
	const cost = Array.from({ length: a.length + 1 }, (_, i) =>
		Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0) * GAP_COST),
	);
	const at = (i: number, j: number) => cost[i]?.[j] ?? Number.POSITIVE_INFINITY;
	const paired = (i: number, j: number) => at(i - 1, j - 1) + unlike(a[i - 1] ?? {}, b[j - 1] ?? {});
	for (let i = 1; i <= a.length; i++)
		for (let j = 1; j <= b.length; j++) {
			const row = cost[i];
			if (row) row[j] = Math.min(paired(i, j), at(i - 1, j) + GAP_COST, at(i, j - 1) + GAP_COST);
		}
	const pairs: [number | null, number | null][] = [];
	let [i, j] = [a.length, b.length];
	while (i > 0 || j > 0) {
		if (i > 0 && j > 0 && at(i, j) === paired(i, j)) pairs.push([--i, --j]);
		else if (i > 0 && at(i, j) === at(i - 1, j) + GAP_COST) pairs.push([--i, null]);
		else pairs.push([null, --j]);
	}
	return pairs.reverse();
}

/** A capture that shows no character where another does says so as surely as it saw the neighbours. */
function gapBeside(slots: readonly SlotReading[], before: number): SlotReading {
	const beside = slots.slice(Math.max(0, before), before + 2);
	const neighbours = beside.length > 0 ? beside : slots.slice(-1);
	return { [GAP]: neighbours.reduce((least, slot) => Math.min(least, topOf(slot).p), 1) };
}

/** One column a character: what every take shows there, a gap where it shows none. */
function columnsOf(takes: readonly Take[]): SlotReading[][] {
	const [first, ...others] = takes;
	let columns = (first?.slots ?? []).map((slot) => [slot]);
	for (const { slots } of others) {
		const lead = columns.map((column) => column.find((slot) => !Object.hasOwn(slot, GAP)) ?? {});
		let [before, behind] = [-1, -1];
		columns = aligned(lead, slots).map(([column, slot]) => {
			if (column !== null) before = column;
			if (slot !== null) behind = slot;
			const earlier =
				column === null
					? (columns[0] ?? []).map((_, take) => gapBeside((takes[take] ?? { slots: [] }).slots, before))
					: (columns[column] ?? []);
			return [...earlier, slot === null ? gapBeside(slots, behind) : (slots[slot] ?? {})];
		});
	}
	return columns;
}

/**
 * A column's likeliest symbol by a logarithmic opinion pool (Genest and Zidek 1986): the takes' probabilities
 * multiply, each raised to 1 / (1 + (n − 1) ρ), the share of independent evidence that n correlated takes are
 * worth (design effect, Kish 1965). No character is surer than in its surest look: captures show what others hide, but
 * what all of them see darkly stays dark (a `B` read as `D` at 0.85, 0.89 and 0.92 in the same light).
 */
function pooled(column: readonly SlotReading[], isBounded: boolean): { char: string; p: number } {
	const weight = 1 / (1 + (column.length - 1) * CORRELATION);
	const score = (symbol: string) =>
		Math.exp(weight * column.reduce((sum, slot) => sum + Math.log(probability(slot, symbol)), 0));
	const named = new Set(column.flatMap((slot) => Object.keys(slot)));
	const scores = [...named].sort().map((char) => ({ char, p: score(char) }));
	// A symbol nobody names stands for all of those.
	const unnamed = (SYMBOLS - named.size) * score("unnamed");
	const total = scores.reduce((sum, { p }) => sum + p, unnamed);
	const best = scores.reduce((a, b) => (b.p > a.p ? b : a), { char: GAP, p: 0 });
	const surest = column.reduce((most, slot) => Math.max(most, slot[best.char] ?? 0), 0);
	return { char: best.char, p: isBounded ? Math.min(best.p / total, surest) : best.p / total };
}

const contradicts = (slot: SlotReading, char: string): boolean => {
	const top = topOf(slot);
	return top.char !== char && top.p >= CONTRADICTION;
};

/**
 * Whether a reader of another family saw the whole text in one of the captures, not as a guess, and what doubt both
 * leave, it there and the first reader in every capture that shows the text whole, is little enough.
 */
function isShared(text: string, evidence: readonly Take[]): boolean {
	const seconded = evidence.reduce(
		(most, { second }) => (second?.text === text ? Math.max(most, second.confidence) : most),
		0,
	);
	const doubt = evidence
		.filter((take) => take.text === text)
		.reduce((product, { confidence }) => product * (1 - confidence), 1 - seconded);
	return seconded >= GUESS && doubt <= MOST_SHARED_DOUBT;
}

/**
 * One VIN from several captures of one witness, none of which was believed alone; null where there are not two
 * to fuse. It is accepted when it has the form of a VIN, every character is sure enough, no capture surely
 * shows another character, most captures show as many characters, and two families of readers saw the whole of it with
 * as little doubt as one picture must leave (`acceptance.ts`). For captures take away the doubts of light and focus,
 * never the mistake of a reader that does not know the font: it makes it in all of them alike and as surely (a stencil
 * `6` read as `G` at 0.999, 0.959 and 0.996). The order of the takes plays no part; what is expected has no way in.
 */
export function fuseTakes(takes: readonly Take[]): FusedText | null {
	const evidence = takes
		.filter(({ slots, refusal }) => isFusible(slots, refusal))
		.toSorted(
			(a, b) =>
				Number(b.slots.length === VIN_LENGTH) - Number(a.slots.length === VIN_LENGTH) ||
				JSON.stringify(a.slots).localeCompare(JSON.stringify(b.slots), "en"),
		);
	if (evidence.length < 2) return null;
	const columns = columnsOf(evidence);
	// An inspection that was open when this came to be noted must, replayed, be judged as it was.
	const isNoted = evidence.some(({ second }) => second !== undefined);
	const fused = columns.map((column) => pooled(column, isNoted));
	const text = fused.map(({ char }) => char).join("");
	const confidence = fused.reduce((weakest, { p }) => Math.min(weakest, p), 1);
	const denied = takes.some(({ refusal }) => refusal !== null && !FUSIBLE.includes(refusal));
	const outvoted = columns.some((column, at) =>
		column.some((slot) => contradicts(slot, fused[at]?.char ?? GAP)),
	);
	const whole = evidence.filter(({ slots }) => slots.length === VIN_LENGTH).length;
	const accepted =
		(!isNoted || isShared(text, evidence)) &&
		hasVinForm(text) &&
		confidence >= FUSED_THRESHOLD &&
		2 * whole > evidence.length &&
		whole >= 2 &&
		!denied &&
		!outvoted;
	return { text, confidence, accepted };
}
