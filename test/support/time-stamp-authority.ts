import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const CONFIGURATION = `
[req]
distinguished_name = name
prompt = no
[name]
CN = set by -subj
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[stamp]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature, nonRepudiation
extendedKeyUsage = critical, timeStamping
authorityKeyIdentifier = keyid
[tsa]
default_tsa = here
[here]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
`;

export interface RunningAuthority {
	readonly url: string;
	/** PEM file with its root certificate. */
	readonly root: string;
	/** How often it was asked. */
	asked(): number;
	/** Stops answering; `answer()` takes it up again. */
	fail(how: "status" | "hang" | "garbage" | "replay"): void;
	answer(): void;
	close(): Promise<void>;
}

/** Whether the program that makes the tokens is there: `openssl ts` of OpenSSL. */
export const hasOpensslTs = await run("openssl", ["version"]).then(
	({ stdout }) => stdout.startsWith("OpenSSL"),
	() => false,
);

/** A time-stamp authority (RFC 3161 over HTTP) whose tokens OpenSSL makes, with a root of its own. */
export async function startTimeStampAuthority(kind: "rsa" | "ec" = "rsa"): Promise<RunningAuthority> {
	const folder = await mkdtemp(join(tmpdir(), "vinspect-tsa-"));
	const openssl = (...args: string[]) => run("openssl", args, { cwd: folder });
	await writeFile(join(folder, "tsa.cnf"), CONFIGURATION);
	await writeFile(join(folder, "serial"), "01\n");
	const key = kind === "rsa" ? ["rsa:2048"] : ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"];
	const made = ["-nodes", "-config", "tsa.cnf", "-newkey", ...key];
	await openssl("req", "-x509", "-days", "30", "-subj", "/CN=Time Root", "-extensions", "root", ...made, "-keyout", "root.key", "-out", "root.pem"); // biome-ignore format: one command
	await openssl("req", "-subj", "/CN=Time Stamp Unit 1", ...made, "-keyout", "tsa.key", "-out", "tsa.csr"); // biome-ignore format: one command
	await openssl("x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "20", "-extfile", "tsa.cnf", "-extensions", "stamp", "-out", "tsa.pem"); // biome-ignore format: one command

	let failure: "status" | "hang" | "garbage" | "replay" | null = null;
	let asked = 0;
	let last: Buffer | null = null;
	const reply = async (query: Buffer): Promise<Buffer> => {
		await writeFile(join(folder, "query.tsq"), query);
		await openssl("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-signer", "tsa.pem", "-inkey", "tsa.key", "-chain", "root.pem", "-out", "reply.tsr"); // biome-ignore format: one command
		return readFile(join(folder, "reply.tsr"));
	};
	// One after the other, as OpenSSL keeps its serial number in a file.
	let turn: Promise<unknown> = Promise.resolve();
	const server = createServer((request, response) => {
		const parts: Buffer[] = [];
		request.on("data", (part: Buffer) => parts.push(part));
		request.on("end", () => {
			asked++;
			if (failure === "hang") return;
			if (failure === "status") return void response.writeHead(503).end("away");
			if (failure === "garbage") return void response.end(Buffer.from("no token here"));
			if (failure === "replay" && last) return void response.end(last);
			turn = turn.then(async () => {
				last = await reply(Buffer.concat(parts));
				response.setHeader("Content-Type", "application/timestamp-reply").end(last);
			});
			turn.catch(() => response.writeHead(500).end());
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}/tsa`,
		root: join(folder, "root.pem"),
		asked: () => asked,
		fail(how) {
			failure = how;
		},
		answer() {
			failure = null;
		},
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
			await rm(folder, { recursive: true, force: true });
		},
	};
}
