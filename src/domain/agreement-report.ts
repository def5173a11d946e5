import type { HiddenItem, Verdict } from "../contracts/agreement.js";
import { cohenKappa, fleissKappa, type Kappa, type Rate, rateOf } from "./agreement.js";

/** What the statistics need of a hidden item that somebody judged. */
export type Judgement = Pick<HiddenItem, "source" | "exceptionId" | "person" | "verdict" | "reference">;

/** How well one person, or all of them, judged what was hidden in their work. */
export interface Agreement {
	/** Golden items judged, those handed on included. */
	readonly golden: number;
	/** Golden items and second readings handed on: neither right nor wrong. */
	readonly handedOn: number;
	/** Judgements against the known truth. */
	readonly truth: Kappa;
	/** Real discrepancies that were decided away. */
	readonly misses: Rate;
	/** Good ones that were confirmed as discrepancies. */
	readonly falseAlarms: Rate;
	/** First against second decisions. */
	readonly second: Kappa;
}

export interface AgreementReport {
	readonly overall: Agreement;
	/** Golden items that three people or more judged, among these people. */
	readonly many: Kappa;
	readonly people: readonly (Agreement & { readonly person: string })[];
}

const VERDICTS: readonly Verdict[] = ["discrepancy", "cleared"];
/** From three on it is no longer a pair. */
const MANY = 3;

type Pair = readonly [Verdict, Verdict];

function tableOf(pairs: readonly Pair[]): number[][] {
	return VERDICTS.map((a) => VERDICTS.map((b) => pairs.filter(([x, y]) => x === a && y === b).length));
}

function agreementOf(
	golden: readonly Judgement[],
	seconds: readonly Judgement[],
	of: string | null,
): Agreement {
	const pairs = golden.flatMap(({ reference, verdict }): Pair[] =>
		verdict === null ? [] : [[reference.verdict, verdict]],
	);
	const [[met = 0, missed = 0] = [], [alarmed = 0, cleared = 0] = []] = tableOf(pairs);
	// seen from the person: what they said first, or what they said second
	const readings = seconds.flatMap(({ person, reference, verdict }): Pair[] => {
		if (verdict === null) return [];
		return [of === null || person !== of ? [reference.verdict, verdict] : [verdict, reference.verdict]];
	});
	const own = seconds.filter(({ person }) => of === null || person === of);
	return {
		golden: golden.length,
		handedOn: [...golden, ...own].filter(({ verdict }) => verdict === null).length,
		truth: cohenKappa(tableOf(pairs)),
		misses: rateOf(missed, met + missed),
		falseAlarms: rateOf(alarmed, alarmed + cleared),
		second: cohenKappa(tableOf(readings)),
	};
}

/** Agreement of everybody and of each person, from what they judged; each second reading counts for both people. */
export function agreementReport(judgements: readonly Judgement[]): AgreementReport {
	const golden = judgements.filter(({ source }) => source === "golden");
	const seconds = judgements.filter(({ source }) => source === "second_reading");
	const people = new Set([
		...judgements.map(({ person }) => person),
		...seconds.map(({ reference }) => reference.by),
	]);
	const judgedItems = golden.filter(({ verdict }) => verdict !== null);
	const counts = [...new Set(judgedItems.map(({ exceptionId }) => exceptionId))]
		.map((item) => judgedItems.filter(({ exceptionId }) => exceptionId === item))
		.filter((judged) => judged.length >= MANY)
		.map((judged) => VERDICTS.map((verdict) => judged.filter((one) => one.verdict === verdict).length));
	return {
		overall: agreementOf(golden, seconds, null),
		many: fleissKappa(counts),
		people: [...people].sort().map((person) => ({
			person,
			...agreementOf(
				golden.filter((one) => one.person === person),
				seconds.filter((one) => one.person === person || one.reference.by === person),
				person,
			),
		})),
	};
}

/** Whether a judgement contradicts what it is compared with; what was handed on contradicts nothing. */
export function disagrees({ verdict, reference }: Judgement): boolean {
	return verdict !== null && verdict !== reference.verdict;
}
