import type { Posterior } from "../ppocr/ctc.js";

/** A string of symbols by index; 0, the blank, never stands in it. */
export type Symbols = readonly number[];

/** Keeps one column that denies everything from ruling a string out alone. */
const FLOOR = 1e-7;
/** Symbols no column gives this much are not tried. */
const MIN_POSTERIOR = 0.01;
const MAX_STEPS = 8;

/**
 * Log-probability of a string under CTC, summed over all its alignments (Graves et al. 2006, section 4.1):
 * unlike the best path it tells `ZZ` from `Z`.
 */
export function logLikelihood({ columns, classes, p }: Posterior, symbols: Symbols): number {
	const states = 2 * symbols.length + 1;
	const labels = Uint8Array.from({ length: states }, (_, state) =>
		state % 2 ? (symbols[(state - 1) / 2] ?? 0) : 0,
	);
	let now = new Float64Array(states);
	let next = new Float64Array(states);
	now[0] = p[0] ?? 0;
	if (states > 1) now[1] = p[labels[1] ?? 0] ?? 0;
	let log = 0;
	for (let column = 1; column < columns; column++) {
		let total = 0;
		for (let state = 0; state < states; state++) {
			let reach = now[state] ?? 0;
			if (state > 0) reach += now[state - 1] ?? 0;
			if (state % 2 && state > 1 && labels[state] !== labels[state - 2]) reach += now[state - 2] ?? 0;
			const value = reach * ((p[column * classes + (labels[state] ?? 0)] ?? 0) + FLOOR);
			next[state] = value;
			total += value;
		}
		if (total <= 0) return Number.NEGATIVE_INFINITY;
		for (let state = 0; state < states; state++) next[state] = (next[state] ?? 0) / total;
		log += Math.log(total);
		[now, next] = [next, now];
	}
	return log + Math.log((now[states - 1] ?? 0) + (now[states - 2] ?? 0));
}

/** The best symbol of every column, repeats merged, blanks dropped. */
export function greedySymbols({ columns, classes, p }: Posterior): number[] {
	const symbols: number[] = [];
	let previous = 0;
	for (let column = 0; column < columns; column++) {
		let winner = 0;
		for (let symbol = 1; symbol < classes; symbol++)
			if ((p[column * classes + symbol] ?? 0) > (p[column * classes + winner] ?? 0)) winner = symbol;
		if (winner !== 0 && winner !== previous) symbols.push(winner);
		previous = winner;
	}
	return symbols;
}

/** A string one edit away, and the character of the original the edit touches. */
interface Edit {
	readonly at: number;
	readonly symbols: Symbols;
	/** What stands at `at` instead; null where a character was added or dropped. */
	readonly instead: number | null;
}

/** Symbols some rendition sees near each character's place along the line. */
function nearbySymbols(renditions: readonly Posterior[], length: number): Set<number>[] {
	const nearby = Array.from({ length: length + 1 }, () => new Set<number>());
	for (const { columns, classes, p } of renditions)
		for (let column = 0; column < columns; column++)
			for (let symbol = 1; symbol < classes; symbol++) {
				if ((p[column * classes + symbol] ?? 0) < MIN_POSTERIOR) continue;
				const place = Math.round(((column + 0.5) / columns) * length - 0.5);
				for (let at = place - 2; at <= place + 2; at++) nearby[at]?.add(symbol);
			}
	return nearby;
}

function* edits(renditions: readonly Posterior[], symbols: Symbols): Generator<Edit> {
	const nearby = nearbySymbols(renditions, symbols.length);
	for (const [at, own] of symbols.entries()) {
		yield { at, symbols: symbols.toSpliced(at, 1), instead: null };
		for (const other of nearby[at] ?? [])
			if (other !== own) yield { at, symbols: symbols.with(at, other), instead: other };
	}
	for (let at = 0; at <= symbols.length; at++) {
		const own = symbols[at];
		const added = new Set(nearby[at]);
		if (own !== undefined) added.add(own);
		for (const symbol of added)
			yield {
				at: Math.min(at, symbols.length - 1),
				symbols: symbols.toSpliced(at, 0, symbol),
				instead: null,
			};
	}
}

export interface LikeliestString {
	readonly symbols: Symbols;
	/** Probability of the whole string: geometric mean over the renditions, 0..1. */
	readonly probability: number;
	/** Per character: its probability against every string one edit away. */
	readonly characters: readonly {
		symbol: number;
		p: number;
		alternatives: { symbol: number; p: number }[];
	}[];
	/** Renditions whose own best path is this string. */
	readonly agreeing: number;
}

/**
 * The string most likely under all renditions of one line together: from the best rendition's reading uphill
 * by single edits. Renditions of one line err alike, so their log-likelihoods are averaged, not added.
 */
export function likeliestString(renditions: readonly Posterior[]): LikeliestString {
	const known = new Map<string, number>();
	const score = (symbols: Symbols): number => {
		const key = symbols.join();
		const cached = known.get(key);
		if (cached !== undefined) return cached;
		const sum = renditions.reduce((total, rendition) => total + logLikelihood(rendition, symbols), 0);
		known.set(key, sum / renditions.length);
		return sum / renditions.length;
	};
	const own = renditions.map(greedySymbols);
	let best: Symbols = own.reduce<Symbols>((a, b) => (score(b) > score(a) ? b : a), own[0] ?? []);
	for (let step = 0; step < MAX_STEPS && best.length > 0; step++) {
		let better: Symbols = best;
		for (const { symbols } of edits(renditions, best)) if (score(symbols) > score(better)) better = symbols;
		if (better === best) break;
		best = better;
	}
	const top = score(best);
	const rivals = best.map(() => new Map<number, number>());
	const against = best.map(() => 0);
	const seen = new Set([best.join()]);
	for (const { at, symbols, instead } of best.length > 0 ? edits(renditions, best) : []) {
		const key = symbols.join();
		if (seen.has(key)) continue;
		seen.add(key);
		const odds = Math.exp(score(symbols) - top);
		against[at] = (against[at] ?? 0) + odds;
		if (instead !== null) rivals[at]?.set(instead, odds);
	}
	return {
		symbols: best,
		probability: Math.min(1, Math.exp(top)),
		characters: best.map((symbol, at) => {
			const p = 1 / (1 + (against[at] ?? 0));
			const alternatives = [...(rivals[at] ?? [])].map(([other, odds]) => ({ symbol: other, p: odds * p }));
			return { symbol, p, alternatives: alternatives.sort((a, b) => b.p - a.p) };
		}),
		agreeing: own.filter((symbols) => symbols.join() === best.join()).length,
	};
}

/**
 * Where each symbol of a string stands along the line, 0..1 of its width: the middle of its columns on the
 * best alignment (Viterbi).
 */
export function placesAlong({ columns, classes, p }: Posterior, symbols: Symbols): number[] {
	const states = 2 * symbols.length + 1;
	const label = (state: number) => (state % 2 ? (symbols[(state - 1) / 2] ?? 0) : 0);
	const log = (column: number, state: number) => Math.log((p[column * classes + label(state)] ?? 0) + FLOOR);
	let now = Array.from({ length: states }, (_, state) =>
		state < 2 ? log(0, state) : Number.NEGATIVE_INFINITY,
	);
	const from: Int32Array[] = [];
	for (let column = 1; column < columns; column++) {
		const origin = new Int32Array(states);
		now = now.map((stay, state) => {
			let best = stay;
			origin[state] = state;
			const skip = state % 2 && state > 1 && label(state) !== label(state - 2);
			for (const before of skip ? [state - 1, state - 2] : [state - 1]) {
				const value = now[before] ?? Number.NEGATIVE_INFINITY;
				if (value > best) {
					best = value;
					origin[state] = before;
				}
			}
			return best + log(column, state);
		});
		from.push(origin);
	}
	const spans = symbols.map(() => ({ sum: 0, count: 0 }));
	let state =
		(now[states - 1] ?? 0) >= (now[states - 2] ?? Number.NEGATIVE_INFINITY) ? states - 1 : states - 2;
	for (let column = columns - 1; column >= 0; column--) {
		const span = state % 2 ? spans[(state - 1) / 2] : undefined;
		if (span) {
			span.sum += column + 0.5;
			span.count++;
		}
		state = from[column - 1]?.[state] ?? state;
	}
	return spans.map(({ sum, count }) => (count === 0 ? 0 : sum / count / columns));
}
