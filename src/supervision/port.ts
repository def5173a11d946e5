import { readdir, readFile, readlink } from "node:fs/promises";
import { createServer } from "node:net";
import { VinspectError } from "../domain/errors.js";

const LISTENING = "0A";

/** Linux: number and name of the process that listens on the port, as far as this user may see it. */
async function listenerOf(port: number): Promise<string | null> {
	const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
	const sockets = new Set<string>();
	for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
		const text = await readFile(table, "utf8").catch(() => "");
		for (const line of text.split("\n").slice(1)) {
			const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
			if (local?.endsWith(wanted) && state === LISTENING && inode) sockets.add(`socket:[${inode}]`);
		}
	}
	if (sockets.size === 0) return null;
	for (const pid of await readdir("/proc")) {
		if (!/^\d+$/.test(pid)) continue;
		for (const descriptor of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
			const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => "");
			if (!sockets.has(target)) continue;
			const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "?");
			return `process ${pid} (${name.trim()})`;
		}
	}
	return null;
}

/** Proves that the web will be able to listen. Errors: `port_in_use`, `configuration_invalid`. */
export async function checkPort(host: string, port: number): Promise<void> {
	const refused = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
		const probe = createServer();
		probe.once("error", resolve);
		probe.listen(port, host, () => probe.close(() => resolve(null)));
	});
	if (refused === null) return;
	if (refused.code === "EADDRINUSE") {
		const by = await listenerOf(port);
		throw new VinspectError(
			"port_in_use",
			`Port ${port} on ${host} is in use${by ? ` by ${by}` : ""}: stop that process, or choose another port (PORT=${port === 65_535 ? port - 1 : port + 1} npm start).`,
		);
	}
	if (refused.code === "EACCES")
		throw new VinspectError(
			"configuration_invalid",
			`PORT is ${port}, which this user may not listen on: choose one above 1023 (PORT=8080 npm start).`,
		);
	throw new VinspectError(
		"configuration_invalid",
		`HOST is ${host}, where this machine can't listen (${refused.message}): set HOST to one of its addresses, 127.0.0.1 or 0.0.0.0.`,
	);
}
