import { X509Certificate } from "node:crypto";
import { mkdir, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { VinspectError } from "../domain/errors.js";
import { validAt } from "./certificate-chain.js";
import { revokedAt } from "./judge-revocation.js";
import {
	AUTHORITY_FILES,
	exists,
	newSigner,
	PLANT_SIGNERS,
	type PlantSigner,
	pendingOf,
	readCrl,
	writeCrl,
	writeWhole,
} from "./plant-keys.js";

/** Folder of the certificates that signed once; their private keys are gone, as nothing needs them. */
const RETIRED = "retired";

export interface ListedCertificate {
	readonly use: "authority" | PlantSigner;
	readonly state: "in use" | "retired" | "revoked";
	readonly certificate: X509Certificate;
}

async function assertAuthority(folder: string, now: Date): Promise<void> {
	const missing = (reason: string) =>
		new VinspectError(
			"signing_key_unavailable",
			`${reason}; run this where the plant's authority is, or ask it for a certificate and set SIGNER_P12 or AUDITOR_P12.`,
		);
	if (!(await exists(join(folder, AUTHORITY_FILES.caKey))))
		throw missing(`${folder} does not hold the key of the plant's certificate authority`);
	const authority = new X509Certificate(await readFile(join(folder, AUTHORITY_FILES.ca)));
	if (!validAt(authority, now))
		throw missing(`The plant's certificate authority ran out on ${authority.validTo}`);
}

/**
 * A new key and certificate from the plant's authority in the place of a signer's. The old certificate is kept, and
 * reports signed by it verify as before; its private key is overwritten. An interruption leaves the old pair or
 * the new one. Errors: `signing_key_unavailable` where the authority's key is not here.
 * @param revoke whether the old certificate is revoked, as after a theft: what it signed then counts only where a
 *   time stamp proves that it is older
 */
export async function rotatePlantSigner(
	folder: string,
	plant: string,
	who: PlantSigner,
	revoke: boolean,
	now: Date,
): Promise<{ readonly before: X509Certificate | null; readonly after: X509Certificate }> {
	await assertAuthority(folder, now);
	const files = PLANT_SIGNERS[who];
	const [key, certificate] = [join(folder, files.key), join(folder, files.certificate)];
	const before = (await exists(certificate)) ? new X509Certificate(await readFile(certificate)) : null;
	if (before) {
		await mkdir(join(folder, RETIRED), { recursive: true, mode: 0o700 });
		await writeWhole(join(folder, RETIRED, `${who}-${before.serialNumber}.pem`), before.toString(), 0o644);
	}
	const made = await newSigner(folder, plant, who, now);
	await writeWhole(pendingOf(key), made.key, 0o600);
	await writeWhole(pendingOf(certificate), made.certificate, 0o644);
	// Before the change that workers notice, so that they publish the list with it; and always, because a list
	// that is older than a certificate says nothing of it.
	await writeCrl(folder, now, before && revoke ? before : undefined);
	await rename(pendingOf(key), key);
	await rename(pendingOf(certificate), certificate);
	return { before, after: new X509Certificate(made.certificate) };
}

/** Every certificate in the folder with what became of it: the authority, those in use, and those that were. */
export async function listPlantCertificates(folder: string): Promise<readonly ListedCertificate[]> {
	const crl = await readCrl(folder);
	const listed: ListedCertificate[] = [];
	const list = async (use: ListedCertificate["use"], state: "in use" | "retired", path: string) => {
		if (!(await exists(path))) return;
		const certificate = new X509Certificate(await readFile(path));
		const revoked = use !== "authority" && crl !== null && revokedAt(crl, certificate) !== null;
		listed.push({ use, state: revoked ? "revoked" : state, certificate });
	};
	await list("authority", "in use", join(folder, AUTHORITY_FILES.ca));
	for (const who of Object.keys(PLANT_SIGNERS) as PlantSigner[])
		await list(who, "in use", join(folder, PLANT_SIGNERS[who].certificate));
	const retired = await readdir(join(folder, RETIRED)).catch(() => []);
	for (const name of retired.sort())
		for (const who of Object.keys(PLANT_SIGNERS) as PlantSigner[])
			if (name.startsWith(`${who}-`)) await list(who, "retired", join(folder, RETIRED, name));
	return listed;
}

/**
 * Revokes a certificate of the plant's authority by its serial number. Errors: `request_invalid` where the folder
 * knows no such certificate, or it is the one in use.
 */
export async function revokePlantCertificate(
	folder: string,
	serial: string,
	now: Date,
): Promise<X509Certificate> {
	await assertAuthority(folder, now);
	const wanted = serial.toUpperCase().replace(/^0+/, "");
	const found = (await listPlantCertificates(folder)).find(
		({ use, certificate }) =>
			use !== "authority" && certificate.serialNumber.toUpperCase().replace(/^0+/, "") === wanted,
	);
	if (!found)
		throw new VinspectError(
			"request_invalid",
			`No signer had serial number ${serial}: see vinspect keys list.`,
		);
	if (found.state === "in use")
		throw new VinspectError(
			"request_invalid",
			`Serial number ${serial} is in use: put a new key in its place and revoke it in one step with vinspect keys rotate ${found.use} --revoke.`,
		);
	if (found.state === "retired") await writeCrl(folder, now, found.certificate);
	return found.certificate;
}
