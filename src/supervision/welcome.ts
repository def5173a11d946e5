import type { Servers } from "../embedded/servers.js";
import type { WayKind } from "../embedded/way.js";
import { padColumns } from "../terminal/table.js";
import type { SignIn } from "./first-accounts.js";

const ORIGIN: Readonly<Record<WayKind | "given", string>> = {
	given: "given · 外部",
	path: "embedded, from PATH · 内嵌",
	downloaded: "embedded, downloaded · 内嵌",
	built: "embedded, built here · 内嵌",
};

/** What a person needs to know once everything runs. */
export function welcome(facts: {
	readonly address: string;
	readonly plant: string;
	readonly dataDir: string;
	/** Accounts this very start created. */
	readonly signIns: readonly SignIn[];
	readonly signInFile: string;
	readonly store: string;
	readonly servers: Servers;
}): string {
	const { servers } = facts;
	const signIns = facts.signIns.map(({ name, password }) => `${name.padEnd(14)} ${password}`);
	const rows: [string, string][] = [
		["Address 地址", facts.address],
		...signIns.map((line, i): [string, string] => [i === 0 ? "Sign in 登录" : "", line]),
		[signIns.length > 0 ? "" : "Sign in 登录", `first passwords: ${facts.signInFile}`],
		["Data 数据", facts.dataDir],
		["Store 数据库", `${facts.store} (${ORIGIN[servers.mongoWay]})`],
		["Workflows 工作流", `Temporal at ${servers.temporalAddress} (${ORIGIN[servers.temporalWay]})`],
		["Stop 停止", "Ctrl-C"],
	];
	const lines = rows.map(([label, value]) => `  ${padColumns(label, 19)}${value}`);
	return `\n  vinspect runs for plant ${facts.plant} · 已就绪\n\n${lines.join("\n")}\n\n`;
}
