import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VinspectError } from "../domain/errors.js";
import type { Resume } from "../embedded/pausing.js";

/** What pauses, in the order in which it does; it is resumed the other way round. */
type Pausing = readonly (() => Promise<Resume>)[];

const PAUSED = "paused\n";
const RESUMED = "resumed\n";
/** Longer than a worker may take to finish what it reads. */
const PAUSED_WITHIN_MS = 120_000;

export interface OfferedPause {
	/** Socket that only this user can reach. */
	readonly path: string;
	close(): Promise<void>;
}

/**
 * Lets a command beside this process pause it: for as long as it holds its connection to the socket open,
 * however it ends. Its own folder, because a socket's path may not be long and data folders' paths may be.
 */
export async function offerPause(pausing: Pausing, say: (sentence: string) => void): Promise<OfferedPause> {
	const folder = await mkdtemp(join(tmpdir(), "vinspect-pause-"));
	const path = join(folder, "socket");
	let line: Promise<void> = Promise.resolve();
	const open = new Set<Socket>();
	const server = createServer({ allowHalfOpen: true }, (socket) => {
		open.add(socket);
		socket.once("close", () => open.delete(socket));
		const over = ended(socket);
		// One pause at a time; the next one waits.
		line = line.then(() => pauseFor(socket, over, pausing, say));
	});
	await new Promise<void>((resolve, reject) => {
		server.once("error", reject);
		server.listen(path, resolve);
	});
	return {
		path,
		async close() {
			server.close();
			for (const socket of open) socket.destroy();
			await line;
			await rm(folder, { recursive: true, force: true });
		},
	};
}

function ended(socket: Socket): Promise<void> {
	return new Promise((resolve) => {
		socket.on("error", () => undefined);
		socket.once("end", resolve);
		socket.once("close", () => resolve());
		socket.resume();
	});
}

async function pauseFor(
	socket: Socket,
	over: Promise<void>,
	pausing: Pausing,
	say: (sentence: string) => void,
): Promise<void> {
	const resuming: Resume[] = [];
	say("Paused for a backup … 为备份暂停");
	try {
		for (const pause of pausing) resuming.unshift(await pause());
		socket.write(PAUSED);
		await over;
	} catch (error) {
		say(`The pause failed: ${error instanceof Error ? error.message : error}`);
	}
	for (const resume of resuming)
		await resume().catch((error: unknown) =>
			say(`${error instanceof Error ? error.message : error} It is tried again.`),
		);
	socket.end(RESUMED);
	say("Goes on. 继续运行");
}

/**
 * Pauses the service that offers this socket: takes no requests and runs no workflow until resumed. Errors:
 * `data_folder_in_use` where it does not answer.
 */
export function pauseService(path: string): Promise<Resume> {
	return new Promise((resolve, reject) => {
		const socket = connect(path);
		const refuse = (reason: string) => {
			socket.destroy();
			reject(
				new VinspectError(
					"data_folder_in_use",
					`The running service could not be paused (${reason}): try again, or stop it and back up then.`,
				),
			);
		};
		const late = setTimeout(() => refuse("it took too long"), PAUSED_WITHIN_MS);
		let said = "";
		const over = new Promise<void>((closed) => socket.once("close", () => closed()));
		socket.setEncoding("utf8").on("data", (text: string) => {
			said += text;
			if (said !== PAUSED) return;
			clearTimeout(late);
			resolve(async () => {
				socket.end();
				await over;
			});
		});
		socket.once("error", (error) => {
			clearTimeout(late);
			refuse(error.message);
		});
		socket.once("close", () => {
			clearTimeout(late);
			refuse("it ended");
		});
	});
}
