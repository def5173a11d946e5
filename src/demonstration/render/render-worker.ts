import { parentPort } from "node:worker_threads";
import { type PictureOrder, type RenderedPicture, renderPicture } from "./picture.js";

export interface OrderMessage {
	readonly id: number;
	readonly order: PictureOrder;
}

export type PictureMessage =
	| { readonly id: number; readonly picture: RenderedPicture }
	| { readonly id: number; readonly error: string };

const port = parentPort;
if (!port) throw new Error("render-worker runs as a worker thread only");

port.on("message", ({ id, order }: OrderMessage) => {
	renderPicture(order).then(
		(picture) => port.postMessage({ id, picture } satisfies PictureMessage),
		(cause: unknown) => port.postMessage({ id, error: String(cause) } satisfies PictureMessage),
	);
});
