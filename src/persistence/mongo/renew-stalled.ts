import type { Connection, ConnectOptions } from "mongoose";

/** How often the driver asks a server whether it is there, and when a question without an end tells that it has stalled. */
export interface Pace {
	readonly heartbeatMs: number;
	readonly stalledAfterMs: number;
}

/**
 * Connects anew where the driver has stopped looking for its servers; returns what ends the watch.
 *
 * The driver asks every server once in a while, and each question ends by an answer or by its time limit. But one
 * written to a socket that the system is just tearing down never ends: `writeCommand` of mongodb 7.8 waits for the
 * `drain` of a destroyed socket. From then on the process would call the database away for good, however long it has
 * been back. Calls made while it connects anew are told that it is away, as in any outage.
 */
export function renewStalled(
	connection: Connection,
	uri: string,
	options: ConnectOptions,
	{ heartbeatMs, stalledAfterMs }: Pace,
): () => void {
	/** Server → since when it has been asked, in milliseconds of a clock that doesn't jump. */
	const asked = new Map<string, number>();
	let stalledBefore = false;
	let isOpen = true;
	let isRenewing = false;
	let isOver = false;

	const listen = (): void => {
		asked.clear();
		const ended = ({ connectionId }: { readonly connectionId: string }) => asked.delete(connectionId);
		connection
			.getClient()
			.on("serverHeartbeatStarted", ({ connectionId }) => asked.set(connectionId, performance.now()))
			.on("serverHeartbeatSucceeded", ended)
			.on("serverHeartbeatFailed", ended)
			.on("serverClosed", ({ address }) => asked.delete(address));
	};

	const renew = async (): Promise<void> => {
		isRenewing = true;
		try {
			if (isOpen) await connection.close();
			isOpen = false;
			if (isOver) return;
			await connection.openUri(uri, options);
			isOpen = true;
			listen();
		} catch {
			// Away just now: the next look tries again.
		} finally {
			isRenewing = false;
			if (isOver) await connection.close().catch(() => undefined);
		}
	};

	const look = (): void => {
		if (isRenewing) return;
		const now = performance.now();
		const stalled = !isOpen || [...asked.values()].some((since) => now - since > stalledAfterMs);
		// A process that was itself stopped for a while finds old questions too; they end before the second look.
		if (stalled && (stalledBefore || !isOpen)) void renew();
		stalledBefore = stalled;
	};

	listen();
	const looking = setInterval(look, heartbeatMs);
	looking.unref();
	return () => {
		isOver = true;
		clearInterval(looking);
	};
}
