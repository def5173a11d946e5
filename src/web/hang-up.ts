import type { Request, Response } from "express";

/** Time a refused client has to read the answer and stop sending, before its connection is cut. */
const LINGER_MS = 2_000;

/**
 * Lets a request be refused while its body is still arriving: the answer goes out at once, what still comes is
 * thrown away, and a client that goes on sending is cut off. Cutting at once would reset the connection before
 * the client has read why, and `Connection: close` makes Node do just that.
 */
export function hangUpAfterAnswer(request: Request, response: Response): void {
	response.once("finish", () => {
		if (request.complete) return;
		const cut = setTimeout(() => request.socket.destroy(), LINGER_MS).unref();
		request.once("end", () => clearTimeout(cut));
		request.resume();
	});
}
