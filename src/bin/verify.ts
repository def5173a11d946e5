import type { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { X509Crl } from "@peculiar/x509";
import { Command, InvalidArgumentError, Option } from "commander";
import { loadSettings } from "../config/settings.js";
import type { Verification } from "../contracts/report.js";
import { createProgress } from "../embedded/progress.js";
import { withArchive } from "../reporting/report-archive.js";
import { certificatesFromPem } from "../signing/certificate-chain.js";
import { crlsFrom } from "../signing/judge-revocation.js";
import { type VerifyOptions, verifyReport } from "../signing/verify-report.js";

type Language = "en" | "zh";

interface Options {
	readonly json?: boolean;
	readonly trust?: string;
	readonly trustTsa?: string;
	readonly crl?: readonly string[];
	readonly record?: string;
	readonly expectCountersigned?: boolean;
	readonly expectTimeStamp?: boolean;
	readonly expectSha256?: string;
	readonly expectInspection?: string;
	readonly archive?: boolean;
	readonly lang: Language;
}

const WORDS = {
	en: { valid: "VALID", invalid: "NOT VALID", signed: "signed by", countersigned: "countersigned by" },
	zh: { valid: "有效", invalid: "无效", signed: "签名者", countersigned: "会签者" },
};

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

function print(file: string, verification: Verification, language: Language): void {
	const words = WORDS[language];
	const { valid, signer, signedAt, countersignature, inspectionId, disposition } = verification;
	console.log(`${file}: ${valid ? words.valid : words.invalid}`);
	if (inspectionId) console.log(`  ${inspectionId}: ${disposition ?? "–"}`);
	if (signer) console.log(`  ${words.signed} ${signer}${signedAt ? `, ${signedAt}` : ""}`);
	if (countersignature)
		console.log(
			`  ${words.countersigned} ${countersignature.signer}, ${countersignature.signedAt}: ${countersignature.reason}`,
		);
	for (const { ok, check, explanation } of verification.checks)
		console.log(`  ${ok ? "✓" : "✗"} ${check.padEnd(25)} ${explanation}`);
}

function unreadable(cause: unknown, language: Language): Verification {
	const explanation =
		language === "zh" ? `文件无法读取：${reasonOf(cause)}。` : `The file can't be read: ${reasonOf(cause)}.`;
	return {
		valid: false,
		checks: [{ check: "file", ok: false, explanation }],
		signer: null,
		signedAt: null,
		countersignature: null,
		inspectionId: null,
		disposition: null,
	};
}

async function readRoots(path: string): Promise<X509Certificate[]> {
	const roots = certificatesFromPem(await readFile(path, "utf8"));
	if (roots.length === 0) throw new Error("it holds no PEM certificate");
	return roots;
}

/** What an option's file holds; ends the command with a sentence where it can't be used. */
async function given<T>(
	self: Command,
	option: string,
	path: string | undefined,
	read: (path: string) => Promise<T>,
	wanted: string,
): Promise<T | undefined> {
	if (path === undefined) return undefined;
	return read(path).catch((cause: unknown) =>
		self.error(`error: ${option} ${path}: ${reasonOf(cause)}; give ${wanted}.`),
	);
}

async function optionsOf(options: Options, self: Command): Promise<VerifyOptions> {
	const { lang, trust, trustTsa, crl, record } = options;
	const rootFile = "a PEM file with the root certificate";
	const trustedRoots = await given(self, "--trust", trust, readRoots, `${rootFile} of the plant`);
	const timeStampRoots = await given(
		self,
		"--trust-tsa",
		trustTsa,
		readRoots,
		`${rootFile} of the time-stamp authority`,
	);
	const readCrls = async (path: string) => crlsFrom(await readFile(path));
	const crls: X509Crl[] = [];
	for (const path of crl ?? [])
		crls.push(...((await given(self, "--crl", path, readCrls, "a revocation list in DER or PEM")) ?? []));
	const recordBytes = await given(self, "--record", record, (path) => readFile(path), "the record's file");
	return {
		locale: lang,
		...(trustedRoots ? { trustedRoots } : {}),
		...(timeStampRoots ? { timeStampRoots } : {}),
		...(crls.length > 0 ? { crls } : {}),
		expected: {
			countersigned: options.expectCountersigned ?? false,
			timeStamped: options.expectTimeStamp ?? false,
			...(options.expectSha256 === undefined ? {} : { sha256: options.expectSha256 }),
			...(options.expectInspection === undefined ? {} : { inspectionId: options.expectInspection }),
			...(recordBytes ? { record: recordBytes } : {}),
		},
	};
}

type Verifier = (pdf: Uint8Array) => Promise<Verification>;

async function verifyFiles(files: readonly string[], options: Options, verify: Verifier): Promise<void> {
	for (const file of files) {
		const verification = await readFile(file).then(verify, (cause: unknown) =>
			unreadable(cause, options.lang),
		);
		if (!verification.valid) process.exitCode = 1;
		if (options.json) console.log(JSON.stringify({ file, ...verification }));
		else print(file, verification, options.lang);
	}
}

/** Asks the plant's own archive too, which knows whether there is a later revision. */
async function verifyAgainstArchive(
	files: readonly string[],
	options: Options,
	verify: Verifier,
): Promise<void> {
	const settings = loadSettings(process.env);
	// Loaded when asked for, so that verifying offline waits for no database library.
	const { withStore } = await import("../supervision/with-store.js");
	await withStore(settings, createProgress(), (store) =>
		verifyFiles(files, options, async (pdf) => withArchive(await verify(pdf), pdf, store, options.lang)),
	);
}

const sha256Argument = (value: string): string => {
	if (/^[0-9a-f]{64}$/i.test(value)) return value;
	throw new InvalidArgumentError("expected 64 hexadecimal digits.");
};

/** `vinspect verify REPORT.pdf…`: checks signed reports offline; exit code 1 where one is not valid. */
export function command(): Command {
	return new Command("verify")
		.description("verify signed reports offline: bytes, signature, certificates, record and audit chain")
		.argument("<report...>", "signed PDF reports")
		.option("--json", "one line of JSON for each report")
		.option("--trust <pem>", "root certificates to trust (the plant's plant-ca.pem)")
		.option("--trust-tsa <pem>", "root certificates of the time-stamp authorities to trust")
		.option("--crl <file...>", "revocation lists of those who issued the certificates (DER or PEM)")
		.option(
			"--record <json>",
			"the record that was handed over beside the report: it has to be the one in it",
		)
		.option("--expect-countersigned", "refuse a report without a counter-signature, as one cut back has none")
		.option("--expect-time-stamp", "refuse a report with a signature that is not time-stamped")
		.option("--expect-sha256 <hex>", "refuse any other file than the one with this digest", sha256Argument)
		.option("--expect-inspection <id>", "refuse the report of any other inspection")
		.option("--archive", "ask this plant's archive too, whether it is the latest revision it holds")
		.addOption(
			new Option("--lang <language>", "language of the explanations").choices(["en", "zh"]).default("en"),
		)
		.action(async (files: string[], options: Options, self: Command) => {
			const asked = await optionsOf(options, self);
			const verify: Verifier = (pdf) => verifyReport(pdf, asked);
			await (options.archive ? verifyAgainstArchive : verifyFiles)(files, options, verify);
		});
}
