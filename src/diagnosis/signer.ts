import { X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../config/settings.js";
import { daysLeft, EXPIRY_WARNING_DAYS } from "../signing/certificate-expiry.js";
import { openSigner } from "../signing/signer.js";
import type { Diagnosis } from "./diagnosis.js";

export async function diagnoseSigner(settings: Settings): Promise<readonly Diagnosis[]> {
	const name = "signer";
	const folder = join(settings.dataDir, "keys");
	// Opening makes keys where there are none; looking must not.
	if (settings.signer === null && !existsSync(folder))
		return [{ name, state: "optional", found: "none yet: the first start makes the plant's own" }];
	try {
		const signer = await openSigner(settings.signer ?? { folder, plant: settings.plant });
		const [own] = signer.certificates;
		if (own === undefined) throw new Error("it has no certificate");
		const days = daysLeft(new X509Certificate(own), new Date());
		const found = `${signer.name}, certificate valid for ${days} more days`;
		if (days >= EXPIRY_WARNING_DAYS) return [{ name, state: "ok", found }];
		const mend = settings.signer
			? "ask the plant's authority for a new key and put it in the place of SIGNER_P12"
			: "make a new one: vinspect keys rotate";
		return [{ name, state: "warning", found, mend }];
	} catch (error) {
		return [
			{
				name,
				state: "missing",
				found: error instanceof Error ? error.message : String(error),
				mend: "set SIGNER_P12 and SIGNER_P12_PASSPHRASE to a valid key and certificate",
			},
		];
	}
}
