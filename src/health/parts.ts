/** What a process needs to do its work, each with a call that resolves when it answers. */
export type Parts = Readonly<Record<string, () => Promise<unknown>>>;

export type PartState = "up" | "down";

/** What is asked must answer within this time to count as up. */
const PING_MS = 2_000;

async function answers(ask: () => Promise<unknown>): Promise<PartState> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<PartState>((resolve) => {
		timer = setTimeout(() => resolve("down"), PING_MS);
	});
	try {
		return await Promise.race([ask().then((): PartState => "up"), late]);
	} catch {
		return "down";
	} finally {
		clearTimeout(timer);
	}
}

/** Asks every part at once; one that hangs counts as down after two seconds. Never rejects. */
export async function askParts<Name extends string>(
	parts: Readonly<Record<Name, () => Promise<unknown>>>,
): Promise<Readonly<Record<Name, PartState>>> {
	const names = Object.keys(parts) as Name[];
	const states = await Promise.all(names.map((name) => answers(async () => parts[name]())));
	return Object.fromEntries(names.map((name, i) => [name, states[i]])) as Record<Name, PartState>;
}

/** Whether a process takes work: not yet, now, or not any more. */
export type Phase = "starting" | "serving" | "draining";

export interface Readiness {
	readonly status: "ready" | "unavailable" | "starting" | "draining";
	readonly parts: Readonly<Record<string, PartState>>;
}

/** What `/ready` answers: a process that is starting or was asked to stop is not ready, whatever its parts say. */
export async function readinessOf(phase: Phase, parts: Parts): Promise<Readiness> {
	const states = await askParts(parts);
	if (phase !== "serving") return { status: phase, parts: states };
	const ready = Object.values(states).every((state) => state === "up");
	return { status: ready ? "ready" : "unavailable", parts: states };
}
