import { createHash } from "node:crypto";
import type { Capture, CaptureImage } from "../../contracts/capture.js";
import type { BlindReading, Exception } from "../../contracts/exception.js";
import { type Inspection, inspectionIdOf } from "../../contracts/inspection.js";
import type { InspectionPlan } from "../../contracts/plan.js";
import type { Observation } from "../../contracts/reading.js";
import type { VehicleRecord } from "../../contracts/record.js";
import { cancelled, conclusionDue, nextDeadline, withDeadlines } from "../../domain/deadlines.js";
import { withDecision, withoutLastDecision } from "../../domain/decisions.js";
import { concluded, openInspection, sealed, withCapture, withObservation } from "../../domain/inspection.js";
import { isFinished, type Person, whyNotDecidable, whyNotUndoable } from "../../domain/review.js";
import type { PlantCapture, PlantVehicle } from "../plant-vehicle.js";
import type { Random } from "../render/random.js";
import { shownFields } from "../shown-fields.js";
import type { Answer, Fate } from "./fate.js";
import { type Mishap, seen } from "./sight.js";

/** The people of the plant's three shifts, in pairs: whoever decides, and who confirms a release. */
export const OPERATORS: readonly Person[] = [
	...["li.na", "zhang.wei", "chen.jie", "liu.yang", "anna.berg", "sun.hao"].map((name) => ({
		name,
		role: "operator",
	})),
];
const MINUTE = 60_000;
/** More turns than any vehicle needs. */
const MOST_TURNS = 40;

export interface Passage {
	readonly inspection: Inspection;
	readonly observations: readonly { readonly witness: string; readonly observation: Observation }[];
}

export interface PassageOrder {
	readonly vehicle: PlantVehicle;
	readonly fate: Fate;
	readonly record: VehicleRecord;
	readonly plan: InspectionPlan;
	/** The picture a station has of this model's witness, and another of it. */
	readonly pictureOf: (capture: PlantCapture, again: boolean) => CaptureImage;
	readonly startedAt: Date;
	/** What would happen after this instant has not happened yet. */
	readonly until: Date;
	readonly random: Random;
}

/** A decision id that is the same for the same seed: version 4 in form. */
function idFrom(text: string): string {
	const hex = createHash("sha256").update(text).digest("hex");
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Drives one vehicle through the plant by the inspection's own rules, with a clock of its own. */
class Run {
	state: Inspection;
	readonly observations: Passage["observations"][number][] = [];
	#clock: number;
	#decisions = 0;

	constructor(readonly order: PassageOrder) {
		const { vehicle, record, plan, startedAt } = order;
		this.#clock = startedAt.getTime();
		const station = vehicle.captures[0]?.witness.station ?? "body-stamp";
		const { productionNumber, plant } = record;
		this.state = openInspection(
			{
				inspectionId: inspectionIdOf(plant, productionNumber, 1),
				...{ plant, productionNumber, sequence: 1, station },
				by: { name: station, role: "station" },
			},
			{ record, plan, judgedBy: "vinspect generated" },
			this.now,
		);
	}

	get now(): string {
		return new Date(this.#clock).toISOString();
	}

	/** Time goes on by some minutes; false where it would be later than the end of the story. */
	waits(low: number, high: number): boolean {
		return this.#reaches(this.#clock + Math.round(this.order.random.between(low, high) * MINUTE));
	}

	#reaches(instant: number): boolean {
		if (instant > this.order.until.getTime()) return false;
		this.#clock = instant;
		if (!isFinished(this.state)) this.state = withDeadlines(this.state, this.now);
		return true;
	}

	/** Waits for the next deadline; false where there is none, or it is not over yet. */
	sleepsToDeadline(): boolean {
		const due = nextDeadline(this.state);
		return due !== null && this.#reaches(Math.max(Date.parse(due), this.#clock));
	}

	captures(capture: PlantCapture, mishap: Mishap, again: boolean): void {
		const { random, pictureOf } = this.order;
		const { witness } = capture;
		const image = pictureOf(capture, again);
		const arrived: Capture = {
			...image,
			witness: witness.id,
			station: witness.station,
			capturedAt: new Date(this.#clock - 900).toISOString(),
			receivedAt: this.now,
		};
		this.state = withCapture(this.state, arrived, { name: witness.station, role: "station" }, this.now);
		this.#clock += random.whole(600, 2200);
		const shown = shownFields(capture.order.subject);
		const { observation, summary } = seen(witness, image, shown, mishap, this.now, random);
		this.observations.push({ witness: witness.id, observation });
		this.state = withObservation(this.state, summary, this.now);
	}

	decides(exceptionId: string, answer: Answer, by: Person): boolean {
		this.#decisions += 1;
		const exception = this.state.exceptions.find((one) => one.exceptionId === exceptionId);
		const decision = {
			decisionId: idFrom(`${exceptionId} ${this.#decisions}`),
			...answer,
			...(answer.action === "correct_reading"
				? { correctedText: exception?.finding.expected ?? exception?.finding.read ?? "?" }
				: {}),
			...(answer.action === "second_override" ? { blindReading: this.#readBlind(exception) } : {}),
		};
		if (whyNotDecidable(this.state, exceptionId, decision, by) !== null) return false;
		this.state = withDecision(this.state, exceptionId, decision, by, this.now);
		return true;
	}

	/** What a second person saw before they were shown the rest. */
	#readBlind(exception: Exception | undefined): BlindReading {
		const text = exception?.finding.read ?? null;
		return { text, sight: text === null ? "not_as_required" : null, at: this.now };
	}

	thinksAgain(exceptionId: string, by: Person): void {
		if (whyNotUndoable(this.state, exceptionId) === null) {
			this.state = withoutLastDecision(this.state, exceptionId, by, this.now);
		}
	}

	seals(): void {
		const due = conclusionDue(this.state);
		if (due === null || !this.#reaches(Math.max(Date.parse(due), this.#clock))) return;
		this.state = concluded(this.state, this.now);
		if (!this.waits(0.03, 0.12)) return;
		const digest = (part: string) =>
			createHash("sha256").update(`${this.state.inspectionId} ${part}`).digest("hex");
		const report = { pdf: digest("pdf"), record: digest("record"), pages: 3, bytes: 184_000 };
		this.state = sealed(this.state, { ...report, sealedAt: this.now }, this.now);
	}
}

/** Stations first: each sends its picture when the vehicle comes by. False where time ran out. */
function passesStations(run: Run, { vehicle, fate }: PassageOrder): boolean {
	for (const capture of vehicle.captures) {
		if (capture.witness.id === fate.missing) continue;
		if (!run.waits(4, 12)) return false;
		if (isFinished(run.state)) return true;
		run.captures(capture, fate.mishaps[capture.witness.id] ?? {}, false);
	}
	return true;
}

/** Then people: each exception is answered in turn, and what was asked for again is sent again. */
function isDecided(run: Run, { vehicle, fate, random }: PassageOrder): boolean {
	for (let turn = 0; turn < MOST_TURNS && !isFinished(run.state); turn += 1) {
		const waiting = run.state.exceptions.find(
			({ status }) => status === "open" || status === "awaiting_second",
		);
		const again = run.state.exceptions.find(({ status }) => status === "awaiting_capture");
		if (waiting) {
			const answers = waiting.status === "awaiting_second" ? SECOND : fate.answers;
			const [answer] = answers;
			if (answer === undefined) return run.sleepsToDeadline();
			if (!run.waits(0.4, 30)) return false;
			const at = random.whole(0, OPERATORS.length - 1);
			const first = waiting.decisions.at(-1)?.by;
			const by = OPERATORS.find(({ name }, index) => index >= at && name !== first) ?? OPERATORS[0];
			if (!by || !run.decides(waiting.exceptionId, answer, by)) return run.sleepsToDeadline();
			if (turn === 0 && fate.thinksAgain) run.thinksAgain(waiting.exceptionId, by);
		} else if (again) {
			const capture = vehicle.captures.find(({ witness }) => witness.id === again.finding.witness);
			if (!capture) return run.sleepsToDeadline();
			if (!run.waits(3, 20)) return false;
			run.captures(capture, {}, true);
		} else if (conclusionDue(run.state) === null) {
			if (!run.sleepsToDeadline()) return false;
		} else {
			return true;
		}
	}
	return true;
}

/** How a release that waits is confirmed. */
const SECOND: readonly Answer[] = [{ action: "second_override", reason: "checked_on_vehicle" }];

/** The whole story of one vehicle up to now, as the workflow would have told it. */
export function passageOf(order: PassageOrder): Passage {
	const run = new Run(order);
	if (passesStations(run, order)) {
		if (order.fate.cancelled) {
			run.state = cancelled(run.state, "taken off the line", { name: "anna", role: "engineer" }, run.now);
		}
		if (isDecided(run, order)) run.seals();
	}
	return { inspection: run.state, observations: run.observations };
}
