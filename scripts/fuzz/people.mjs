// Whom a plant is fuzzed as: an account for each role, a station's key, and nobody.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Everybody who may send something to the service. */
export const EVERYBODY = ["nobody", "station", "operator", "auditor", "engineer", "administrator"];

/** Passwords that had to be changed at the first sign-in. */
const changed = new Map();

/** Headers of somebody who has signed in by name and password; one that must be changed is. */
export async function signIn(url, name, password) {
	const answer = await fetch(`${url}/api/v1/session`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ name, password: changed.get(name) ?? password }),
	});
	if (!answer.ok) throw new Error(`${name} could not sign in: ${answer.status} ${await answer.text()}`);
	const { csrfToken, mustChangePassword } = await answer.json();
	const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(";", 1)[0]);
	const headers = { Cookie: cookies.join("; "), "X-CSRF-Token": csrfToken };
	if (!mustChangePassword) return headers;
	const next = randomBytes(18).toString("base64url");
	const done = await fetch(`${url}/api/v1/session/password`, {
		method: "PUT",
		headers: { ...headers, "content-type": "application/json" },
		body: JSON.stringify({ current: password, password: next }),
	});
	if (!done.ok) throw new Error(`${name} could not change the password: ${done.status} ${await done.text()}`);
	changed.set(name, next);
	return headers;
}

export async function ask(url, headers, method, path, body) {
	const answer = await fetch(`${url}/api/v1${path}`, {
		method,
		headers: { ...headers, ...(body ? { "content-type": "application/json" } : {}) },
		...(body ? { body: JSON.stringify(body) } : {}),
	});
	if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
	return answer.json();
}

/** Headers of the administrator of the first start. */
async function keeperOf({ url, data }) {
	const passwords = readFileSync(join(data, "first-sign-in.txt"), "utf8")
		.split("\n")
		.map((line) => line.trim().split(/\s+/));
	const [, password] = passwords.find(([name]) => name === "administrator");
	return signIn(url, "administrator", password);
}

let made = 0;

/** Headers of a person of a role who was not there before and has another session; the name begins with `fuzz-as-`. */
export async function newPerson(url, keeper, role) {
	made += 1;
	const name = `fuzz-as-${role}-${Date.now().toString(36)}-${made}`;
	const password = randomBytes(18).toString("base64url");
	await ask(url, keeper, "POST", "/accounts", { name, displayName: "Fuzzer", role, password });
	await signIn(url, name, password);
	return signIn(url, name, password);
}

/** The key of a station that was not there before, and a station and an account to be fuzzed. */
async function newStation(url, keeper) {
	const tail = Date.now().toString(36);
	const { key } = await ask(url, keeper, "POST", "/stations", { name: `fuzz-station-${tail}` });
	// what is fuzzed with may be disabled and its key replaced; the plant's own stations go on
	await ask(url, keeper, "POST", "/stations", { name: `fuzz-target-${tail}` });
	const target = { name: `fuzz-target-account-${tail}`, displayName: "Target", role: "operator" };
	await ask(url, keeper, "POST", "/accounts", target);
	return { Authorization: `Bearer ${key}` };
}

/** Credentials of everybody, as headers; `keeper` is an administrator nobody else acts as. */
export async function everybody(plant) {
	const { url } = plant;
	const keeper = await keeperOf(plant);
	const person = (role) => newPerson(url, keeper, role);
	return {
		keeper,
		nobody: {},
		station: await newStation(url, keeper),
		operator: await person("operator"),
		auditor: await person("auditor"),
		engineer: await person("engineer"),
		administrator: await person("administrator"),
	};
}
