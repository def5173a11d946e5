import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { VinspectError } from "../../src/domain/errors.js";
import type { Store } from "../../src/persistence/store.js";
import type { InspectionGateway } from "../../src/temporal/inspection-gateway.js";
import { hashPassword } from "../../src/web/access/secrets.js";
import { seenMark } from "../../src/web/pages/views/exception.js";
import { sampleException, sampleInspection } from "../support/inspections.js";
import { createMemoryStore } from "../support/memory-store.js";
import { createRulingGateway } from "../support/ruling-gateway.js";
import { problemIn, type ServedWeb, serveWeb } from "../support/serve-web.js";

const { inspectionId } = sampleInspection({ productionNumber: "PN0007" });
const EXCEPTION = `${inspectionId}~stamp.vin`;
const PASSWORD = "a long enough one";
const idOf = (n: number): string => `0d0b0a3e-52a5-4b5e-9f5e-0d8ad1f0a0${String(n).padStart(2, "0")}`;
const order = (n: number) => ({
	decisionId: idOf(n),
	action: "confirm_discrepancy",
	disposition: "rework",
});

describe("a decision", () => {
	let store: Store;
	let web: ServedWeb;
	/** Decisions the workflow was asked for, and what it does before it takes one. */
	let asked: string[];
	let meanwhile: () => Promise<void>;
	let [anna, ben] = ["", ""];

	const at = (path: string) => `/exceptions/${EXCEPTION}${path}`;
	const decide = (key: string, n: number) => web.call(key, "POST", at("/decisions"), order(n));
	const claimNow = async () => (await store.exceptions.get(EXCEPTION))?.claim?.by ?? null;
	const decisionsNow = async () =>
		(await store.exceptions.get(EXCEPTION))?.decisions.map(({ decisionId }) => decisionId);

	beforeEach(async () => {
		asked = [];
		meanwhile = async () => {};
		store = createMemoryStore();
		const ruling = createRulingGateway(store);
		const gateway: InspectionGateway = {
			...ruling,
			async decide(exceptionId, decision, by) {
				asked.push(decision.decisionId);
				await meanwhile();
				return ruling.decide(exceptionId, decision, by);
			},
		};
		web = await serveWeb({ store, gateway });
		anna = await web.key("operator", "anna");
		ben = await web.key("operator", "ben");
		const exceptions = [sampleException(inspectionId)];
		const reviewing = { productionNumber: "PN0007", status: "reviewing", exceptions } as const;
		await store.inspections.project(sampleInspection(reviewing));
	});
	afterEach(() => web.listening.close());

	/** Has the workflow wait with what it is asked next; resolves once it is asked. */
	const held = () => {
		let [reached, go] = [() => {}, () => {}];
		const isAsked = new Promise<void>((resolve) => {
			reached = resolve;
		});
		const released = new Promise<void>((resolve) => {
			go = resolve;
		});
		meanwhile = () => {
			reached();
			return released;
		};
		return { isAsked, go };
	};

	it("is one person's, while it is taken: another one is told so and no workflow is asked", async () => {
		const { isAsked, go } = held();
		const first = decide(anna, 1);
		await isAsked;
		expect(await problemIn(await decide(ben, 2))).toMatchObject({
			status: 409,
			code: "exception_claimed",
			detail: expect.stringContaining("anna"),
		});
		expect(await problemIn(await web.call(ben, "POST", at("/claim")))).toMatchObject({
			code: "exception_claimed",
		});
		go();
		expect((await first).status).toBe(200);
		expect(asked).toEqual([idOf(1)]);
		expect(await claimNow()).toBeNull();
	});

	it("of two who found nobody at work, is taken by one", async () => {
		const { claim } = store.exceptions;
		let bothWantIt = () => {};
		const both = new Promise<void>((resolve) => {
			bothWantIt = resolve;
		});
		const wanting: string[] = [];
		store.exceptions.claim = async (exceptionId, by, seconds) => {
			if (wanting.push(by) === 2) bothWantIt();
			await both;
			return claim(exceptionId, by, seconds);
		};
		const answers = await Promise.all([decide(anna, 1), decide(ben, 2)]);
		expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
		const refused = answers.find(({ status }) => status === 409);
		expect(refused && (await problemIn(refused)).code).toBe("exception_claimed");
		expect(asked).toHaveLength(1);
		expect(await decisionsNow()).toEqual(asked);
	});

	it("sent again is answered again: while it is taken, after it, and whoever holds the exception by then", async () => {
		const { isAsked, go } = held();
		const first = decide(anna, 1);
		await isAsked;
		meanwhile = async () => {};
		const again = decide(anna, 1);
		go();
		const answers = [await first, await again, await decide(anna, 1)];
		expect((await web.call(ben, "POST", at("/claim"))).status).toBe(200);
		answers.push(await decide(anna, 1));
		for (const answer of answers) {
			expect(answer.status).toBe(200);
			expect(await answer.json()).toMatchObject({ status: "resolved", decisions: [{ by: "anna" }] });
		}
		expect(await decisionsNow()).toEqual([idOf(1)]);
		expect(await claimNow()).toBe("ben");
	});

	it("sent twice at one moment is one, though another took the exception before the second came through", async () => {
		const { claim } = store.exceptions;
		const passed = [() => {}, () => {}];
		const turns = passed.map(
			(_, turn) =>
				new Promise<void>((resolve) => {
					passed[turn] = resolve;
				}),
		);
		let wanting = 0;
		store.exceptions.claim = async (exceptionId, by, seconds) => {
			const turn = wanting++;
			await turns[turn];
			return claim(exceptionId, by, seconds);
		};
		const sent = [decide(anna, 1), decide(anna, 1)];
		await expect.poll(() => wanting).toBe(2);
		passed[0]?.();
		expect((await Promise.race(sent)).status).toBe(200);
		await claim(EXCEPTION, "ben", 60);
		passed[1]?.();
		expect((await Promise.all(sent)).map(({ status }) => status)).toEqual([200, 200]);
		expect(await decisionsNow()).toEqual([idOf(1)]);
		expect(await claimNow()).toBe("ben");
	});

	it("gives the exception back, also one that was held before", async () => {
		expect((await web.call(anna, "POST", at("/claim"))).status).toBe(200);
		expect((await decide(anna, 1)).status).toBe(200);
		expect(await claimNow()).toBeNull();
	});

	it("that is refused gives back what was taken for it, and nothing else", async () => {
		expect((await decide(anna, 1)).status).toBe(200);
		expect(await problemIn(await decide(ben, 2))).toMatchObject({ code: "decision_rejected" });
		expect(await claimNow()).toBeNull();
		expect((await web.call(ben, "POST", at("/claim"))).status).toBe(200);
		expect(await problemIn(await decide(ben, 3))).toMatchObject({ code: "decision_rejected" });
		expect(await claimNow()).toBe("ben");
	});

	it("that found no workflow can be sent again, by whoever is first", async () => {
		meanwhile = async () => {
			throw new VinspectError("workflow_unavailable", "The workflow service does not answer.");
		};
		expect(await problemIn(await decide(anna, 1))).toMatchObject({ code: "workflow_unavailable" });
		expect(await claimNow()).toBeNull();
		meanwhile = async () => {};
		expect((await decide(ben, 2)).status).toBe(200);
	});

	it("stands where the exception can't be given back: that is nobody's loss but half a minute's", async () => {
		const { release } = store.exceptions;
		store.exceptions.release = async () => {
			throw new VinspectError("store_unavailable", "The database does not answer.");
		};
		expect((await decide(anna, 1)).status).toBe(200);
		store.exceptions.release = release;
		const claim = (await store.exceptions.get(EXCEPTION))?.claim;
		expect(claim?.by).toBe("anna");
		expect(Date.parse(claim?.expiresAt ?? "") - Date.now()).toBeLessThanOrEqual(30_000);
		expect(web.log.map(({ msg }) => msg)).toContain("an exception could not be given back after a decision");
	});

	it("of an exception that is not there is refused", async () => {
		const nowhere = `/exceptions/${inspectionId}~stamp.colour/decisions`;
		expect(await problemIn(await web.call(anna, "POST", nowhere, order(1)))).toMatchObject({
			status: 404,
			code: "exception_missing",
		});
	});

	describe("on the page", () => {
		let [cookie, csrf] = ["", ""];
		const post = async (n: number, seen: string) =>
			fetch(`${web.url}${at("/decision")}`, {
				method: "POST",
				redirect: "manual",
				headers: { cookie, "content-type": "application/x-www-form-urlencoded" },
				body: new URLSearchParams({ ...order(n), seen, _csrf: csrf }),
			});
		const seenNow = async () => {
			const exception = await store.exceptions.get(EXCEPTION);
			return exception ? seenMark(exception) : "";
		};

		beforeEach(async () => {
			const secretHash = await hashPassword(PASSWORD);
			const account = { name: "carla", displayName: "Carla", secretHash, disabled: false };
			await store.accounts.create({ ...account, role: "operator" });
			const signedIn = await web.call(null, "POST", "/session", { name: "carla", password: PASSWORD });
			({ csrfToken: csrf } = (await signedIn.json()) as { csrfToken: string });
			cookie = signedIn.headers
				.getSetCookie()
				.map((one) => one.split(";", 1)[0])
				.join("; ");
		});

		it("follows the same rule", async () => {
			const { isAsked, go } = held();
			const first = decide(anna, 1);
			await isAsked;
			const refused = await post(2, await seenNow());
			expect(refused.status).toBe(409);
			expect(await refused.text()).toContain("anna");
			go();
			expect((await first).status).toBe(200);
			expect(asked).toEqual([idOf(1)]);
		});

		it("is held against the exception as it stands once nobody else can decide it", async () => {
			const seen = await seenNow();
			expect((await decide(anna, 1)).status).toBe(200);
			expect((await post(2, seen)).status).toBe(409);
			expect(asked).toEqual([idOf(1)]);
			expect(await claimNow()).toBeNull();
		});

		it("goes on, also when sent twice", async () => {
			const seen = await seenNow();
			for (const answer of [await post(1, seen), await post(1, seen)]) {
				expect(answer.status).toBe(303);
				expect(answer.headers.get("location")).toContain(`decided=${encodeURIComponent(EXCEPTION)}`);
			}
			expect(asked).toEqual([idOf(1)]);
			expect(await claimNow()).toBeNull();
		});
	});
});
