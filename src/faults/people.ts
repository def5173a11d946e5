import { randomBytes } from "node:crypto";
import type { Role, Store } from "../persistence/store.js";
import { hashPassword } from "../web/access/secrets.js";
import { type AnswerTally, StationClient } from "./station-client.js";

/** People and stations of the plant under test, signed in. */
export interface People {
	readonly administrator: StationClient;
	readonly operators: readonly StationClient[];
	readonly station: StationClient;
}

async function signedIn(address: string, name: string, password: string, tally: AnswerTally) {
	const response = await fetch(`${address}/api/v1/session`, {
		method: "POST",
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify({ name, password }),
	});
	if (!response.ok) throw new Error(`${name} can't sign in: ${response.status} ${await response.text()}`);
	const { csrfToken } = (await response.json()) as { csrfToken: string };
	const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(";", 1)[0] ?? "");
	return { Cookie: cookies.join("; "), "X-CSRF-Token": csrfToken, tally };
}

/**
 * Makes an administrator, operators and a station, and signs them in: operators at the addresses in turn. The
 * accounts are written beside the service, as an installation's own tools would.
 */
export async function openPeople(
	store: Store,
	addresses: readonly string[],
	operators: number,
	station: string,
	tally: AnswerTally,
): Promise<People> {
	const password = randomBytes(18).toString("base64url");
	const open = async (name: string, role: Role, address: string) => {
		const secretHash = await hashPassword(password);
		await store.accounts.create({ name, role, displayName: name, secretHash, disabled: false });
		const { tally: _, ...identity } = await signedIn(address, name, password, tally);
		return new StationClient(address, identity, tally);
	};
	const [first = ""] = addresses;
	const administrator = await open("faults-administrator", "administrator", first);
	const opened: StationClient[] = [];
	for (let i = 0; i < operators; i++) {
		opened.push(await open(`operator-${i + 1}`, "operator", addresses[i % addresses.length] ?? first));
	}
	const made = await administrator.send("/stations", { json: { name: station } });
	const { key } = made.body as { key: string };
	return {
		administrator,
		operators: opened,
		station: new StationClient(first, { Authorization: `Bearer ${key}` }, tally),
	};
}
