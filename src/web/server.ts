import { randomUUID } from "node:crypto";
import { createServer, type Server, STATUS_CODES } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Express } from "express";
import { ERRORS, type ErrorCode, VinspectError } from "../domain/errors.js";
import { problemOf } from "./problem.js";

/** A client has this long for its headers, and this long for a whole request: a slow one is cut off. */
const HEADERS_MS = 20_000;
const REQUEST_MS = 180_000;
const KEEP_ALIVE_MS = 10_000;
/** How often both are looked at; Node's own half a minute would add to them. */
const CHECK_MS = 2_000;
/** A connection on which nothing moves for this long is cut off: whoever asks and then does not read. */
const IDLE_MS = 300_000;
/** Connections at once; what comes beyond is closed. Streams and waiting requests have bounds of their own below it. */
const MOST_CONNECTIONS = 2_000;
/** Bytes of all headers of a request: names of stations and sessions need one; Node answers 431. */
const MOST_HEADER_BYTES = 16 * 1024;
/** Answers that are not out after this time are cut off when the service stops. */
const DRAIN_MS = 10_000;

/** What one client may take of the server before a request of its is complete. */
export interface ServerLimits {
	readonly headersMs: number;
	readonly requestMs: number;
	readonly connections: number;
}

const SERVER_LIMITS: ServerLimits = {
	headersMs: HEADERS_MS,
	requestMs: REQUEST_MS,
	connections: MOST_CONNECTIONS,
};

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

/**
 * The connections of a server and how many answers each is waiting for. Node's own `closeIdleConnections` leaves
 * those that have sent nothing yet, and those that become idle afterwards.
 */
class Connections {
	readonly #waiting = new Map<Socket, number>();
	#closing = false;

	constructor(server: Server) {
		server.on("connection", (socket) => {
			this.#waiting.set(socket, 0);
			socket.once("close", () => this.#waiting.delete(socket));
		});
		server.on("request", ({ socket }, response) => {
			this.#count(socket, 1);
			response.once("close", () => this.#count(socket, -1));
		});
	}

	/** Closes every connection as soon as it waits for no answer. */
	drain(): void {
		this.#closing = true;
		for (const socket of this.#waiting.keys()) this.#count(socket, 0);
	}

	cut(): void {
		for (const socket of this.#waiting.keys()) socket.destroy();
	}

	#count(socket: Socket, change: number): void {
		const waiting = this.#waiting.get(socket);
		if (waiting === undefined) return;
		this.#waiting.set(socket, waiting + change);
		if (this.#closing && waiting + change === 0) socket.destroySoon();
	}
}

function closing(app: Express, server: Server, connections: Connections): Promise<void> {
	return new Promise((resolve) => {
		const cut = setTimeout(() => connections.cut(), DRAIN_MS);
		server.close(() => {
			clearTimeout(cut);
			resolve();
		});
		app.emit("closing");
		connections.drain();
	});
}

/** What Node's parser calls what it will not read on; everything else is broken HTTP. */
const BROKEN: Readonly<Record<string, ErrorCode>> = {
	HPE_HEADER_OVERFLOW: "headers_too_large",
	HPE_CHUNK_EXTENSIONS_OVERFLOW: "headers_too_large",
	ERR_HTTP_REQUEST_TIMEOUT: "request_timeout",
};

/** Answers what never became a request, as far as the client still listens, and hangs up. */
function refuseBroken(error: NodeJS.ErrnoException, socket: Duplex): void {
	if (error.code === "ECONNRESET" || !socket.writable) {
		socket.destroy();
		return;
	}
	const code = BROKEN[error.code ?? ""] ?? "request_invalid";
	const { status } = ERRORS[code];
	const problem = problemOf(
		new VinspectError(code, "The request is no HTTP that is read here."),
		randomUUID(),
		"en",
	);
	const body = JSON.stringify(problem);
	socket.end(
		`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/problem+json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
	);
}

/**
 * Serves the application until closed. Port 0 takes a free one. Errors: `configuration_invalid` with a
 * sentence that says how to mend it, where the port can't be had.
 */
export function listen(
	app: Express,
	at: { readonly host: string; readonly port: number },
	limits: ServerLimits = SERVER_LIMITS,
): Promise<Listening> {
	const server = createServer(
		{
			headersTimeout: limits.headersMs,
			requestTimeout: limits.requestMs,
			keepAliveTimeout: KEEP_ALIVE_MS,
			connectionsCheckingInterval: Math.min(CHECK_MS, limits.headersMs),
			maxHeaderSize: MOST_HEADER_BYTES,
		},
		app,
	);
	server.maxConnections = limits.connections;
	server.timeout = IDLE_MS;
	server.on("clientError", refuseBroken);
	const connections = new Connections(server);
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
					closed ??= closing(app, server, connections);
					return closed;
				},
			});
		});
	});
}
