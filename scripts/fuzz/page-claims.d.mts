export interface Answer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Buffer;
	readonly ms: number;
	readonly failed?: string;
}

export interface Sent {
	readonly method: string;
	readonly isPart: boolean;
	readonly mayHangUp?: boolean;
	readonly form: { readonly method: string; readonly action: string } | null;
	readonly typed: ReadonlyMap<string, string> | null;
}

export const SLOW_MS: number;

/** What is wrong with an answer, in words that begin with the claim that is broken. */
export function problemsOf(answer: Answer, sent: Sent): string[];
