import { randomUUID } from "node:crypto";
import { loadavg } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { InspectionPlanInput } from "../contracts/plan.js";
import { connectStore } from "../persistence/mongo-store.js";
import type { Store } from "../persistence/store.js";
import { openPeople } from "./people.js";
import { FAULTS_PLANT, FaultPlant } from "./plant.js";
import { type Answer, AnswerTally, type StationClient } from "./station-client.js";
import { planOf, productionOf, recordsOf, STATION, witnessesOf } from "./vehicles.js";

export interface RaceWishes {
	readonly exceptions: number;
	/** People who all want each exception; every other one works at another web process. */
	readonly contenders: number;
	/** Exceptions raced for at once. */
	readonly atOnce: number;
}

export interface RaceResult {
	readonly wishes: RaceWishes;
	readonly attempts: { readonly claims: number; readonly decisions: number };
	readonly minutes: number;
	readonly load: readonly number[];
	readonly answers: Readonly<Record<string, number>>;
	readonly defects: readonly string[];
	/** Exceptions of which not exactly one claim and one decision was taken, by the answers and by the store. */
	readonly broken: readonly string[];
	readonly proved: boolean;
}

const MODEL = "RACE-1";
const WITNESSES = 20;
const OPENED_WITHIN_MS = 600_000;
/** Nobody sends a picture: after this many minutes each witness is missing, and asks a person. */
const CAPTURES_WITHIN_MINUTES = 0.02;

function racePlan(): InspectionPlanInput {
	return {
		...planOf(MODEL, 24 * 3600, witnessesOf(WITNESSES)),
		captureDeadlineMinutes: CAPTURES_WITHIN_MINUTES,
	};
}

async function openExceptions(store: Store, station: StationClient, wanted: number): Promise<string[]> {
	const vehicles = productionOf(Math.ceil(wanted / WITNESSES), FAULTS_PLANT, 0, "race");
	const rows = recordsOf(vehicles, MODEL).map((input) => ({ input, revision: 0 }));
	await store.records.saveOnto(FAULTS_PLANT, rows, "faults");
	const opened: string[] = [];
	for (const { productionNumber, inspectionId } of vehicles) {
		const end = Date.now() + OPENED_WITHIN_MS;
		await station.send("/track-in", { json: { productionNumber, station: STATION, sequence: 1 } });
		for (;;) {
			const inspection = await store.inspections.get(inspectionId);
			const open = inspection?.exceptions.filter(({ status }) => status === "open") ?? [];
			if (open.length >= WITNESSES) {
				opened.push(...open.map(({ exceptionId }) => exceptionId));
				break;
			}
			if (Date.now() > end) throw new Error(`${inspectionId} opened ${open.length} exceptions only`);
			await pause(200);
		}
	}
	return opened.slice(0, wanted);
}

/** How those who were not first may be told so; any other answer is wrong. */
const CLAIM_REFUSALS: readonly string[] = ["exception_claimed"];
const DECISION_REFUSALS: readonly string[] = [
	"exception_claimed",
	"decision_rejected",
	"inspection_finished",
];

/** What one race came to by its answers: who was told yes, and what was answered that may not be. */
function judged(answers: readonly Answer[], refusals: readonly string[]) {
	const others = answers.filter(({ status }) => status !== 200);
	return {
		won: answers.filter(({ status }) => status === 200),
		undocumented: others.filter(({ status, code }) => status !== 409 || !refusals.includes(code ?? "")),
	};
}

const Holder = z.object({ by: z.string() });
const Decided = z.object({ decisions: z.array(z.object({ decisionId: z.string() })) });

/** All want the exception; then, nobody holding it, all decide it. Returns what went wrong. */
async function raceFor(
	exceptionId: string,
	people: readonly StationClient[],
	store: Store,
): Promise<string[]> {
	const path = `/exceptions/${encodeURIComponent(exceptionId)}`;
	const wrong: string[] = [];
	const tell = (what: string, { won, undocumented }: ReturnType<typeof judged>) => {
		if (won.length !== 1) wrong.push(`${exceptionId}: ${won.length} ${what} answered yes`);
		for (const { status, code } of undocumented.slice(0, 3))
			wrong.push(`${exceptionId}: ${what} answered ${status} ${code}`);
	};

	const claims = await Promise.all(
		people.map((one) => one.send(`${path}/claim`, { method: "POST", json: {} })),
	);
	const claimed = judged(claims, CLAIM_REFUSALS);
	tell("claims", claimed);
	const holder = (await store.exceptions.get(exceptionId))?.claim?.by;
	const told = claimed.won.map(({ body }) => Holder.parse(body).by);
	if (!told.includes(holder ?? "")) wrong.push(`${exceptionId}: the store has it claimed by ${holder}`);
	const first = claims.findIndex(({ status }) => status === 200);
	const back = await people[first]?.send(`${path}/claim`, { method: "DELETE" });
	if (back?.status !== 204) wrong.push(`${exceptionId}: given back with ${back?.status}`);

	const orders = people.map((_, i) => ({
		decisionId: randomUUID(),
		action: "confirm_discrepancy",
		disposition: i % 2 === 0 ? "rework" : "hold",
	}));
	const decisions = await Promise.all(
		people.map((one, i) => one.send(`${path}/decisions`, { json: orders[i] })),
	);
	const decided = judged(decisions, DECISION_REFUSALS);
	tell("decisions", decided);
	const kept = (await store.exceptions.get(exceptionId))?.decisions.map(({ decisionId }) => decisionId) ?? [];
	if (kept.length !== 1) wrong.push(`${exceptionId}: ${kept.length} decisions in the store`);
	const theirs = orders.filter((_, i) => decisions[i]?.status === 200);
	if (!theirs.some(({ decisionId }) => kept.includes(decisionId)))
		wrong.push(`${exceptionId}: the store has another's decision`);
	for (const { body } of decided.won) {
		const answered = Decided.parse(body).decisions.length;
		if (answered !== 1) wrong.push(`${exceptionId}: answered with ${answered} decisions`);
	}
	return wrong;
}

/** Many people race for exceptions, over two web processes: each may have one claim and one decision. */
export async function runRace(wishes: RaceWishes, say: (sentence: string) => void): Promise<RaceResult> {
	const plant = await FaultPlant.start({ volumeMegabytes: null, webs: 2, say });
	const store = await connectStore(plant.mongoUri);
	try {
		const tally = new AnswerTally();
		const people = await openPeople(store, plant.addresses, wishes.contenders, STATION, tally);
		await store.plans.save(FAULTS_PLANT, racePlan(), "released", "faults");
		const exceptions = await openExceptions(store, people.station, wishes.exceptions);
		say(`${exceptions.length} exceptions are open, ${people.operators.length} people are signed in`);
		const broken: string[] = [];
		const waiting = [...exceptions];
		let done = 0;
		const began = Date.now();
		const place = async () => {
			for (let next = waiting.shift(); next; next = waiting.shift()) {
				broken.push(...(await raceFor(next, people.operators, store)));
				done += 1;
				if (done % 25 === 0) say(`${done} of ${exceptions.length} raced for, ${broken.length} broken`);
			}
		};
		await Promise.all(Array.from({ length: wishes.atOnce }, place));
		const attempts = exceptions.length * people.operators.length;
		return {
			wishes,
			attempts: { claims: attempts, decisions: attempts },
			minutes: (Date.now() - began) / 60_000,
			load: loadavg(),
			answers: Object.fromEntries([...tally.counts].sort()),
			defects: tally.defects,
			broken,
			proved: broken.length === 0 && tally.defectCount === 0,
		};
	} finally {
		await store.close();
		await plant.stop();
	}
}

/** The result for people. */
export function raceTables(result: RaceResult): string {
	const { attempts, wishes } = result;
	return [
		`${wishes.exceptions} exceptions, ${wishes.contenders} people over two web processes: ${attempts.claims} claims and ${attempts.decisions} decisions in ${result.minutes.toFixed(1)} minutes; load ${result.load.map((load) => load.toFixed(1)).join(" ")}`,
		...Object.entries(result.answers).map(([what, count]) => `  ${what}: ${count}`),
		result.proved
			? "✓ each exception had one claim and one decision"
			: `✗ ${result.broken.length} broken: ${result.broken.slice(0, 10).join("; ")} ${result.defects.join("; ")}`,
	].join("\n");
}
