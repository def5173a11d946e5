import { CHECK_POSITION, checkValueOf, VIN_ALPHABET, VIN_LENGTH } from "../domain/vin.js";

/** A source of numbers in [0, 1); seeded, so that a challenge can be repeated. */
export type Random = () => number;

/** Mulberry32: 32 bits of state are plenty to choose a position and a character. */
export function seededRandom(seed: number): Random {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

const pick = <T>(from: readonly T[], random: Random): T | undefined =>
	from[Math.floor(random() * from.length)];

/**
 * The order that one wrong character away from what the vehicle carries would belong to. `unseen`: the wrong
 * character has the value of the right one in the check digit's sum (49 CFR 565.15(c) table III), so that no
 * check digit sees the exchange.
 */
export function wrongOrder(vin: string, unseen: boolean, random: Random): string {
	const positions = Array.from({ length: VIN_LENGTH }, (_, at) => at).filter((at) => at !== CHECK_POSITION);
	const exchangesAt = (at: number) =>
		[...VIN_ALPHABET].filter((other) => {
			const own = vin.charAt(at);
			const digitBelongs = at >= VIN_LENGTH - 4 && !/\d/.test(other);
			return other !== own && !digitBelongs && (!unseen || checkValueOf(other) === checkValueOf(own));
		});
	const at = pick(
		positions.filter((position) => exchangesAt(position).length > 0),
		random,
	);
	if (at === undefined) throw new RangeError(`${vin} has no such exchange`);
	return vin.slice(0, at) + (pick(exchangesAt(at), random) ?? "") + vin.slice(at + 1);
}

/** What became of one rendered line held against its own order and against one with a wrong character. */
export interface ChallengeOutcome {
	readonly level: string;
	readonly vin: string;
	readonly read: string;
	readonly accepted: boolean;
	/** Accepted as the wrong order's number: a wrong vehicle passes. */
	readonly escaped: boolean;
	readonly confidence: number;
	readonly milliseconds: number;
}

export interface ChallengeSummary {
	readonly lines: number;
	readonly exact: number;
	readonly accepted: number;
	/** Accepted, and not what is marked. */
	readonly acceptedWrong: number;
	readonly escapes: number;
	/** Right vehicles that go to a person. */
	readonly falseCalls: number;
}

export function summaryOfChallenge(outcomes: readonly ChallengeOutcome[]): ChallengeSummary {
	const count = (is: (outcome: ChallengeOutcome) => boolean) => outcomes.filter(is).length;
	return {
		lines: outcomes.length,
		exact: count(({ read, vin }) => read === vin),
		accepted: count(({ accepted }) => accepted),
		acceptedWrong: count(({ accepted, read, vin }) => accepted && read !== vin),
		escapes: count(({ escaped }) => escaped),
		falseCalls: count(({ accepted, read, vin }) => !accepted || read !== vin),
	};
}
