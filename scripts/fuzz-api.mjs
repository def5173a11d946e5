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
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { known, sessionsOf } from "./fuzz/known.mjs";
import { EVERYBODY, everybody, newPerson } from "./fuzz/people.mjs";
import { plantToFuzz } from "./fuzz/plant.mjs";

const SCHEMATHESIS = "schemathesis==4.32.5";
const here = dirname(fileURLToPath(import.meta.url));

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
const running = await plantToFuzz(values, work);
let failed = false;
const rows = [];
try {
	const credentials = await everybody(running);
	const names = await known(running, credentials.keeper);
	const description = await (await fetch(`${running.url}/api/v1/openapi.json`)).json();
	const as = async (who, headers, filter) => {
		const FUZZ_COUNTS = join(work, `${who}.tsv`);
		const FUZZ_KNOWN = join(work, `${who}.json`);
		const { used, others } = await sessionsOf(running, headers);
		writeFileSync(FUZZ_KNOWN, JSON.stringify({ ...names, sessionId: others, kept: [...names.kept, used] }));
		const clean = await fuzz(program, running.url, who, headers, filter, { FUZZ_KNOWN, FUZZ_COUNTS });
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
	await as("leaving", await newPerson(running.url, credentials.keeper, "operator"), [
		"--include-operation-id",
		"signOut",
	]);
	const alive = await fetch(`${running.url}/ready`);
	if (!alive.ok) failed = true;
	console.table(rows);
	console.log(`afterwards the plant is ${alive.ok ? "ready" : `not ready: ${alive.status}`}`);
} finally {
	await running.stop();
	rmSync(work, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
