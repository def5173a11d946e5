import { stat } from "node:fs/promises";
import { join } from "node:path";
import { PLANT_SIGNERS } from "./plant-keys.js";
import { type CurrentSigner, openSigner, type Signer, type SignerSource } from "./signer.js";

/** The file whose replacement means a new key: written last where there are two. */
function watchedFile(source: SignerSource): string {
	if ("folder" in source) return join(source.folder, PLANT_SIGNERS[source.who ?? "inspector"].certificate);
	return "p12" in source ? source.p12 : source.certificates;
}

async function versionOf(path: string): Promise<string> {
	const { mtimeMs, size, ino } = await stat(path);
	return `${ino}.${size}.${mtimeMs}`;
}

/**
 * Opens a signer, and opens it again where its file was replaced, so that rotating a key asks for no restart. Errors:
 * as {@link openSigner}, at once for the first, and later for a file that can't be used.
 * @param changed told of each new signer before it signs
 */
export async function followSigner(
	source: SignerSource,
	changed: (signer: Signer) => Promise<void>,
): Promise<{ readonly first: Signer; readonly current: CurrentSigner }> {
	const path = watchedFile(source);
	const first = await openSigner(source);
	let version = await versionOf(path);
	let signer = Promise.resolve(first);
	const reopened = async (): Promise<Signer> => {
		const opened = await openSigner(source);
		await changed(opened);
		return opened;
	};
	const current = async (): Promise<Signer> => {
		const now = await versionOf(path);
		if (now !== version) {
			version = now;
			signer = reopened();
			// What can't be opened is tried again with the next report, as it may be mended in place.
			signer.catch(() => {
				version = "";
			});
		}
		return signer;
	};
	return { first, current };
}
