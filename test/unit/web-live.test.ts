import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Inspection } from "../../src/contracts/inspection.js";
import { sampleException, sampleInspection, sealedInspection } from "../support/inspections.js";
import { problemIn, type ServedWeb, serveWeb } from "../support/serve-web.js";

let web: ServedWeb;
let operator: string;
let station: string;
const { inspectionId } = sampleInspection();

beforeEach(async () => {
	web = await serveWeb({ limits: { eventClients: 3, waitingClients: 2 } });
	operator = await web.key("operator");
	station = await web.key("station", "S10");
	await web.store.inspections.project(sampleInspection());
});
afterEach(() => web.listening.close());

interface Stream {
	readonly response: Response;
	readonly events: { id?: string; event?: string; data?: { version: number; inspectionId: string } }[];
	readonly ended: Promise<void>;
	close(): void;
}

async function listen(path: string, key: string, headers: object = {}): Promise<Stream> {
	const abort = new AbortController();
	const response = await fetch(`${web.url}/api/v1${path}`, {
		headers: { authorization: `Bearer ${key}`, ...headers },
		signal: abort.signal,
	});
	const events: Stream["events"] = [];
	const read = async () => {
		let text = "";
		for await (const chunk of response.body ?? []) {
			text += Buffer.from(chunk).toString("utf8");
			const blocks = text.split("\n\n");
			text = blocks.pop() ?? "";
			for (const block of blocks) {
				const fields = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s, 2)));
				events.push({ ...fields, ...(fields.data ? { data: JSON.parse(fields.data) } : {}) });
			}
		}
	};
	const ended = read().catch(() => {});
	return { response, events, ended, close: () => abort.abort() };
}
const versions = ({ events }: Stream) => events.flatMap(({ data }) => data?.version ?? []);
const change = (version: number, more: Partial<Inspection> = {}) =>
	web.store.inspections.project(sampleInspection({ version, ...more }));

describe("live events", () => {
	it("tells every change as it happens, and nothing from before", async () => {
		const stream = await listen("/events", operator);
		expect(stream.response.headers.get("content-type")).toContain("text/event-stream");
		await change(2, { status: "reviewing" });
		await expect.poll(() => versions(stream)).toEqual([2]);
		expect(stream.events.at(-1)).toMatchObject({
			event: "inspection",
			data: {
				inspectionId,
				version: 2,
				status: "reviewing",
				disposition: null,
				productionNumber: "PN0001",
			},
		});
		stream.close();
	});

	it("begins with the present state where one inspection is watched", async () => {
		await change(5);
		const stream = await listen(`/inspections/${inspectionId}/events`, operator);
		await web.store.inspections.project(sampleInspection({ productionNumber: "OTHER", version: 7 }));
		await change(6);
		await expect.poll(() => versions(stream)).toEqual([5, 6]);
		stream.close();
		expect((await listen("/inspections/HZ1-NONE-1/events", operator)).response.status).toBe(404);
	});

	it("goes on where a client was cut off", async () => {
		const first = await listen("/events", operator);
		await change(2);
		await expect.poll(() => versions(first)).toEqual([2]);
		const lastId = first.events.findLast(({ id }) => id)?.id ?? "";
		first.close();
		await first.ended;
		await web.store.inspections.project(sampleInspection({ productionNumber: "MEANWHILE", version: 8 }));
		const second = await listen("/events", operator, { "last-event-id": lastId });
		await expect.poll(() => versions(second)).toContain(8);
		second.close();
	});

	it("tells a station of its own inspections only", async () => {
		const stranger = await web.key("station", "S99");
		const [mine, theirs] = [await listen("/events", station), await listen("/events", stranger)];
		await change(2);
		await expect.poll(() => versions(mine)).toEqual([2]);
		expect(versions(theirs)).toEqual([]);
		mine.close();
		theirs.close();
	});

	it("serves so many clients and no more, and forgets who has left", async () => {
		const open = [];
		for (let i = 0; i < 3; i += 1) open.push(await listen("/events", operator));
		const refused = await web.call(operator, "GET", "/events");
		expect(await problemIn(refused)).toMatchObject({ status: 429, code: "too_many_requests" });
		open[0]?.close();
		await expect
			.poll(async () => {
				const stream = await listen("/events", operator);
				stream.close();
				return stream.response.status;
			})
			.toBe(200);
		for (const stream of open) stream.close();
	});

	it("outlives a store that goes away", async () => {
		const stream = await listen("/events", operator);
		web.store.down = true;
		await expect
			.poll(() => web.log.some(({ msg }) => String(msg).startsWith("live changes pause")), { timeout: 5_000 })
			.toBe(true);
		web.store.down = false;
		await change(3);
		await expect.poll(() => versions(stream), { timeout: 8_000 }).toEqual([3]);
		stream.close();
	});

	it("tells people, and no station, who takes an exception and gives it back", async () => {
		const exceptions = [sampleException(inspectionId)];
		await web.store.inspections.project(sampleInspection({ status: "reviewing", exceptions }));
		const [people, line, elsewhere] = await Promise.all([
			listen("/events", operator),
			listen("/events", station),
			listen(`/inspections/${inspectionId}/events`, operator),
		]);
		await expect.poll(() => elsewhere.events.length).toBeGreaterThan(1);
		const path = `/exceptions/${exceptions[0]?.exceptionId}/claim`;
		expect((await web.call(operator, "POST", path)).status).toBe(200);
		expect((await web.call(operator, "DELETE", path)).status).toBe(204);
		const claims = ({ events }: Stream) => events.filter(({ event }) => event === "claim").length;
		await expect.poll(() => [people, elsewhere].map(claims)).toEqual([2, 2]);
		expect(claims(line)).toBe(0);
		for (const stream of [people, line, elsewhere]) stream.close();
	});

	it("changes nothing where the next exception is looked up, and gives back by a write alone", async () => {
		const exceptions = [sampleException(inspectionId)];
		const exceptionId = exceptions[0]?.exceptionId ?? "";
		await web.store.inspections.project(sampleInspection({ status: "reviewing", exceptions }));
		expect((await web.call(operator, "POST", `/exceptions/${exceptionId}/claim`)).status).toBe(200);
		const page = (method: string, path: string) =>
			fetch(`${web.url}${path}`, {
				method,
				redirect: "manual",
				headers: { authorization: `Bearer ${operator}` },
			});
		const claim = async () => (await web.store.exceptions.get(exceptionId))?.claim;
		expect((await page("GET", `/exceptions/next?after=${exceptionId}`)).status).toBe(303);
		expect(await claim()).not.toBeNull();
		const onward = await page("POST", `/exceptions/${exceptionId}/next`);
		expect([onward.status, onward.headers.get("location")]).toEqual([303, "/exceptions"]);
		expect(await claim()).toBeNull();
	});

	it("ends streams and waiting requests when the service stops", async () => {
		const stream = await listen("/events", operator);
		const waiting = web.call(station, "GET", `/inspections/${inspectionId}/disposition?wait=30`);
		await new Promise((resolve) => setTimeout(resolve, 300));
		const began = performance.now();
		await web.listening.close();
		await stream.ended;
		expect(await (await waiting).json()).toMatchObject({ status: "collecting", disposition: null });
		expect(performance.now() - began).toBeLessThan(3_000);
	});
});

describe("track-out", () => {
	const ask = (wait: number | string, key = station) =>
		web.call(key, "GET", `/inspections/${inspectionId}/disposition?wait=${wait}`);

	it("answers at once without wait", async () => {
		await change(2, { exceptions: [sampleException(inspectionId)], status: "reviewing" });
		expect(await (await ask(0)).json()).toEqual({
			inspectionId,
			status: "reviewing",
			disposition: null,
			report: null,
			openExceptions: 1,
		});
	});

	it("waits until the outcome is sealed, through changes that are not", async () => {
		const began = performance.now();
		const waiting = ask(20);
		setTimeout(() => void change(2, { status: "reviewing" }), 200);
		setTimeout(() => void change(3, { status: "sealing", disposition: "pass" }), 500);
		setTimeout(
			() => void web.store.inspections.project(sealedInspection("a".repeat(64), "b".repeat(64))),
			900,
		);
		const answer = await (await waiting).json();
		expect(answer).toMatchObject({ status: "sealed", disposition: "pass", report: { pages: 2 } });
		const took = performance.now() - began;
		expect(took).toBeGreaterThan(850);
		expect(took).toBeLessThan(5_000);
	});

	it("says what stands when the time is over", async () => {
		const began = performance.now();
		expect(await (await ask(0.5)).json()).toMatchObject({ status: "collecting", disposition: null });
		expect(performance.now() - began).toBeGreaterThan(450);
	});

	it("bounds the wait and the number of those who wait", async () => {
		expect((await ask(61)).status).toBe(400);
		expect((await ask("soon")).status).toBe(400);
		const waiting = [ask(3), ask(3)];
		await expect.poll(async () => (await ask(0.2)).status).toBe(429);
		await Promise.all(waiting);
		expect((await ask(0.1)).status).toBe(200);
	});
});
