#!/usr/bin/env node
/**
 * Fuzzes the whole HTTP API of a real plant as everybody who may call it and as nobody, from its own OpenAPI document:
 *
 *   node scripts/fuzz-api.mjs [--examples 40] [--seed 1] [--as operator,nobody] [--out FOLDER]
 *
 * schemathesis (from PyPI, into a virtual environment that is thrown away) sends well-formed and malformed requests
 * and holds every answer against the document: no 5xx, no status, content type or shape that is not described. The
 * plant is started for it with embedded servers, the demonstration's vehicles, a data folder and a port of its own;
 * `--url` and `--data` take one that runs. Needs python3 with venv. Ends with 1 where anything was found.
 */
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const SCHEMATHESIS = "schemathesis==4.32.5";
const EVERYBODY = ["nobody", "station", "operator", "auditor", "engineer", "administrator"];
/** Refusals for haste would hide what lies behind them; whoever sets these otherwise fuzzes under limits. */
const UNLIMITED = {
	RATE_LIMIT_ADDRESS: "0",
	RATE_LIMIT_ACCOUNT: "0",
	RATE_LIMIT_SIGN_IN: "0",
};
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..");

const { values } = parseArgs({
	options: {
		examples: { type: "string", default: "40" },
		seed: { type: "string", default: "1" },
		as: { type: "string", default: EVERYBODY.join(",") },
		out: { type: "string" },
		url: { type: "string" },
		data: { type: "string" },
		venv: { type: "string" },
	},
});
const work = mkdtempSync(join(tmpdir(), "vinspect-fuzz-"));
const out = values.out ?? work;

/** The command line of schemathesis, installed once for this run. */
function schemathesis() {
	const venv = values.venv ?? join(work, "venv");
	const program = join(venv, "bin", "st");
	if (existsSync(program)) return program;
	for (const [command, ...args] of [
		["python3", "-m", "venv", venv],
		[join(venv, "bin", "pip"), "install", "-q", SCHEMATHESIS],
	]) {
		const done = spawnSync(command, args, { stdio: "inherit" });
		if (done.status !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
	}
	return program;
}

function freePort() {
	return new Promise((resolve) => {
		const server = createServer().listen(0, "127.0.0.1", () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});
}

/** A plant of its own, or the one that runs. */
async function plant() {
	if (values.url) return { url: values.url, data: values.data, stop: async () => {} };
	const port = await freePort();
	const data = join(work, "data");
	const child = spawn(process.execPath, [join(root, "scripts", "vinspect.mjs"), "start"], {
		env: {
			...UNLIMITED,
			...process.env,
			HOST: "127.0.0.1",
			PORT: String(port),
			DATA_DIR: data,
			VINSPECT_DEMO: "on",
		},
		stdio: ["ignore", "inherit", "inherit"],
	});
	const ended = new Promise((resolve) => child.once("exit", resolve));
	const stop = async () => {
		child.kill("SIGTERM");
		await ended;
	};
	const url = `http://127.0.0.1:${port}`;
	try {
		await ready(url, join(data, "first-sign-in.txt"));
	} catch (error) {
		await stop();
		throw error;
	}
	return { url, data, stop };
}

async function ready(url, signIns) {
	for (let second = 0; second < 600; second++) {
		const answer = await fetch(`${url}/ready`).catch(() => null);
		if (answer?.ok && existsSync(signIns)) return;
		await pause(1000);
	}
	throw new Error("the plant was not ready within ten minutes");
}

/** Passwords that had to be changed at the first sign-in. */
const changed = new Map();

/** Headers of somebody who has signed in by name and password; one that must be changed is. */
async function signIn(url, name, password) {
	const answer = await fetch(`${url}/api/v1/session`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ name, password: changed.get(name) ?? password }),
	});
	if (!answer.ok) throw new Error(`${name} could not sign in: ${answer.status} ${await answer.text()}`);
	const { csrfToken, mustChangePassword } = await answer.json();
	const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(";", 1)[0]);
	const headers = { Cookie: cookies.join("; "), "X-CSRF-Token": csrfToken };
	if (!mustChangePassword) return headers;
	const next = randomBytes(18).toString("base64url");
	const done = await fetch(`${url}/api/v1/session/password`, {
		method: "PUT",
		headers: { ...headers, "content-type": "application/json" },
		body: JSON.stringify({ current: password, password: next }),
	});
	if (!done.ok) throw new Error(`${name} could not change the password: ${done.status} ${await done.text()}`);
	changed.set(name, next);
	return headers;
}

async function ask(url, headers, method, path, body) {
	const answer = await fetch(`${url}/api/v1${path}`, {
		method,
		headers: { ...headers, ...(body ? { "content-type": "application/json" } : {}) },
		...(body ? { body: JSON.stringify(body) } : {}),
	});
	if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
	return answer.json();
}

/** One set of credentials for each role; the station's is its key. */
async function everybody({ url, data }) {
	const passwords = Object.fromEntries(
		readFileSync(join(data, "first-sign-in.txt"), "utf8")
			.split("\n")
			.map((line) => line.trim().split(/\s+/))
			.filter(([name, password]) => EVERYBODY.includes(name) && password),
	);
	const administrator = await signIn(url, "administrator", passwords.administrator);
	const tail = Date.now().toString(36);
	const password = `fuzz-${tail}-Engineer`;
	const engineer = { name: `fuzz-engineer-${tail}`, displayName: "Fuzzer", role: "engineer", password };
	await ask(url, administrator, "POST", "/accounts", engineer);
	const { key } = await ask(url, administrator, "POST", "/stations", { name: `fuzz-station-${tail}` });
	// what is fuzzed with may be disabled and its key replaced; the plant's own stations go on
	await ask(url, administrator, "POST", "/stations", { name: `fuzz-target-${tail}` });
	return {
		nobody: {},
		station: { Authorization: `Bearer ${key}` },
		operator: await signIn(url, "operator", passwords.operator),
		auditor: await signIn(url, "auditor", passwords.auditor),
		engineer: await signIn(url, engineer.name, password),
		administrator,
		leaving: await signIn(url, "operator", passwords.operator),
	};
}

/** Names that exist, by parameter; the demonstration is given time to bring some to an end. */
async function known({ url }, administrator) {
	const get = (path) => ask(url, administrator, "GET", path);
	for (let second = 0; second < 300; second++) {
		const { items } = await get("/inspections?status=sealed&limit=10");
		if (items.length >= 5) break;
		await pause(1000);
	}
	const inspections = (await get("/inspections?limit=50")).items;
	const exceptions = (await get("/exceptions?limit=50")).items;
	const whole = await Promise.all(
		inspections.slice(0, 10).map((row) => get(`/inspections/${row.inspectionId}`)),
	);
	const stations = (await get("/stations")).items.map(({ name }) => name);
	return {
		inspectionId: inspections.map((row) => row.inspectionId),
		exceptionId: exceptions.map((exception) => exception.exceptionId),
		sha256: whole.flatMap(({ captures }) => captures.map((capture) => capture.sha256)),
		capture: whole.flatMap(({ captures }) => captures.map((capture) => capture.sha256)),
		productionNumber: inspections.map((row) => row.productionNumber),
		model: [...new Set(inspections.map((row) => row.model))],
		name: stations.filter((name) => name.startsWith("fuzz-target")),
		station: stations,
		witness: [...new Set(whole.flatMap(({ captures }) => captures.map((capture) => capture.witness)))],
	};
}

/** Runs schemathesis as somebody; true where it found nothing. */
function fuzz(program, url, who, headers, filter, environment) {
	const args = [
		"run",
		`${url}/api/v1/openapi.json`,
		...["--url", `${url}/api/v1`, "--seed", values.seed, "--max-examples", values.examples],
		...["--workers", "1", "--request-timeout", "60", "--continue-on-failure", "--no-shrink"],
		...["--exclude-checks", "positive_data_acceptance,ignored_auth", "--warnings", "off"],
		...["--suppress-health-check", "all", "--report", "ndjson"],
		...["--report-ndjson-path", join(out, `${who}.ndjson`)],
		...Object.entries(headers).flatMap(([name, value]) => ["--header", `${name}: ${value}`]),
		...filter,
	];
	return new Promise((resolve) => {
		const child = spawn(program, args, {
			env: {
				...process.env,
				...environment,
				PYTHONPATH: here,
				PYTHONDONTWRITEBYTECODE: "1",
				SCHEMATHESIS_HOOKS: "fuzz_api_hooks",
			},
			stdio: ["ignore", "inherit", "inherit"],
			cwd: work,
		});
		child.once("exit", (code) => resolve(code === 0));
	});
}

/**
 * Event streams never end, so schemathesis can't ask for them: each is opened with odd cursors and ids, its head
 * looked at, and hung up. What is not described is told.
 */
async function fuzzStreams(url, headers, names, description) {
	const found = [];
	const counts = {};
	const cursors = [undefined, "0", "-1", "zzzz", '{"$gt":""}', "A".repeat(4000), "%00", "../../etc/passwd"];
	const ids = [
		names.inspectionId[0],
		"NOWHERE-1",
		"%00",
		"%2e%2e%2f",
		"..%5c",
		"a[$ne]",
		"A".repeat(900),
		"%ff",
	];
	for (const path of ["/events", "/inspections/{inspectionId}/events"])
		for (const id of path.includes("{") ? ids : ["-"])
			for (const cursor of cursors) {
				const abort = new AbortController();
				const answer = await fetch(`${url}/api/v1${path.replace("{inspectionId}", id)}`, {
					headers: { ...headers, ...(cursor === undefined ? {} : { "Last-Event-ID": cursor }) },
					signal: abort.signal,
				});
				abort.abort();
				const type = answer.headers.get("content-type")?.split(";", 1)[0];
				counts[answer.status] = (counts[answer.status] ?? 0) + 1;
				const described = description.paths[path].get.responses[answer.status]?.content?.[type];
				if (!described || answer.status >= 500)
					found.push(`GET ${path} ${id} ${cursor}: ${answer.status} ${type}`);
			}
	return { counts, found };
}

function tally(file) {
	const counts = {};
	let slowest = 0;
	for (const line of existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : []) {
		const [, , status, ms] = line.split("\t");
		counts[status] = (counts[status] ?? 0) + 1;
		slowest = Math.max(slowest, Number(ms));
	}
	return { counts, slowest };
}

const program = schemathesis();
const running = await plant();
let failed = false;
const rows = [];
try {
	const credentials = await everybody(running);
	const names = await known(running, credentials.administrator);
	const knownFile = join(work, "known.json");
	writeFileSync(knownFile, JSON.stringify(names));
	const description = await (await fetch(`${running.url}/api/v1/openapi.json`)).json();
	const as = async (who, headers, filter) => {
		const FUZZ_COUNTS = join(work, `${who}.tsv`);
		const clean = await fuzz(program, running.url, who, headers, filter, {
			FUZZ_KNOWN: knownFile,
			FUZZ_COUNTS,
		});
		const { counts, slowest } = tally(FUZZ_COUNTS);
		rows.push({ who, clean, slowest, ...counts });
		failed ||= !clean;
	};
	for (const who of values.as.split(",")) {
		await as(who, credentials[who], ["--exclude-tag", "live", "--exclude-operation-id", "signOut"]);
		const streams = await fuzzStreams(running.url, credentials[who], names, description);
		for (const line of streams.found) console.log(`streams as ${who}: ${line}`);
		rows.push({ who: `${who}, streams`, clean: streams.found.length === 0, ...streams.counts });
		failed ||= streams.found.length > 0;
	}
	await as("leaving", credentials.leaving, ["--include-operation-id", "signOut"]);
	const alive = await fetch(`${running.url}/ready`);
	if (!alive.ok) failed = true;
	console.table(rows);
	console.log(`afterwards the plant is ${alive.ok ? "ready" : `not ready: ${alive.status}`}`);
} finally {
	await running.stop();
	rmSync(work, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
