import type { Decision, Exception } from "../../src/contracts/exception.js";
import type { Finding } from "../../src/contracts/finding.js";
import { type Inspection, inspectionIdOf } from "../../src/contracts/inspection.js";
import type { CharacterReading, Observation } from "../../src/contracts/reading.js";
import type { Store } from "../../src/persistence/store.js";
import type { ContentStore } from "../../src/storage/content-store.js";
import { hashPassword } from "../../src/web/access/secrets.js";
import { SAMPLE_VIN, type SampleInspection, sampleInspection } from "./sample-inspection.js";

export const PASSWORD = "a long enough password";
export const PEOPLE = [
	{ name: "li.na", displayName: "李娜 Li Na", role: "operator" },
	{ name: "wang.qiang", displayName: "王强 Wang Qiang", role: "auditor" },
	{ name: "anna", displayName: "Anna Berg", role: "engineer" },
] as const;

/** Vehicles of the line below, by the state they are in. */
export const VEHICLES = {
	collecting: "A24-104731",
	stampWrong: "A24-104730",
	colourWrong: "A24-104728",
	awaitingSecond: "A24-104727",
	passed: "A24-104726",
	concession: "A24-104725",
} as const;

/** The id of an inspection of one of the vehicles. */
export function inspectionIdOfVehicle(productionNumber: string): string {
	return inspectionIdOf("suzhou-2", productionNumber, 1);
}

const MINUTE = 60_000;

const minutesFrom = (now: Date, minutes: number): string =>
	new Date(now.getTime() + minutes * MINUTE).toISOString();

/** The sample under another production number, as if it had begun some minutes ago. */
function renamed(sample: SampleInspection, productionNumber: string, now: Date, ago: number): Inspection {
	const { inspection } = sample;
	const inspectionId = inspectionIdOf(inspection.plant, productionNumber, inspection.sequence);
	const from = Date.parse(inspection.startedAt);
	const moved = (instant: string): string =>
		new Date(Date.parse(instant) - from + now.getTime() - ago * MINUTE).toISOString();
	return {
		...inspection,
		inspectionId,
		productionNumber,
		record: { ...inspection.record, productionNumber },
		captures: inspection.captures.map((capture) => ({ ...capture, receivedAt: moved(capture.receivedAt) })),
		exceptions: inspection.exceptions.map((exception) => ({
			...exception,
			inspectionId,
			exceptionId: `${inspectionId}~${exception.finding.findingId}`,
			openedAt: moved(exception.openedAt),
			deadline: moved(exception.deadline),
			decisions: exception.decisions.map((decision) => ({
				...decision,
				exceptionId: `${inspectionId}~${exception.finding.findingId}`,
				at: moved(decision.at),
			})),
		})),
		events: inspection.events.map(({ detail, ...event }) => ({
			...event,
			at: moved(event.at),
			detail: event.type === "track_in" ? { station: "final-line-1" } : detail,
		})),
		startedAt: moved(inspection.startedAt),
		updatedAt: minutesFrom(now, -Math.max(0, ago - 12)),
		captureDeadline: minutesFrom(now, 40),
		decisionDeadline: minutesFrom(now, 22),
	};
}

function openException(
	inspection: Inspection,
	finding: Finding,
	deadline: string,
	decisions: Decision[] = [],
): Exception {
	return {
		exceptionId: `${inspection.inspectionId}~${finding.findingId}`,
		inspectionId: inspection.inspectionId,
		finding,
		status: decisions.length > 0 ? "awaiting_second" : "open",
		escalated: false,
		openedAt: inspection.startedAt,
		deadline,
		decisions,
	};
}

const reviewing = {
	status: "reviewing",
	disposition: null,
	closure: null,
	sealedAt: null,
	report: null,
} as const;

/** The record says 8 where every witness says B: the character most often confused on stamps. */
function withWrongStamp(inspection: Inspection, now: Date): Inspection {
	const expected = `${SAMPLE_VIN.slice(0, 4)}8${SAMPLE_VIN.slice(5)}`;
	const findings = inspection.findings.map((finding): Finding => {
		if (finding.findingId !== "vin-stamp.vin") return finding;
		return { ...finding, expected, outcome: "mismatch", differences: [4], confidence: 0.62 };
	});
	const wrong = findings.filter(({ outcome }) => outcome !== "match");
	return {
		...inspection,
		...reviewing,
		events: inspection.events.filter(({ type }) => type !== "disposition_reached"),
		record: { ...inspection.record, vin: expected },
		findings,
		exceptions: wrong.map((finding) => openException(inspection, finding, minutesFrom(now, 4))),
	};
}

function withOpenExceptions(inspection: Inspection, now: Date): Inspection {
	return {
		...inspection,
		...reviewing,
		exceptions: inspection.exceptions.map(({ finding }) =>
			openException(inspection, finding, minutesFrom(now, 22)),
		),
	};
}

function withAwaitedSecond(inspection: Inspection, now: Date): Inspection {
	return {
		...inspection,
		...reviewing,
		exceptions: inspection.exceptions
			.filter(({ finding }) => finding.field === "colour")
			.map(({ finding, decisions }) =>
				openException(inspection, finding, minutesFrom(now, 31), decisions.slice(0, 1)),
			),
	};
}

function stillCollecting(inspection: Inspection): Inspection {
	const there = inspection.captures.slice(0, 2).map(({ witness }) => witness);
	const read = there.slice(0, 1);
	return {
		...inspection,
		...reviewing,
		status: "collecting",
		captures: inspection.captures.filter(({ witness }) => there.includes(witness)),
		observations: inspection.observations.filter(({ witness }) => read.includes(witness)),
		findings: [],
		exceptions: [],
		events: inspection.events.slice(0, 3),
		decisionDeadline: null,
	};
}

/** The stamp's characters with one the reader was not sure of. */
function doubtful(characters: readonly CharacterReading[]): CharacterReading[] {
	return characters.map((character, index) =>
		index === 4
			? {
					char: "B",
					p: 0.62,
					alternatives: [
						{ char: "8", p: 0.33 },
						{ char: "3", p: 0.03 },
					],
				}
			: character,
	);
}

function withDoubt(observation: Observation & { witness: string }): Observation & { witness: string } {
	if (observation.witness !== "vin-stamp") return observation;
	return {
		...observation,
		readings: observation.readings.map((reading) => ({
			...reading,
			characters: doubtful(reading.characters),
			fields: Object.fromEntries(
				Object.entries(reading.fields).map(([name, field]) => [
					name,
					name === "vin" ? { ...field, characters: doubtful(field.characters), confidence: 0.62 } : field,
				]),
			),
		})),
	};
}

const REPORT_PDF = Buffer.from("%PDF-1.7 the signed report of the line's fixture\n");

async function make() {
	return {
		good: await sampleInspection({ outcome: "pass" }),
		bad: await sampleInspection(),
		// a secret is one account's: each has a hash of its own
		secrets: await Promise.all(PEOPLE.map(() => hashPassword(PASSWORD))),
	};
}

let making: ReturnType<typeof make> | undefined;

/** Pictures drawn and passwords hashed once, however often a line is filled. */
function made(): ReturnType<typeof make> {
	making ??= make();
	return making;
}

/** Where the line's vehicles are put: a served application, or what stands behind one. */
interface Shelves {
	readonly store: Store;
	readonly captures: ContentStore;
	readonly reports: ContentStore;
}

/** Fills a served application with people and with vehicles in every state, their pictures included. */
export async function fillLine(web: Shelves, now = new Date()): Promise<void> {
	const { good, bad, secrets } = await made();
	for (const [index, person] of PEOPLE.entries()) {
		await web.store.accounts.create({ ...person, secretHash: secrets[index] ?? "", disabled: false });
	}
	await web.store.plans.save(good.inspection.plant, planInputOf(good.inspection), "released", "anna");
	for (const sample of [good, bad]) {
		for (const capture of sample.inspection.captures) {
			await web.captures.put(sample.pictures.get(capture.sha256) ?? Buffer.alloc(0));
			const { witness, station, capturedAt, receivedAt, ...image } = capture;
			await web.store.captures.save(image);
		}
	}

	const add = async (
		sample: SampleInspection,
		inspection: Inspection,
		change: (one: Observation & { witness: string }) => Observation & { witness: string } = (one) => one,
	) => {
		const read = inspection.observations.map(({ witness }) => witness);
		for (const { witness, ...observation } of sample.observations.map(change)) {
			if (read.includes(witness))
				await web.store.observations.save(inspection.inspectionId, witness, observation);
		}
		await web.store.inspections.project(inspection);
	};
	const sealed = async (sample: SampleInspection, number: string, ago: number) => {
		const inspection = renamed(sample, number, now, ago);
		const { sha256: pdf } = await web.reports.put(REPORT_PDF);
		const record = await web.reports.put(Buffer.from(JSON.stringify(recordOf(inspection))));
		const sealedAt = inspection.updatedAt;
		const report = { pdf, record: record.sha256, pages: 3, bytes: 184_211, sealedAt };
		await add(sample, { ...inspection, status: "sealed", sealedAt, report });
	};
	for (let index = 0; index < 6; index += 1)
		await sealed(good, `A24-1047${String(10 + index)}`, 120 - index * 9);
	await sealed(bad, VEHICLES.concession, 51);
	await sealed(good, VEHICLES.passed, 44);
	await add(bad, withAwaitedSecond(renamed(bad, VEHICLES.awaitingSecond, now, 30), now));
	await add(bad, withOpenExceptions(renamed(bad, VEHICLES.colourWrong, now, 18), now));
	await add(good, withWrongStamp(renamed(good, VEHICLES.stampWrong, now, 9), now), withDoubt);
	await add(good, stillCollecting(renamed(good, VEHICLES.collecting, now, 2)));
}

function planInputOf({ plan }: Inspection) {
	const {
		plant: _plant,
		revision: _revision,
		status: _status,
		createdAt: _at,
		createdBy: _by,
		...input
	} = plan;
	return input;
}

function recordOf({ events: _events, report: _report, ...inspection }: Inspection) {
	const auditHead = "0".repeat(64);
	const generator = { name: "vinspect", version: "0.1.0" };
	return {
		schema: "vinspect/inspection-record/1",
		inspection,
		observations: [],
		audit: [],
		auditHead,
		generator,
	};
}
