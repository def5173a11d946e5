import mongoose from "mongoose";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { connectStore } from "../../src/persistence/mongo-store.js";
import type { Store } from "../../src/persistence/store.js";
import { enrol } from "../support/people.js";
import { type ServedWeb, serveWeb } from "../support/serve-web.js";
import { uniqueDatabase } from "../support/servers.js";

const PASSWORD = "a long enough password";
const NEXT = "quite another phrase 8";
/** Stands still, so that no wait ends while a busy machine is at it. */
const NOW = Date.now();
const stores: Store[] = [];
const webs: ServedWeb[] = [];
let first: ServedWeb;
let second: ServedWeb;
let uri: string;

/** A web process of its own: its own connection to the one store. */
async function web(): Promise<ServedWeb> {
	const store = await connectStore(uri);
	stores.push(store);
	const served = await serveWeb({ store, now: () => new Date(NOW) });
	webs.push(served);
	return served;
}

beforeAll(async () => {
	uri = uniqueDatabase(inject("mongoUri"));
	[first, second] = [await web(), await web()];
	const people = [
		["anna", "administrator"],
		["li", "operator"],
		["wang", "operator"],
		["zhao", "operator"],
	] as const;
	await enrol(stores[0] as Store, PASSWORD, people);
});
afterAll(async () => {
	await Promise.all(webs.map(({ listening }) => listening.close()));
	await Promise.all(stores.map((store) => store.close()));
});

async function signIn(at: ServedWeb, name: string, password: string) {
	const answer = await at.call(null, "POST", "/session", { name, password });
	const cookie = answer.headers
		.getSetCookie()
		.map((one) => one.split(";", 1)[0])
		.join("; ");
	const { csrfToken = "" } = answer.ok ? ((await answer.json()) as { csrfToken?: string }) : {};
	return { status: answer.status, headers: { cookie, "x-csrf-token": csrfToken } };
}
type SignedIn = Awaited<ReturnType<typeof signIn>>;
const as = (one: SignedIn, at: ServedWeb, method: string, path: string, body?: unknown) =>
	at.call(null, method, path, body, one.headers);
const looks = async (one: SignedIn, at: ServedWeb) => (await as(one, at, "GET", "/session")).status;

describe("several web processes on one store", () => {
	it("let exactly five of many guesses at one moment through, and hold that over a restart", async () => {
		const guesses = Array.from({ length: 40 }, (_, i) => signIn(i % 2 ? first : second, "li", `guess ${i}`));
		const statuses = (await Promise.all(guesses)).map(({ status }) => status);
		expect(statuses.filter((status) => status === 401)).toHaveLength(5);
		expect(statuses.filter((status) => status === 429)).toHaveLength(35);
		// a process that starts now knows it as well
		const restarted = await web();
		expect((await signIn(restarted, "li", PASSWORD)).status).toBe(429);
		const kept = await (stores[0] as Store).signInAttempts.get("name:li");
		expect(kept?.count).toBe(5);
		expect((await signIn(second, "wang", PASSWORD)).status).toBe(200);
	}, 30_000);

	it("end every other session when a password changes, and all when an account is disabled or its role changes", async () => {
		const anna = await signIn(first, "anna", PASSWORD);
		const here = await signIn(first, "zhao", PASSWORD);
		const there = await signIn(second, "zhao", PASSWORD);
		const weak = await as(here, first, "PUT", "/session/password", { current: PASSWORD, password: "short" });
		expect(weak.status).toBe(422);
		const change = { current: PASSWORD, password: NEXT };
		expect((await as(here, first, "PUT", "/session/password", change)).status).toBe(204);
		expect([await looks(here, second), await looks(there, second)]).toEqual([200, 401]);
		expect((await signIn(first, "zhao", PASSWORD)).status).toBe(401);

		expect((await as(anna, second, "PUT", "/accounts/zhao/role", { role: "auditor" })).status).toBe(200);
		expect(await looks(here, first)).toBe(401);
		const auditor = await signIn(first, "zhao", NEXT);
		expect((await as(anna, second, "POST", "/accounts/zhao/disable")).status).toBe(200);
		expect([await looks(auditor, first), (await signIn(second, "zhao", NEXT)).status]).toEqual([401, 401]);
		expect((await as(anna, second, "POST", "/accounts/zhao/enable")).status).toBe(200);

		expect((await as(anna, first, "POST", "/accounts/anna/disable")).status).toBe(409);
		expect((await as(anna, first, "PUT", "/accounts/anna/role", { role: "operator" })).status).toBe(409);
	});

	it("make a person change a password that somebody else set, before anything else", async () => {
		const anna = await signIn(first, "anna", PASSWORD);
		const made = await as(anna, first, "POST", "/accounts", {
			name: "sun",
			displayName: "Sun",
			role: "operator",
		});
		const { password } = (await made.json()) as { password: string };
		const sun = await signIn(second, "sun", password);
		const refused = await as(sun, first, "GET", "/exceptions");
		expect(refused.status).toBe(403);
		expect(await refused.json()).toMatchObject({ code: "password_change_required" });
		const change = { current: password, password: NEXT };
		expect((await as(sun, first, "PUT", "/session/password", change)).status).toBe(204);
		expect((await as(sun, second, "GET", "/exceptions")).status).toBe(200);

		const reset = await as(anna, second, "POST", "/accounts/sun/password");
		expect(await looks(sun, first)).toBe(401);
		const again = await signIn(first, "sun", ((await reset.json()) as { password: string }).password);
		expect((await as(again, second, "GET", "/exceptions")).status).toBe(403);
	});

	it("show a person their own sessions, and end one at once wherever it is used", async () => {
		const one = await signIn(first, "wang", PASSWORD);
		const other = await signIn(second, "wang", PASSWORD);
		const list = await as(one, first, "GET", "/sessions");
		const { items } = (await list.json()) as { items: { sessionId: string; current: boolean }[] };
		const mine = items.find(({ current }) => current);
		const theirs = await as(other, first, "GET", "/sessions");
		const its = ((await theirs.json()) as { items: typeof items }).items.find(({ current }) => current);
		expect(its?.sessionId).not.toBe(mine?.sessionId);
		const ended = await as(one, second, "DELETE", `/sessions/${its?.sessionId}`);
		expect(ended.status).toBe(204);
		expect([await looks(one, first), await looks(other, first)]).toEqual([200, 401]);
	});

	it("take both keys of a station during a rotation, show when each was used, and revoke at once", async () => {
		const anna = await signIn(first, "anna", PASSWORD);
		const keyOf = async (answer: Response) => ((await answer.json()) as { key: string }).key;
		const old = await keyOf(await as(anna, first, "POST", "/stations", { name: "S10" }));
		const works = async (key: string, at: ServedWeb) => (await at.call(key, "GET", "/session")).status;
		const uses = async () =>
			(
				(await (await as(anna, first, "GET", "/stations/S10/keys")).json()) as {
					items: { until: string | null; usedAt: string | null }[];
				}
			).items.map(({ until, usedAt }) => [until !== null, usedAt !== null]);
		expect(await uses()).toEqual([[false, false]]);
		expect(await works(old, second)).toBe(200);
		await expect.poll(uses).toEqual([[false, true]]);
		const fresh = await keyOf(await as(anna, first, "POST", "/stations/S10/key", { overlapMinutes: 60 }));
		expect([await works(old, first), await uses()]).toEqual([
			200,
			[
				[false, false],
				[true, true],
			],
		]);
		expect(await works(fresh, second)).toBe(200);
		await expect.poll(uses).toEqual([
			[false, true],
			[true, true],
		]);
		expect((await as(anna, second, "DELETE", "/stations/S10/former-keys")).status).toBe(204);
		expect([await works(old, first), await works(fresh, first)]).toEqual([401, 200]);
		expect((await as(anna, second, "POST", "/stations/S10/disable")).status).toBe(200);
		expect(await works(fresh, first)).toBe(401);
	});
});

describe("administrators who leave at one moment", () => {
	const HASH = "$argon2id$never-shown";
	const administrators = async (store: Store) =>
		(await store.accounts.list()).filter(({ role, disabled }) => role === "administrator" && !disabled);
	const withAdministrators = async (count: number) => {
		const own = uniqueDatabase(inject("mongoUri"));
		const [one, other] = await Promise.all([connectStore(own), connectStore(own)]);
		stores.push(one, other);
		for (let i = 0; i < count; i += 1) {
			const name = `admin-${i}`;
			const account = { name, displayName: name, role: "administrator", disabled: false } as const;
			await one.accounts.create({ ...account, secretHash: `${HASH}-${i}` });
		}
		return [one, other, own] as const;
	};

	it("leave one of 50, whether they lose their role or their account", async () => {
		const both = await withAdministrators(50);
		const outcomes = await Promise.allSettled(
			Array.from({ length: 50 }, (_, i) => {
				const { accounts } = both[i % 2 ? 1 : 0];
				return i % 3 ? accounts.setRole(`admin-${i}`, "operator") : accounts.setDisabled(`admin-${i}`, true);
			}),
		);
		const refusals = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
		expect(refusals.length).toBeGreaterThanOrEqual(1);
		for (const refusal of refusals) expect(refusal).toMatchObject({ code: "last_administrator" });
		expect(await administrators(both[0])).toHaveLength(refusals.length);
	});

	it("leave one of two, 50 times", async () => {
		const both = await withAdministrators(2);
		for (let round = 0; round < 50; round += 1) {
			const outcomes = await Promise.allSettled(
				[both[0], both[1]].map(({ accounts }, i) => accounts.setRole(`admin-${i}`, "engineer")),
			);
			expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(1);
			expect(await administrators(both[0])).toHaveLength(1);
			for (const name of ["admin-0", "admin-1"]) await both[0].accounts.setRole(name, "administrator");
		}
	});

	it("are not kept by the mark of a process that died while another left", async () => {
		const [store, , database] = await withAdministrators(2);
		const plain = await mongoose.createConnection(database).asPromise();
		const leaving = { token: "dead", at: new Date(Date.now() - 120_000) };
		await plain.collection<{ _id: string }>("accounts").updateOne({ _id: "admin-1" }, { $set: { leaving } });
		await plain.close();
		expect(await store.accounts.setRole("admin-0", "operator")).toBe(true);
		expect(await administrators(store)).toMatchObject([{ name: "admin-1" }]);
	});

	it("are not counted where a key is theirs that nobody signs in with", async () => {
		const [store] = await withAdministrators(1);
		const loader = { name: "loader", displayName: "L", role: "administrator", disabled: false } as const;
		await store.accounts.create({ ...loader, secretHash: "f".repeat(64) });
		await expect(store.accounts.setRole("admin-0", "operator")).rejects.toMatchObject({
			code: "last_administrator",
		});
		expect(await store.accounts.setDisabled("loader", true)).toBe(true);
		expect(await store.accounts.setRole("nobody", "operator")).toBe(false);
		expect(await administrators(store)).toMatchObject([{ name: "admin-0" }]);
	});
});
