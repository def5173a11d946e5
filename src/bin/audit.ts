import type { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Command, Option } from "commander";
import { exportAudit, exportedChain } from "../audit/audit-file.js";
import { headsOfReports, type NamedReport, reportsInFolder, storedReports } from "../audit/report-heads.js";
import { filedHeads, readHeadFile } from "../audit/signed-heads.js";
import { verifyAudit, verifyStoredAudit } from "../audit/verify-audit.js";
import { loadSettings, type Settings } from "../config/settings.js";
import type { AuditVerification } from "../contracts/audit.js";
import { VinspectError } from "../domain/errors.js";
import { createProgress } from "../embedded/progress.js";
import { certificatesFromPem } from "../signing/certificate-chain.js";
import { openContentStores } from "../storage/open-content-stores.js";
import { readTrustedRoots } from "../supervision/trusted-root.js";
import { withStore } from "../supervision/with-store.js";

type Language = "en" | "zh";

interface VerifyOptions {
	readonly json?: true;
	readonly heads?: string;
	readonly trust?: string;
	/** A folder of reports; true: those the plant keeps; false: none. */
	readonly reports: string | boolean;
	readonly lang: Language;
}

async function rootsOf(trust: string | undefined, dataDir: string): Promise<readonly X509Certificate[]> {
	if (trust === undefined) return readTrustedRoots(dataDir);
	const roots = certificatesFromPem(await readFile(trust, "utf8"));
	if (roots.length > 0) return roots;
	throw new VinspectError("request_invalid", `${trust} holds no PEM certificate: give the plant's root.`);
}

/** The reports whose heads are asked for. An export is verified without the plant, so without its reports. */
async function askedReports(
	{ reports }: VerifyOptions,
	settings: Settings,
	exported: boolean,
): Promise<AsyncIterable<NamedReport> | null> {
	if (typeof reports === "string") return reportsInFolder(reports);
	return reports && !exported ? storedReports((await openContentStores(settings)).reports) : null;
}

async function verified(file: string | undefined, options: VerifyOptions): Promise<AuditVerification> {
	const settings = loadSettings(process.env);
	const { dataDir, plant } = settings;
	const roots = await rootsOf(options.trust, dataDir);
	const filed = await (options.heads === undefined ? filedHeads(dataDir) : readHeadFile(options.heads));
	const asked = await askedReports(options, settings, file !== undefined);
	const reportHeads = async (of: string) => asked && headsOfReports(asked, of, roots);
	if (file === undefined) {
		const reports = await reportHeads(plant);
		return withStore(settings, createProgress(), (store) =>
			verifyStoredAudit(store.audit, { plant, filed, roots, reports }),
		);
	}
	const { source, signedHeads, ...exported } = await exportedChain(file);
	const signed = [...signedHeads, ...filed.heads.filter((head) => head.plant === exported.plant)];
	const reports = await reportHeads(exported.plant);
	return verifyAudit({ plant: exported.plant, source, signed, reports, damaged: filed.damaged, roots });
}

function sentenceOf(result: AuditVerification, language: Language): string {
	const { plant, events, head, signedHeads, lastSigned, reports, broken, ms } = result;
	const seconds = (ms / 1000).toFixed(1);
	if (broken) {
		const place = language === "zh" ? "首个断点" : "first broken link";
		const what = broken.explanation[language];
		return `${plant}: ${language === "zh" ? "无效" : "NOT VALID"}\n  ${place}: ${broken.seq} (${broken.fault})\n  ${what}\n`;
	}
	const last = lastSigned ? `${lastSigned.seq}, ${lastSigned.at}` : "–";
	const asked =
		reports === undefined
			? ""
			: language === "zh"
				? `  ${reports} 份报告所签链首相符\n`
				: `  ${reports} heads signed into reports agree\n`;
	const said =
		language === "zh"
			? `${plant}: 有效\n  ${events} 个事件相连，用时 ${seconds} 秒；链首 ${head.hash}\n  ${signedHeads} 个签名链首相符，最近：${last}\n`
			: `${plant}: VALID\n  ${events} events linked, ${seconds} s; head ${head.hash}\n  ${signedHeads} signed heads agree, the last: ${last}\n`;
	return said + asked;
}

async function verify(file: string | undefined, options: VerifyOptions): Promise<void> {
	const result = await verified(file, options);
	process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : sentenceOf(result, options.lang));
	process.exit(result.valid ? 0 : 1);
}

async function writeExport(file: string): Promise<void> {
	const settings = loadSettings(process.env);
	const events = await withStore(settings, createProgress(), async ({ audit }) =>
		exportAudit(audit, settings.plant, await audit.signedHeads(), file),
	);
	process.stdout.write(`${events} events\n`);
	process.exit(0);
}

/** `vinspect audit verify [EXPORT]` and `vinspect audit export FILE`: the plant's whole audit chain. */
export function command(): Command {
	const audit = new Command("audit").description("verify or export the plant's whole audit chain · 审计链");
	audit
		.command("verify")
		.description(
			"walk the whole chain, name its first broken link, and hold it against every signed head; exit code 1 where it is broken",
		)
		.argument("[export]", "a file that vinspect audit export made; the store where left out")
		.option("--json", "print the result as JSON")
		.option("--heads <file>", "signed heads (audit-heads.jsonl); those of DATA_DIR where left out")
		.option(
			"--reports <folder>",
			"signed reports to hold it against; those the plant keeps where left out",
			true,
		)
		.option(
			"--no-reports",
			"ask no report: quicker, and blind to what was rewritten since the last signed head",
		)
		.option("--trust <pem>", "root certificates to trust; those of DATA_DIR where left out")
		.addOption(
			new Option("--lang <language>", "language of the explanation").choices(["en", "zh"]).default("en"),
		)
		.action((file: string | undefined, options: VerifyOptions) => verify(file, options));
	audit
		.command("export")
		.description("write the chain and its signed heads to a file, one JSON object a line")
		.argument("<file>", "a file that is not there yet")
		.action(writeExport);
	return audit;
}
