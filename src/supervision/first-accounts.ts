import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Accounts, Role } from "../persistence/store.js";
import { hashPassword, newPassword } from "../web/access/secrets.js";

const FIRST: readonly { name: string; role: Role; displayName: string }[] = [
	{ name: "administrator", role: "administrator", displayName: "Administrator 管理员" },
	{ name: "operator", role: "operator", displayName: "Operator 操作员" },
	{ name: "auditor", role: "auditor", displayName: "Auditor 审核员" },
];

export interface SignIn {
	readonly name: string;
	readonly password: string;
}

export const FIRST_SIGN_IN_FILE = "first-sign-in.txt";

const fileOf = (dataFolder: string) => join(dataFolder, FIRST_SIGN_IN_FILE);

/** Sign-ins of the first start, as long as nobody deleted the file they were written to. */
export async function readFirstSignIns(dataFolder: string): Promise<readonly SignIn[]> {
	const text = await readFile(fileOf(dataFolder), "utf8").catch(() => "");
	return text.split("\n").flatMap((line) => {
		const [name, password] = line.trim().split(/\s+/);
		return FIRST.some((account) => account.name === name) && name && password ? [{ name, password }] : [];
	});
}

async function writeSignIns(dataFolder: string): Promise<readonly SignIn[]> {
	const signIns = FIRST.map(({ name }) => ({ name, password: newPassword() }));
	const text = [
		"First sign-in of this installation. Each password is to be changed at the first sign-in; then delete this file.",
		"首次登录账户。首次登录时须修改密码，之后请删除此文件。",
		"",
		...signIns.map(({ name, password }) => `${name.padEnd(14)} ${password}`),
		"",
	].join("\n");
	await writeFile(fileOf(dataFolder), text, { mode: 0o600, flag: "wx" });
	return signIns;
}

/**
 * Creates the accounts of an installation that has none, and tells those it created. The passwords are written
 * down, for the owner of the data folder alone, before any account has them: a start that is killed in between
 * is made good by the next one. They must be changed at the first sign-in, unless `keepPasswords` says that they
 * stay: for demonstrations and tests, where no person signs in for good.
 */
export async function createFirstAccounts(
	accounts: Accounts,
	dataFolder: string,
	keepPasswords = false,
): Promise<readonly SignIn[]> {
	let signIns = await readFirstSignIns(dataFolder);
	if (signIns.length === 0) {
		if ((await accounts.list()).some((account) => account.role !== "station")) return [];
		signIns = await writeSignIns(dataFolder);
	}
	const created: SignIn[] = [];
	for (const { name, password } of signIns) {
		const account = FIRST.find((first) => first.name === name);
		if (account === undefined || (await accounts.get(name)) !== null) continue;
		const secretHash = await hashPassword(password);
		const made = { ...account, secretHash, disabled: false, mustChangePassword: !keepPasswords };
		if (await accounts.create(made)) created.push({ name, password });
	}
	return created;
}
