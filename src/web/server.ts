import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Express } from "express";
import { VinspectError } from "../domain/errors.js";

/** A client has this long for its headers, and this long for a whole request: a slow one is cut off. */
const HEADERS_MS = 20_000;
const REQUEST_MS = 180_000;
const KEEP_ALIVE_MS = 10_000;
/** Answers that are not out after this time are cut off when the service stops. */
const DRAIN_MS = 10_000;

export interface Listening {
	/** `http://host:port`, with the port that was really taken. */
	readonly url: string;
	readonly port: number;
	/** Takes nothing new, lets what is being answered finish, ends live streams. Safe to call twice. */
	close(): Promise<void>;
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): VinspectError {
	const sentences: Readonly<Record<string, string>> = {
		EADDRINUSE: `Port ${port} on ${host} is taken by another program; stop it, or set PORT to a free one.`,
		EACCES: `Port ${port} may not be used by this user; set PORT to one above 1023.`,
		EADDRNOTAVAIL: `This machine has no address ${host}; set HOST to one of its own, or to 127.0.0.1.`,
		ENOTFOUND: `The name ${host} can't be resolved; set HOST to an address of this machine.`,
	};
	const sentence =
		sentences[error.code ?? ""] ?? `The service can't listen on ${host}:${port}: ${error.message}.`;
	return new VinspectError("configuration_invalid", sentence, [], { cause: error });
}

function closing(app: Express, server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
	return new Promise((resolve) => {
		const cut = setTimeout(() => {
			for (const socket of sockets) socket.destroy();
		}, DRAIN_MS);
		server.close(() => {
			clearTimeout(cut);
			resolve();
		});
		app.emit("closing");
		server.closeIdleConnections();
	});
}

/**
 * Serves the application until closed. Port 0 takes a free one. Errors: `configuration_invalid` with a
 * sentence that says how to mend it, where the port can't be had.
 */
export function listen(
	app: Express,
	at: { readonly host: string; readonly port: number },
): Promise<Listening> {
	const server = createServer(
		{ headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, keepAliveTimeout: KEEP_ALIVE_MS },
		app,
	);
	const sockets = new Set<Socket>();
	server.on("connection", (socket) => {
		sockets.add(socket);
		socket.once("close", () => sockets.delete(socket));
	});
	return new Promise((resolve, reject) => {
		server.once("error", (error) => reject(explain(error, at.host, at.port)));
		server.listen(at.port, at.host, () => {
			const { port } = server.address() as AddressInfo;
			const name = at.host.includes(":") ? `[${at.host}]` : at.host;
			let closed: Promise<void> | null = null;
			resolve({
				url: `http://${name}:${port}`,
				port,
				close() {
					closed ??= closing(app, server, sockets);
					return closed;
				},
			});
		});
	});
}
