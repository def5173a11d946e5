import type { Role, Store } from "../../src/persistence/store.js";
import { hashPassword } from "../../src/web/access/secrets.js";

/** Makes accounts with one password; salted, each has a hash of its own, for the store keeps no two alike. */
export async function enrol(
	store: Store,
	password: string,
	people: readonly (readonly [name: string, role: Role, displayName?: string])[],
): Promise<void> {
	for (const [name, role, displayName = name] of people) {
		const secretHash = await hashPassword(password);
		await store.accounts.create({ name, role, displayName, secretHash, disabled: false });
	}
}
