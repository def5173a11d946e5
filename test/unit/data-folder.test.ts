import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { identify, isAlive } from "../../src/embedded/process-identity.js";
import type { Account, Accounts } from "../../src/persistence/store.js";
import { findRunningService, holdDataFolder } from "../../src/supervision/data-folder.js";
import { createFirstAccounts, readFirstSignIns } from "../../src/supervision/first-accounts.js";
import { checkPort } from "../../src/supervision/port.js";
import { verifyPassword } from "../../src/web/access/secrets.js";

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "vinspect-folder-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const SERVICE = { mongoUri: "mongodb://127.0.0.1:1/x", temporalAddress: "127.0.0.1:2" };

test("one holder at a time: a second is refused with the number of the first", async () => {
	const held = await holdDataFolder(folder);
	await expect(holdDataFolder(folder)).rejects.toMatchObject({
		code: "data_folder_in_use",
		message: expect.stringContaining(`Process ${process.pid}`),
	});
	await held.announce(SERVICE);
	expect(await findRunningService(folder)).toEqual(SERVICE);
	await held.release();
	expect(await findRunningService(folder)).toBeNull();
	await (await holdDataFolder(folder)).release();
});

test("a killed holder holds nothing, and what it left running is ended", async () => {
	const leftOver = spawn("sleep", ["600"], { stdio: "ignore" });
	const exited = once(leftOver, "exit");
	const identity = await identify(leftOver.pid ?? 0);
	if (identity === null) throw new Error("the left-over process did not start");
	await mkdir(join(folder, "run"));
	await writeFile(join(folder, "run", "mongo.json"), JSON.stringify(identity));
	// The number of a living process with another start time is not the holder.
	await writeFile(join(folder, "supervisor.lock"), JSON.stringify({ pid: process.pid, started: "0" }));

	const held = await holdDataFolder(folder);
	expect(await isAlive(identity)).toBe(false);
	await exited;
	await held.release();
});

test("a process that took over a noted number is left alone", async () => {
	const stranger = spawn("sleep", ["600"], { stdio: "ignore" });
	try {
		const identity = await identify(stranger.pid ?? 0);
		if (identity === null) throw new Error("the stranger did not start");
		await mkdir(join(folder, "run"));
		await writeFile(join(folder, "run", "mongo.json"), JSON.stringify({ ...identity, started: "1" }));
		await (await holdDataFolder(folder)).release();
		expect(await isAlive(identity)).toBe(true);
	} finally {
		stranger.kill("SIGKILL");
	}
});

test("of many that find a dead holder's lock, one gets the folder", async () => {
	await writeFile(join(folder, "supervisor.lock"), JSON.stringify({ pid: 2 ** 22 + 1, started: "0" }));
	const tries = await Promise.allSettled(Array.from({ length: 8 }, () => holdDataFolder(folder)));
	expect(tries.filter((t) => t.status === "fulfilled")).toHaveLength(1);
});

test("a busy port is refused with the port to take instead", async () => {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	if (address === null || typeof address === "string") throw new Error("no port");
	try {
		await expect(checkPort("127.0.0.1", address.port)).rejects.toMatchObject({
			code: "port_in_use",
			message: expect.stringContaining(`PORT=${address.port + 1} npm start`),
		});
	} finally {
		server.close();
	}
	await once(server, "close");
	await expect(checkPort("127.0.0.1", address.port)).resolves.toBeUndefined();
	await expect(checkPort("203.0.113.1", 0)).rejects.toMatchObject({ code: "configuration_invalid" });
});

function accountsInMemory(): Accounts & { readonly all: Map<string, Account> } {
	const all = new Map<string, Account>();
	return {
		all,
		async create(account) {
			if (all.has(account.name)) return false;
			all.set(account.name, account);
			return true;
		},
		get: async (name) => all.get(name) ?? null,
		replaceSecret: async () => false,
		setDisabled: async () => false,
		bySecretHash: async () => null,
		list: async () => [...all.values()],
		setPassword: async () => false,
		setRole: async () => false,
		keyUsed: async () => {},
		keysOf: async () => [],
		endFormerKeys: async () => {},
	};
}

test("the first start makes three sign-ins that work, for the owner's eyes only, and only once", async () => {
	const accounts = accountsInMemory();
	const created = await createFirstAccounts(accounts, folder);
	expect(created.map((s) => s.name)).toEqual(["administrator", "operator", "auditor"]);
	expect(new Set(created.map((s) => s.password)).size).toBe(3);
	for (const { name, password } of created) {
		expect(await verifyPassword(accounts.all.get(name)?.secretHash ?? null, password)).toBe(true);
		expect(accounts.all.get(name)?.mustChangePassword).toBe(true);
	}
	const file = join(folder, "first-sign-in.txt");
	expect((await stat(file)).mode & 0o777).toBe(0o600);
	expect(await readFirstSignIns(folder)).toEqual(created);
	expect(await createFirstAccounts(accounts, folder)).toEqual([]);
	await rm(file);
	expect(await createFirstAccounts(accounts, folder)).toEqual([]);
	await expect(readFile(file)).rejects.toThrow("ENOENT");
});

test("first passwords of a demonstration may stay", async () => {
	const accounts = accountsInMemory();
	await createFirstAccounts(accounts, folder, true);
	expect([...accounts.all.values()].map(({ mustChangePassword }) => mustChangePassword)).toEqual([
		false,
		false,
		false,
	]);
});

test("a first start killed between file and accounts is made good with the written passwords", async () => {
	const written = await createFirstAccounts(accountsInMemory(), folder);
	const accounts = accountsInMemory();
	const [administrator] = written;
	expect(await createFirstAccounts(accounts, folder)).toEqual(written);
	const { secretHash } = accounts.all.get("administrator") ?? { secretHash: null };
	expect(await verifyPassword(secretHash, administrator?.password ?? "")).toBe(true);
});
