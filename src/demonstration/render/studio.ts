import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { type PictureOrder, type RenderedPicture, renderPicture } from "./picture.js";
import type { OrderMessage, PictureMessage } from "./render-worker.js";

/** Renders pictures one after the other, away from the event loop that serves requests. */
export interface Studio {
	render(order: PictureOrder): Promise<RenderedPicture>;
	close(): Promise<void>;
}

interface Waiting {
	resolve(picture: RenderedPicture): void;
	reject(reason: Error): void;
}

/**
 * Opens a studio on a thread of its own. Where only the TypeScript sources are there, as in a test, a
 * thread can't load them and the pictures are rendered on the caller's thread; their bytes are the same.
 */
export function openStudio(): Studio {
	const script = new URL("./render-worker.js", import.meta.url);
	if (!existsSync(fileURLToPath(script))) return { render: renderPicture, close: async () => {} };
	const worker = new Worker(script);
	const waiting = new Map<number, Waiting>();
	let orders = 0;
	let closed: Error | null = null;
	const fail = (reason: Error) => {
		closed = reason;
		for (const { reject } of waiting.values()) reject(reason);
		waiting.clear();
	};
	worker.on("message", (message: PictureMessage) => {
		const asked = waiting.get(message.id);
		waiting.delete(message.id);
		if ("picture" in message) asked?.resolve(message.picture);
		else asked?.reject(new Error(message.error));
		// An idle studio keeps no process alive.
		if (waiting.size === 0) worker.unref();
	});
	worker.on("error", (cause) => fail(cause instanceof Error ? cause : new Error(String(cause))));
	worker.on("exit", () => fail(new Error("the rendering thread has ended")));
	worker.unref();
	return {
		render: (order) =>
			new Promise((resolve, reject) => {
				if (closed) {
					reject(closed);
					return;
				}
				orders += 1;
				waiting.set(orders, { resolve, reject });
				worker.ref();
				worker.postMessage({ id: orders, order } satisfies OrderMessage);
			}),
		close: async () => {
			await worker.terminate();
		},
	};
}
