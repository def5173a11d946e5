import type { Bilingual } from "../contracts/primitives.js";

/** Outcome of one check, explained: why it holds, or what is wrong. */
export interface Judgement extends Bilingual {
	readonly ok: boolean;
}

export const holds = (en: string, zh: string): Judgement => ({ ok: true, en, zh });
export const fails = (en: string, zh: string): Judgement => ({ ok: false, en, zh });
