import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import type { Settings } from "../config/settings.js";
import { expiryWarnings } from "../signing/certificate-expiry.js";
import { followSigner } from "../signing/current-signer.js";
import { AUTHORITY_FILES, refreshCrl } from "../signing/plant-keys.js";
import type { CurrentSigner, Signer, SignerSource } from "../signing/signer.js";
import {
	publishRevocations,
	publishSigningCertificates,
	publishTrustedRoots,
	readTrustedRoots,
} from "./trusted-root.js";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Who signs this plant's reports, kept current while the worker runs. */
export interface ReportSigners {
	readonly inspector: CurrentSigner;
	/** Null where the plant has given no auditor's key. */
	readonly auditor: CurrentSigner | null;
	/** Roots they lead to, those of earlier signers included. */
	roots(): readonly Uint8Array[];
	/** Ends the daily look at the certificates. */
	close(): void;
}

/**
 * Opens inspector's and auditor's key, takes rotated ones up, publishes what verifying needs, and warns in the log
 * at start and every day of certificates that run out. Errors: `signing_key_unavailable`, `signing_key_expired`.
 */
export async function openReportSigners(settings: Settings, logger: Logger): Promise<ReportSigners> {
	const { dataDir, plant } = settings;
	const folder = join(dataDir, "keys");
	const inspectorKey: SignerSource = settings.signer ?? { folder, plant };
	// A plant that signs with its own key has its own auditor's, or none.
	const auditorKey: SignerSource | null =
		settings.auditor ?? (settings.signer ? null : { folder, plant, who: "auditor" });
	const signers = new Map<string, Signer>();
	let roots: readonly Uint8Array[] = [];

	const publish = async (): Promise<void> => {
		const chains = [...signers.values()].map(({ certificates }) => certificates);
		await publishTrustedRoots(
			dataDir,
			chains.flatMap((chain) => chain.at(-1) ?? []),
		);
		roots = (await readTrustedRoots(dataDir)).map(({ raw }) => raw);
		await publishSigningCertificates(
			dataDir,
			chains.flatMap((chain) => chain[0] ?? []),
		);
		const list = await readFile(join(folder, AUTHORITY_FILES.crl)).catch(() => null);
		if (list) await publishRevocations(dataDir, list);
	};
	const warn = (): void => {
		const certificates = [...signers.values()].flatMap((one) =>
			one.certificates.map((raw) => new X509Certificate(raw)),
		);
		for (const { en, days } of expiryWarnings(certificates, new Date())) logger.warn({ days }, en);
	};
	const open = async (who: string, source: SignerSource): Promise<CurrentSigner> => {
		const { first, current } = await followSigner(source, async (signer) => {
			signers.set(who, signer);
			await publish();
			logger.info({ who, signer: signer.name }, "took up a new signing key");
		});
		signers.set(who, first);
		return current;
	};
	const inspector = await open("inspector", inspectorKey);
	const auditor = auditorKey && (await open("auditor", auditorKey));
	await publish();
	warn();
	const daily = setInterval(() => {
		warn();
		refreshCrl(folder, new Date())
			.then(publish)
			.catch((error: unknown) => logger.warn({ err: error }, "the revocation list could not be renewed"));
	}, DAY_MS);
	daily.unref();
	return { inspector, auditor, roots: () => roots, close: () => clearInterval(daily) };
}
