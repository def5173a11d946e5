import { X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../config/settings.js";
import { openSigner } from "../signing/signer.js";
import type { Diagnosis } from "./diagnosis.js";

const DAY_MS = 24 * 60 * 60 * 1000;

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
		const days = Math.floor((Date.parse(new X509Certificate(own).validTo) - Date.now()) / DAY_MS);
		return [{ name, state: "ok", found: `${signer.name}, certificate valid for ${days} more days` }];
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
