import { stat } from "node:fs/promises";
import { VinspectError } from "../domain/errors.js";

const OTHERS = 0o007;
const GROUP = 0o070;
const GROUP_READS = 0o040;
const ROOT = 0;

/**
 * Refuses a private key that somebody else on the machine can read or replace. The rule is the one PostgreSQL
 * has for its server's key: the owner alone, or, where root owns the file, a group that may read it, which is how
 * secrets are mounted into containers. Windows has no such modes. Errors: `signing_key_unavailable`.
 */
export async function assertPrivate(path: string): Promise<void> {
	if (process.platform === "win32") return;
	const { mode, uid } = await stat(path);
	const groupReads = uid === ROOT && (mode & GROUP) === GROUP_READS;
	if ((mode & OTHERS) === 0 && ((mode & GROUP) === 0 || groupReads)) return;
	throw new VinspectError(
		"signing_key_unavailable",
		`The key file ${path} is open to others (mode ${(mode & 0o777).toString(8)}), so that somebody else could sign; if nobody did, close it: chmod 600 ${path}. Otherwise make a new key and revoke this one.`,
	);
}
