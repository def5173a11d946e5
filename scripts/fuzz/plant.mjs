// A plant to be fuzzed: started for it, and ended with it.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** Refusals for haste would hide what lies behind them; whoever sets these otherwise fuzzes under limits. */
const UNLIMITED = {
	RATE_LIMIT_ADDRESS: "0",
	RATE_LIMIT_ACCOUNT: "0",
	RATE_LIMIT_SIGN_IN: "0",
};
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

function freePort() {
	return new Promise((resolve) => {
		const server = createServer().listen(0, "127.0.0.1", () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});
}

/** The plant that runs, where its address is given, or one of its own under a folder. */
export const plantToFuzz = ({ url, data }, folder) =>
	url ? { url, data, process: null, stop: async () => {} } : startPlant(folder);

/**
 * A plant of its own under a folder, with embedded servers and the demonstration's vehicles; `process` is its
 * supervisor. What it says comes on standard error.
 */
async function startPlant(folder) {
	const port = await freePort();
	const data = join(folder, "data");
	const child = spawn(process.execPath, [join(root, "scripts", "vinspect.mjs"), "start"], {
		env: {
			...UNLIMITED,
			...process.env,
			HOST: "127.0.0.1",
			PORT: String(port),
			DATA_DIR: data,
			VINSPECT_DEMO: "on",
		},
		stdio: ["ignore", 2, 2],
	});
	const ended = new Promise((resolve) => child.once("exit", resolve));
	const stop = async () => {
		child.kill("SIGTERM");
		await ended;
	};
	const url = `http://127.0.0.1:${port}`;
	try {
		await ready(url, join(data, "first-sign-in.txt"));
	} catch (error) {
		await stop();
		throw error;
	}
	return { url, data, process: child.pid, stop };
}

async function ready(url, signIns) {
	for (let second = 0; second < 600; second++) {
		const answer = await fetch(`${url}/ready`).catch(() => null);
		if (answer?.ok && existsSync(signIns)) return;
		await pause(1000);
	}
	throw new Error("the plant was not ready within ten minutes");
}
