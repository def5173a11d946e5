import type { ReplayDifference, ReplayedPart } from "../contracts/replay.js";

/** Differences listed one by one; a picture read by another model differs everywhere. */
const LISTED = 200;
const SHOWN = 200;

function shown(value: unknown): string {
	const text = JSON.stringify(value) ?? "absent";
	return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === "object" && value !== null;

/** Collects where two values of JSON differ, exactly: numbers too are the same only where every bit is. */
export class Differences {
	readonly listed: ReplayDifference[] = [];
	more = 0;
	largest = 0;
	onlyNumbers = true;

	get none(): boolean {
		return this.listed.length === 0;
	}

	add(part: ReplayedPart, where: string, then: unknown, now: unknown): void {
		this.onlyNumbers = false;
		this.#list(part, where, then, now);
	}

	/** Compares member by member. A member that is undefined counts as absent, as in JSON. */
	compare(part: ReplayedPart, where: string, then: unknown, now: unknown): void {
		if (Object.is(then, now)) return;
		if (typeof then === "number" && typeof now === "number") {
			// 0 and -0 are written alike
			if (then === now) return;
			this.largest = Math.max(this.largest, Math.abs(then - now));
			this.#list(part, where, then, now);
		} else if (isObject(then) && isObject(now) && Array.isArray(then) === Array.isArray(now)) {
			for (const name of new Set([...Object.keys(then), ...Object.keys(now)]))
				this.compare(part, `${where}.${name}`, then[name], now[name]);
		} else this.add(part, where, then, now);
	}

	#list(part: ReplayedPart, where: string, then: unknown, now: unknown): void {
		if (this.listed.length < LISTED) this.listed.push({ part, where, was: shown(then), now: shown(now) });
		else this.more += 1;
	}
}
