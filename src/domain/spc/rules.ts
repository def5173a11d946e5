/**
 * Tests for special causes on a control chart, on points standardised to `z` (distance from the centre in
 * standard deviations). Western Electric Co., Statistical Quality Control Handbook (1956), and L. S. Nelson,
 * "The Shewhart Control Chart—Tests for Special Causes", Journal of Quality Technology 16 (1984) 237–239.
 * The two differ in the run on one side: eight points there, nine here.
 */
export const RULES = [
	"beyond_three_sigma", // one point beyond 3σ: Western Electric 1, Nelson 1
	"two_of_three", // two of three beyond 2σ on one side: Western Electric 2, Nelson 5
	"four_of_five", // four of five beyond 1σ on one side: Western Electric 3, Nelson 6
	"eight_on_one_side", // Western Electric 4
	"nine_on_one_side", // Nelson 2
	"six_trend", // six steadily rising or falling: Nelson 3
	"fourteen_alternating", // fourteen alternately up and down: Nelson 4
	"fifteen_near_centre", // fifteen within 1σ: Nelson 7
	"eight_off_centre", // eight beyond 1σ, on either side: Nelson 8
] as const;
export type Rule = (typeof RULES)[number];

/** Which tests are applied together. `limits` is the one test ISO 7870-2 asks for in routine use. */
export const RULE_SETS = {
	limits: ["beyond_three_sigma"],
	western_electric: ["beyond_three_sigma", "two_of_three", "four_of_five", "eight_on_one_side"],
	nelson: [
		"beyond_three_sigma",
		"nine_on_one_side",
		"six_trend",
		"fourteen_alternating",
		"two_of_three",
		"four_of_five",
		"fifteen_near_centre",
		"eight_off_centre",
	],
} as const satisfies Record<string, readonly Rule[]>;
export type RuleSet = keyof typeof RULE_SETS;

/** Whether enough points of a window lie beyond a distance, all on one side. */
const beyond = (window: readonly number[], distance: number, atLeast: number): boolean =>
	window.filter((z) => z > distance).length >= atLeast ||
	window.filter((z) => z < -distance).length >= atLeast;

const steps = (window: readonly number[]): number[] =>
	window.slice(1).map((z, index) => Math.sign(z - (window[index] ?? z)));

interface Test {
	/** Points it looks back on; the last of them is the one it marks. */
	readonly window: number;
	/** Points there have to be. */
	readonly least: number;
	readonly holds: (window: readonly number[]) => boolean;
}

/** So many of the last few, this one among them, beyond a distance on one side. */
const someBeyond = (least: number, window: number, distance: number): Test => ({
	window,
	least,
	holds: (w) => beyond(w, distance, least) && beyond(w.slice(-1), distance, 1),
});

const run = (length: number, holds: Test["holds"]): Test => ({ window: length, least: length, holds });

const TESTS: Readonly<Record<Rule, Test>> = {
	beyond_three_sigma: someBeyond(1, 1, 3),
	two_of_three: someBeyond(2, 3, 2),
	four_of_five: someBeyond(4, 5, 1),
	eight_on_one_side: someBeyond(8, 8, 0),
	nine_on_one_side: someBeyond(9, 9, 0),
	six_trend: run(6, (w) => Math.abs(steps(w).reduce((sum, step) => sum + step, 0)) === 5),
	fourteen_alternating: run(14, (w) =>
		steps(w).every((step, index, all) => step !== 0 && step !== all[index - 1]),
	),
	fifteen_near_centre: run(15, (w) => w.every((z) => Math.abs(z) < 1)),
	eight_off_centre: run(8, (w) => w.every((z) => Math.abs(z) > 1)),
};

/**
 * The rules each point completes a violation of. A point that can't be judged (`null`: its deviation is
 * unknown) violates nothing, and nothing reaches across it.
 */
export function violationsOf(points: readonly (number | null)[], rules: readonly Rule[]): readonly Rule[][] {
	return points.map((_, index) =>
		rules.filter((rule) => {
			const { window, least, holds } = TESTS[rule];
			const seen = points.slice(Math.max(0, index + 1 - window), index + 1);
			const judged = seen.slice(seen.lastIndexOf(null) + 1).filter((z) => z !== null);
			return judged.length >= least && holds(judged);
		}),
	);
}
