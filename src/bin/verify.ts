import type { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Command, Option } from "commander";
import type { Verification } from "../contracts/report.js";
import { certificatesFromPem } from "../signing/certificate-chain.js";
import { verifyReport } from "../signing/verify-report.js";

type Language = "en" | "zh";

interface Options {
	readonly json?: boolean;
	readonly trust?: string;
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
		console.log(`  ${ok ? "✓" : "✗"} ${check.padEnd(23)} ${explanation}`);
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

async function verifyFiles(files: readonly string[], options: Options, self: Command): Promise<void> {
	const { trust, lang, json } = options;
	const trustedRoots =
		trust === undefined
			? undefined
			: await readRoots(trust).catch((cause: unknown) =>
					self.error(
						`error: --trust ${trust}: ${reasonOf(cause)}; give a PEM file with the plant's root certificate.`,
					),
				);
	for (const file of files) {
		const verification = await readFile(file).then(
			(pdf) => verifyReport(pdf, { locale: lang, ...(trustedRoots ? { trustedRoots } : {}) }),
			(cause: unknown) => unreadable(cause, lang),
		);
		if (!verification.valid) process.exitCode = 1;
		if (json) console.log(JSON.stringify({ file, ...verification }));
		else print(file, verification, lang);
	}
}

/** `vinspect verify REPORT.pdf…`: checks signed reports offline; exit code 1 where one is not valid. */
export function command(): Command {
	return new Command("verify")
		.description("verify signed reports offline: bytes, signature, certificates, record and audit chain")
		.argument("<report...>", "signed PDF reports")
		.option("--json", "one line of JSON for each report")
		.option("--trust <pem>", "root certificates to trust (the plant's plant-ca.pem)")
		.addOption(
			new Option("--lang <language>", "language of the explanations").choices(["en", "zh"]).default("en"),
		)
		.action((files: string[], options: Options, self: Command) => verifyFiles(files, options, self));
}
