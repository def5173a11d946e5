import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Sha256 } from "../contracts/primitives.js";

/** Takes a content out of a folder of contents; one that is not there is no error. For retention alone. */
export async function removeContent(folder: string, sha256: Sha256): Promise<void> {
	await rm(join(folder, sha256.slice(0, 2), sha256), { force: true });
}
