import type { AgreementShares, HiddenItem } from "../../../contracts/agreement.js";
import { type Kappa, type Rate, strengthOf } from "../../../domain/agreement.js";
import { type Agreement, agreementReport, disagrees } from "../../../domain/agreement-report.js";
import type { Interval } from "../../../domain/binomial.js";

/** Width of an interval's picture in its own units. */
const WIDTH = 120;

/** Where value and interval stand on a scale from `from` to 1. */
function whisker(value: number, { lower, upper }: Interval, from: number) {
	const at = (x: number): number =>
		Math.round(((Math.min(1, Math.max(from, x)) - from) / (1 - from)) * WIDTH * 10) / 10;
	return {
		value: at(value),
		lower: at(lower),
		width: Math.max(1, Math.round((at(upper) - at(lower)) * 10) / 10),
		zero: at(0),
	};
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

function kappaView({ n, kappa, interval }: Kappa) {
	if (kappa === null || interval === null) return { n, kappa: null, strength: null };
	return {
		n,
		kappa: rounded(kappa),
		lower: rounded(interval.lower),
		upper: rounded(interval.upper),
		strength: strengthOf(kappa),
		whisker: whisker(kappa, interval, -0.2),
	};
}

function rateView({ count, of, share, interval }: Rate) {
	if (share === null || interval === null) return { count, of, share: null };
	return {
		count,
		of,
		share,
		lower: interval.lower,
		upper: interval.upper,
		whisker: whisker(share, interval, 0),
	};
}

const agreementView = ({ golden, handedOn, truth, misses, falseAlarms, second }: Agreement) => ({
	golden,
	handedOn,
	truth: kappaView(truth),
	misses: rateView(misses),
	falseAlarms: rateView(falseAlarms),
	second: kappaView(second),
});

/** What each judgement says beside what it is compared with. */
function disagreementView(item: HiddenItem) {
	const decision = item.steps.findLast((step) => step.step === "decided");
	return {
		...item,
		action: decision?.step === "decided" ? decision.decision.action : null,
		typed: decision?.step === "decided" ? (decision.decision.correctedText ?? null) : null,
	};
}

/** The page of agreement: everybody, each person, and what they disagreed on. */
export function agreementPage(items: readonly HiddenItem[]) {
	const { overall, many, people } = agreementReport(items);
	return {
		judged: items.length,
		overall: agreementView(overall),
		many: kappaView(many),
		people: people.map((one) => ({ person: one.person, ...agreementView(one) })),
		disagreements: items.filter(disagrees).map(disagreementView),
	};
}

/** The fields of the shares, as they stand or as they were typed. */
export function sharesView(shares: AgreementShares | Readonly<Record<keyof AgreementShares, string>>) {
	return {
		goldenEvery: String(shares.goldenEvery),
		secondEvery: String(shares.secondEvery),
		repeatWeeks: String(shares.repeatWeeks),
	};
}

/** One judgement with everything its person did. */
export function judgementView(item: HiddenItem) {
	return {
		item,
		steps: item.steps.map((step) =>
			step.step === "decided"
				? {
						action: step.decision.action,
						text: step.decision.correctedText ?? null,
						comment: step.decision.comment ?? null,
						at: step.at,
					}
				: { action: null, text: null, comment: null, at: step.at },
		),
	};
}
