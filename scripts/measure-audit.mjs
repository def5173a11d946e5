#!/usr/bin/env node
/**
 * How long the plant's audit chain takes at scale: telling it, exporting it, and verifying it from the store and from
 * the export.
 *
 *   npm run build && npm run measure:audit -- --count 1000000 [--skip-store]
 *
 * Runs on a store of its own in a temporary folder: MONGODB_URI's server where set (in a database of its own), the
 * embedded one otherwise. `--skip-store` makes the export without a store.
 */
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { parseArgs } from "node:util";

const from = (path) => import(new URL(`../dist/src/${path}.js`, import.meta.url).href);
const { ChainedAuditLog } = await from("audit/audit-log");
const { exportAudit, exportedChain } = await from("audit/audit-file");
const { auditDraft } = await from("audit/draft");
const { genesisOfPlant, linkEvents } = await from("audit/plant-chain");
const { signHead } = await from("audit/signed-heads");
const { storedChain, verifyAudit } = await from("audit/verify-audit");
const { loadSettings } = await from("config/settings");
const { startMongo } = await from("embedded/mongo-server");
const { createProgress } = await from("embedded/progress");
const { connectStore } = await from("persistence/mongo-store");
const { openSigner } = await from("signing/signer");

const { values } = parseArgs({
	options: {
		count: { type: "string", default: "1000000" },
		"skip-store": { type: "boolean", default: false },
	},
});
const count = Number(values.count);
const PLANT = "MEASURED";
const TOGETHER = 500;
/** An end is signed after so many events: about ten minutes of a line at 7,200 vehicles an hour. */
const SIGNED_EVERY = 25_000;

const ACTIONS = ["track_in", "capture_received", "observed", "disposition_reached", "sealed"];
function draft(i) {
	const subject = `${PLANT}-P${Math.floor(i / 20)}-1`;
	return auditDraft({ name: "body-stamp", role: "station" }, ACTIONS[i % ACTIONS.length], subject, {
		eventId: `inspection/${subject}/${i % 20}`,
		at: new Date(Date.UTC(2026, 0, 1) + i * 25).toISOString(),
		sha256: i.toString(16).padStart(64, "0"),
		detail: { witness: "stamp", station: "body-stamp", link: i.toString(16).padStart(64, "f") },
	});
}
const drafts = (start, length) => Array.from({ length }, (_, i) => draft(start + i));

async function timed(what, work) {
	const began = performance.now();
	const cpu = process.cpuUsage();
	const result = await work();
	const seconds = (performance.now() - began) / 1000;
	const used = process.cpuUsage(cpu);
	const processor = ((used.user + used.system) / 1e6).toFixed(1);
	const rate = Math.round(count / seconds).toLocaleString("en");
	console.log(
		`${what.padEnd(44)} ${seconds.toFixed(1).padStart(7)} s  (${processor} s of processor)  ${rate} events/s  load ${loadavg()[0].toFixed(1)}`,
	);
	return result;
}

const expectWhole = ({ valid, events, broken }) => {
	if (!valid || events !== count) throw new Error(`not whole: ${events} ${JSON.stringify(broken)}`);
};

async function inStore(folder, signer) {
	const settings = { ...loadSettings(process.env), dataDir: folder };
	const source = {
		serversDir: settings.serversDir,
		downloads: settings.downloads,
		progress: createProgress(),
	};
	const server = settings.mongoUri ? null : await startMongo(folder, source);
	const uri = new URL(server?.uri ?? settings.mongoUri);
	uri.pathname = `/measure-audit-${process.pid}`;
	const store = await connectStore(uri.toString());
	try {
		console.log(`${await store.describe()}`);
		const log = new ChainedAuditLog(store.audit, PLANT);
		await timed(`told, ${TOGETHER} at a time`, async () => {
			for (let i = 0; i < count; i += TOGETHER) {
				await log.append(drafts(i, Math.min(TOGETHER, count - i)));
				if (i % SIGNED_EVERY === 0)
					await store.audit.keepSignedHead(await signHead(await log.head(), PLANT, new Date(), signer));
			}
		});
		const began = performance.now();
		for (let i = 0; i < 200; i += 1)
			await log.append([auditDraft({ name: "a", role: "operator" }, "decided", "I")]);
		console.log(`one event at a time: ${((performance.now() - began) / 200).toFixed(2)} ms each (n = 200)`);
		const signed = await store.audit.signedHeads();
		const roots = [new (await import("node:crypto")).X509Certificate(signer.certificates.at(-1))];
		const verification = await timed("verified from the store", async () =>
			verifyAudit({ plant: PLANT, source: await storedChain(store.audit), signed, roots }),
		);
		if (!verification.valid || verification.events !== count + 200)
			throw new Error("the stored chain is not whole");
		const page = performance.now();
		await store.audit.list({}, null, 50);
		console.log(`newest 50 for the auditor's page: ${(performance.now() - page).toFixed(0)} ms`);
		const one = performance.now();
		await store.audit.list({ subject: `${PLANT}-P7-1` }, null, 50);
		console.log(`one inspection's events: ${(performance.now() - one).toFixed(0)} ms`);
		await timed("exported", () => exportAudit(store.audit, PLANT, signed, join(folder, "store.jsonl")));
	} finally {
		await store.close();
		await server?.stop();
	}
}

async function inFile(folder, signer) {
	const path = join(folder, "audit.jsonl");
	const signedHeads = [];
	const chunks = join(folder, "events.jsonl");
	const file = createWriteStream(chunks);
	let head = genesisOfPlant(PLANT);
	for (let i = 0; i < count; i += TOGETHER) {
		const links = linkEvents(head, drafts(i, Math.min(TOGETHER, count - i)));
		head = { seq: links.at(-1).seq, hash: links.at(-1).hash };
		if (i % SIGNED_EVERY === 0) signedHeads.push(await signHead(head, PLANT, new Date(), signer));
		if (!file.write(`${links.map((link) => JSON.stringify(link)).join("\n")}\n`))
			await new Promise((resolve) => file.once("drain", resolve));
	}
	file.end();
	await finished(file);
	const whole = createWriteStream(path);
	const header = { schema: "vinspect/audit-export/1", plant: PLANT, exportedAt: new Date().toISOString() };
	whole.write(`${JSON.stringify({ ...header, noted: head, signedHeads })}\n`);
	const { createReadStream } = await import("node:fs");
	await new Promise((resolve, reject) =>
		createReadStream(chunks).on("error", reject).pipe(whole).on("error", reject).on("finish", resolve),
	);
	console.log(`${((await stat(path)).size / 1e6).toFixed(0)} MB, ${signedHeads.length} signed heads`);
	const roots = [new (await import("node:crypto")).X509Certificate(signer.certificates.at(-1))];
	const exported = await exportedChain(path);
	expectWhole(
		await timed("verified from an export", () =>
			verifyAudit({ ...exported, signed: exported.signedHeads, roots }),
		),
	);
}

console.log(
	`${count.toLocaleString("en")} events, ${cpus().length} × ${cpus()[0].model}, Node ${process.version}`,
);
const folder = await mkdtemp(join(tmpdir(), "vinspect-measure-"));
try {
	const signer = await openSigner({ folder: join(folder, "keys"), plant: PLANT });
	await inFile(folder, signer);
	if (!values["skip-store"]) await inStore(folder, signer);
} finally {
	await rm(folder, { recursive: true, force: true });
}
