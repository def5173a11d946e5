import { createHash, randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { CaptureReceipt, TrackOut } from "../contracts/api.js";
import { createRandom, type Random } from "../demonstration/render/random.js";
import type { People } from "./people.js";
import type { Answer, AnswerTally, StationClient } from "./station-client.js";
import { captureForm, type LineVehicle, type Shows, STATION, WITNESS } from "./vehicles.js";

/** A whole vehicle must be through after this time, whatever is broken meanwhile. */
const VEHICLE_WITHIN_MS = 30 * 60_000;
const WAIT_SECONDS = 15;

/** What clients were told and the service must keep to. */
export interface Ledger {
	/** Captures the service answered 202 for. */
	readonly accepted: { readonly inspectionId: string; readonly sha256: string }[];
	/** Decisions answered 200, by the person who sent them. */
	readonly decided: { readonly exceptionId: string; readonly decisionId: string }[];
	readonly finished: string[];
	readonly stuck: { readonly inspectionId: string; readonly why: string }[];
	captureRepeats: number;
	decisionRaces: number;
	undone: number;
}

export const newLedger = (): Ledger => ({
	accepted: [],
	decided: [],
	finished: [],
	stuck: [],
	captureRepeats: 0,
	decisionRaces: 0,
	undone: 0,
});

export interface Line {
	readonly people: People;
	readonly picture: (shows: Shows, name: string) => Buffer;
	readonly ledger: Ledger;
	readonly tally: AnswerTally;
	readonly seed: string;
}

const Tracked = z.object({ inspectionId: z.string() });
export const Exceptions = z.object({
	exceptions: z.array(z.object({ exceptionId: z.string(), status: z.string() })),
});

class Stuck extends Error {}

function expectSuccess(answer: Answer, what: string): void {
	if (answer.status >= 200 && answer.status < 300) return;
	throw new Stuck(`${what}: ${answer.status} ${answer.code} ${JSON.stringify(answer.body)?.slice(0, 300)}`);
}

async function sendCapture(line: Line, vehicle: LineVehicle, turn: number, random: Random): Promise<void> {
	const { inspectionId, shows } = vehicle;
	const picture = line.picture(shows, `${inspectionId}/${turn}`);
	const sha256 = createHash("sha256").update(picture).digest("hex");
	const form = () => captureForm(picture, WITNESS);
	const path = `/inspections/${inspectionId}/captures`;
	const key = `${inspectionId}.${turn}`;
	const send = async (idempotencyKey: string) => {
		const answer = await line.people.station.send(path, { form, idempotencyKey });
		expectSuccess(answer, "capture");
		CaptureReceipt.parse(answer.body);
		line.ledger.accepted.push({ inspectionId, sha256 });
	};
	const repeats: Promise<void>[] = [send(key)];
	// a trigger that bounces: at once under the same key, at once as a request of its own, or later
	if (random.next() < 0.3) repeats.push(send(key));
	if (random.next() < 0.3) repeats.push(send(`${key}.again`));
	if (random.next() < 0.2) repeats.push(pause(random.between(100, 4000)).then(() => send(key)));
	line.ledger.captureRepeats += repeats.length - 1;
	await Promise.all(repeats);
}

/** Sends one decision as often as a nervous finger does; notes what was answered with yes. */
async function decide(
	line: Line,
	operator: StationClient,
	exceptionId: string,
	content: Readonly<Record<string, string>>,
	again: boolean,
): Promise<boolean> {
	const decisionId = randomUUID();
	const path = `/exceptions/${encodeURIComponent(exceptionId)}/decisions`;
	const sent = { json: { decisionId, ...content }, idempotencyKey: decisionId };
	const answers = await Promise.all(
		again
			? [operator.send(path, sent), operator.send(path, { json: sent.json })]
			: [operator.send(path, sent)],
	);
	const taken = answers.some(({ status }) => status === 200);
	if (taken) line.ledger.decided.push({ exceptionId, decisionId });
	return taken;
}

export const CONFIRM = { action: "confirm_discrepancy", disposition: "rework" } as const;

async function settle(line: Line, vehicle: LineVehicle, turn: number, random: Random): Promise<void> {
	const { station, operators } = line.people;
	const answer = await station.send(`/inspections/${vehicle.inspectionId}`);
	expectSuccess(answer, "inspection");
	const { exceptions } = Exceptions.parse(answer.body);
	for (const { exceptionId, status } of exceptions) {
		if (status !== "open") continue;
		const [first, second] = [random.whole(0, operators.length - 1), random.whole(0, operators.length - 1)];
		const [one, other] = [operators[first], operators[second]];
		if (!one || !other) throw new Stuck("there is nobody to decide");
		const again = random.next() < 0.3;
		const mood = random.next();
		if (mood < 0.15 && turn === 1) {
			if (await decide(line, one, exceptionId, { action: "retake" }, again))
				await sendCapture(line, vehicle, turn + 1, random);
		} else if (mood < 0.3) {
			// taken back and decided again before the time for undo is over
			const taken = await decide(line, one, exceptionId, { ...CONFIRM, disposition: "scrap" }, again);
			const undo = `/exceptions/${encodeURIComponent(exceptionId)}/undo`;
			if (taken) {
				const undone = await one.send(undo, { json: {}, idempotencyKey: `undo.${exceptionId}` });
				if (undone.status === 200) line.ledger.undone += 1;
				await decide(line, one, exceptionId, CONFIRM, again);
			}
		} else if (mood < 0.5 && first !== second) {
			line.ledger.decisionRaces += 1;
			await Promise.all([
				decide(line, one, exceptionId, CONFIRM, again),
				decide(line, other, exceptionId, { ...CONFIRM, disposition: "hold" }, again),
			]);
		} else await decide(line, one, exceptionId, CONFIRM, again);
	}
}

/** One vehicle from track-in to track-out. What can't be finished is noted as stuck, with the reason. */
export async function runVehicle(line: Line, vehicle: LineVehicle): Promise<void> {
	const random = createRandom(`${line.seed}/${vehicle.productionNumber}`);
	const { station } = line.people;
	const { productionNumber, inspectionId } = vehicle;
	const end = Date.now() + VEHICLE_WITHIN_MS;
	try {
		const trackIn = () =>
			station.send("/track-in", {
				json: { productionNumber, station: STATION, sequence: 1 },
				idempotencyKey: `in.${inspectionId}`,
			});
		const begun = await Promise.all(random.next() < 0.3 ? [trackIn(), trackIn()] : [trackIn()]);
		for (const answer of begun) {
			expectSuccess(answer, "track-in");
			Tracked.parse(answer.body);
		}
		await sendCapture(line, vehicle, 1, random);
		for (let turn = 1; Date.now() < end; turn++) {
			const answer = await station.send(`/inspections/${inspectionId}/disposition?wait=${WAIT_SECONDS}`);
			expectSuccess(answer, "track-out");
			const { status, openExceptions } = TrackOut.parse(answer.body);
			if (status === "sealed") {
				line.ledger.finished.push(inspectionId);
				return;
			}
			if (openExceptions > 0) await settle(line, vehicle, turn, random);
		}
		throw new Stuck("it did not come to its end in time");
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		line.ledger.stuck.push({ inspectionId, why });
	}
}

/** So many vehicles on the line at once, none taken on after it closes. Returns those that were. */
export async function runLine(
	line: Line,
	vehicles: readonly LineVehicle[],
	atOnce: number,
	done: (count: number) => void,
	closesAt: number,
): Promise<LineVehicle[]> {
	const waiting = [...vehicles];
	const taken: LineVehicle[] = [];
	let count = 0;
	const place = async () => {
		for (let next = waiting.shift(); next && Date.now() < closesAt; next = waiting.shift()) {
			taken.push(next);
			await runVehicle(line, next);
			count += 1;
			done(count);
		}
	};
	await Promise.all(Array.from({ length: atOnce }, place));
	return taken;
}
