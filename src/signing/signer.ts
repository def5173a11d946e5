import { createPrivateKey, sign, type X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { VinspectError } from "../domain/errors.js";
import { certificatesFromPem, commonNameOf, firstUnissued, maySign, validAt } from "./certificate-chain.js";
import { withLowS } from "./ecdsa.js";
import type { KeyMaterial } from "./key-material.js";
import { assertPrivate } from "./key-privacy.js";
import { readPkcs12 } from "./pkcs12.js";
import { openPlantKeys, type PlantSigner } from "./plant-keys.js";

/** Who signs reports. A hardware module takes this place by bringing its own `sign`. */
export interface Signer {
	/** Common name of the signing certificate. */
	readonly name: string;
	/** DER; the signer's own first, then its issuers up to the root where they are known. */
	readonly certificates: readonly Uint8Array[];
	/** ECDSA on P-256 over the SHA-256 of the data: r ‖ s, 64 bytes, low s. */
	sign(data: Uint8Array): Promise<Uint8Array>;
	/** Errors: `signing_key_expired` where the certificate is not valid at this instant. */
	assertValidAt(instant: Date): void;
}

/** Who signs now: asked before each signature, so that a rotated key is taken up. Errors: as {@link openSigner}. */
export type CurrentSigner = () => Promise<Signer>;

/** Where the key is: made by the plant on first use, or the plant's own as PKCS#12 or PEM. */
export type SignerSource =
	| { readonly folder: string; readonly plant: string; readonly who?: PlantSigner }
	| { readonly p12: string; readonly passphrase: string }
	| { readonly key: string; readonly certificates: string; readonly passphrase?: string };

const OWN_REMEDY = "ask the plant's certificate authority for a new one and set its path";

async function readPem(source: {
	key: string;
	certificates: string;
	passphrase?: string;
}): Promise<KeyMaterial> {
	await assertPrivate(source.key);
	const [keyPem, certificatesPem] = await Promise.all([
		readFile(source.key),
		readFile(source.certificates, "utf8"),
	]);
	return {
		key: createPrivateKey({ key: keyPem, passphrase: source.passphrase }),
		certificates: certificatesFromPem(certificatesPem),
		origin: source.certificates,
		remedy: OWN_REMEDY,
	};
}

async function readMaterial(source: SignerSource, now: Date): Promise<KeyMaterial> {
	if ("folder" in source) return openPlantKeys(source.folder, source.plant, now, source.who);
	if ("p12" in source) {
		await assertPrivate(source.p12);
		const bag = await readPkcs12(await readFile(source.p12), source.passphrase);
		return { ...bag, origin: source.p12, remedy: OWN_REMEDY };
	}
	return readPem(source);
}

function unavailable(reason: string, cause?: unknown): VinspectError {
	return new VinspectError("signing_key_unavailable", reason, [], { cause });
}

function assertUsable({ key, certificates, origin, remedy }: KeyMaterial): X509Certificate {
	const [own] = certificates;
	if (!own) throw unavailable(`${origin} holds no certificate; ${remedy}.`);
	if (key.asymmetricKeyType !== "ec" || key.asymmetricKeyDetails?.namedCurve !== "prime256v1")
		throw unavailable(
			`The key of ${origin} is no ECDSA key on P-256, which reports are signed with (ES256); ${remedy}.`,
		);
	if (!own.checkPrivateKey(key))
		throw unavailable(
			`The first certificate of ${origin} belongs to another key; give the signing certificate first, or ${remedy}.`,
		);
	if (!maySign(own))
		throw unavailable(
			`The certificate of ${origin} is not made for signing (key usage digitalSignature is missing); ${remedy}.`,
		);
	const broken = firstUnissued(certificates);
	if (broken !== null)
		throw unavailable(
			`In ${origin} certificate ${broken + 2} did not issue certificate ${broken + 1}; order them from the signer to the root.`,
		);
	return own;
}

/**
 * Opens key and certificates and proves them fit: P-256, key and certificate belong together, usage
 * digitalSignature, chain in order, valid now. Errors: `signing_key_unavailable`, `signing_key_expired`.
 */
export async function openSigner(
	source: SignerSource,
	clock: () => Date = () => new Date(),
): Promise<Signer> {
	const material = await readMaterial(source, clock()).catch((cause: unknown) => {
		if (cause instanceof VinspectError) throw cause;
		const reason = cause instanceof Error ? cause.message : String(cause);
		throw unavailable(
			`The signing key can't be opened: ${reason}. Check path, passphrase and rights.`,
			cause,
		);
	});
	const own = assertUsable(material);
	const assertValidAt = (instant: Date): void => {
		for (const certificate of material.certificates) {
			if (validAt(certificate, instant)) continue;
			throw new VinspectError(
				"signing_key_expired",
				`The certificate "${commonNameOf(certificate)}" of ${material.origin} is valid from ${certificate.validFrom} to ${certificate.validTo}, and now it is ${instant.toISOString()}; check the clock, or ${material.remedy}.`,
			);
		}
	};
	assertValidAt(clock());
	return {
		name: commonNameOf(own),
		certificates: material.certificates.map((certificate) => certificate.raw),
		sign: async (data) => withLowS(sign("sha256", data, { key: material.key, dsaEncoding: "ieee-p1363" })),
		assertValidAt,
	};
}
