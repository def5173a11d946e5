#!/usr/bin/env node
/**
 * Sends damaged pictures and decompression bombs through the product's own intake and tells what came of them:
 *
 *   node scripts/fuzz-pictures.mjs [--count 5000] [--seed 1] [--limit 1000]
 *
 * Every file must be read or refused by a name of the registry, within `--limit` milliseconds of processor time (what is as large as
 * intake allows is timed apart), and the decoding process must outlive it. Ends with 1 otherwise. Run `npm run build`
 * before.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { GUARD_LIMITS, PictureGuard } from "../dist/src/vision/picture-guard.js";
import { bombs } from "./fuzz-pictures/bombs.mjs";
import { generator, mutate } from "./fuzz-pictures/mutations.mjs";
import { seeds } from "./fuzz-pictures/seeds.mjs";

const { values } = parseArgs({
	options: {
		count: { type: "string", default: "5000" },
		seed: { type: "string", default: "1" },
		limit: { type: "string", default: "1000" },
	},
});
const limit = Number(values.limit);

const guard = new PictureGuard({ ...GUARD_LIMITS, processes: 1 });
let peak = 0;
const processes = new Set();

/** Peak memory of the decoding processes so far, by the system's own account. */
function lookAtProcesses() {
	for (const pid of guard.processIds) {
		processes.add(pid);
		const status = readFileSync(`/proc/${pid}/status`, "utf8");
		peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024);
	}
}

const outcomes = new Map();
const wrong = [];
let longest = 0;
const slowest = { light: { ms: 0, what: "" }, heavy: { ms: 0, what: "" } };

/** Processor time of the decoding processes, in milliseconds to the nearest ten; what else the machine does is not in it. */
function cpuMs() {
	return guard.processIds.reduce((sum, pid) => {
		const text = readFileSync(`/proc/${pid}/stat`, "utf8");
		const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
		return sum + (Number(fields[11]) + Number(fields[12])) * 10;
	}, 0);
}

async function send({ what, bytes, heavy = false }) {
	const [process] = guard.processIds;
	const before = process === undefined ? 0 : cpuMs();
	const began = performance.now();
	const outcome = await guard.probe(bytes).then(
		() => "read",
		(error) => (error.code?.startsWith("picture_") ? error.code : `UNNAMED: ${error.message}`),
	);
	// of a process that was given up nothing is left but the time it was waited for
	const waited = performance.now() - began;
	const ms = guard.processIds[0] === process ? Math.min(waited, cpuMs() - before) : waited;
	longest = Math.max(longest, heavy ? 0 : waited);
	outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
	const slow = slowest[heavy ? "heavy" : "light"];
	if (ms > slow.ms) Object.assign(slow, { ms, what: `${what} (${outcome})` });
	if (outcome.startsWith("UNNAMED") || (!heavy && ms > limit)) {
		const kept = join(tmpdir(), `vinspect-fuzz-${wrong.length}`);
		writeFileSync(kept, bytes);
		wrong.push(`${what}: ${outcome} in ${Math.round(ms)} ms, kept as ${kept}`);
	}
	return { outcome, ms };
}

const all = await seeds();
for (const seed of all) {
	const { outcome } = await send({ what: seed.name, bytes: seed.bytes });
	if (outcome !== "read") wrong.push(`${seed.name}: an undamaged picture is refused: ${outcome}`);
}
const pick = generator(Number(values.seed));
for (let n = 0; n < Number(values.count); n++) {
	await send(mutate(all[pick(all.length)], pick, all));
	if (n % 100 === 0) lookAtProcesses();
}
lookAtProcesses();
const mutated = peak;
for (const bomb of await bombs()) {
	const { outcome, ms } = await send(bomb);
	lookAtProcesses();
	console.log(
		`${String(Math.round(ms)).padStart(6)} ms  ${outcome.padEnd(22)} ${bomb.what}, ${bomb.bytes.length} bytes`,
	);
}
guard.close();

const mib = (bytes) => `${Math.round(bytes / 2 ** 20)} MiB`;
console.table(Object.fromEntries([...outcomes].toSorted(([a], [b]) => (a < b ? -1 : 1))));
console.log(`slowest ${Math.round(slowest.light.ms)} ms: ${slowest.light.what}`);
console.log(`longest wait ${Math.round(longest)} ms with whatever else the machine did`);
console.log(`slowest of the largest ${Math.round(slowest.heavy.ms)} ms: ${slowest.heavy.what}`);
console.log(
	`decoding processes ${processes.size}, peak memory ${mib(mutated)} with damaged pictures, ${mib(peak)} with bombs`,
);
for (const line of wrong) console.log(`WRONG ${line}`);
process.exit(wrong.length === 0 ? 0 : 1);
