// Requests exactly as they are written: `fetch` would tidy up paths and refuse headers that an attacker sends.
import { Agent, request } from "node:http";

const agent = new Agent({ keepAlive: true, maxSockets: 8 });
/** Long past what any page may take: whoever is not answered by then is told so. */
const PATIENCE_MS = 60_000;
const LARGEST_ANSWER = 64 * 1024 * 1024;

/**
 * Sends one request and reads the whole answer: status, headers, body, milliseconds. Where none came, `failed` says
 * why, under status 0; `unsendable` is what Node itself would not send.
 */
export function send(url, { method, path, headers = {}, body = null }) {
	const since = performance.now();
	const ms = () => Math.round(performance.now() - since);
	return new Promise((resolve) => {
		const failed = (error) =>
			resolve({
				status: 0,
				headers: {},
				body: Buffer.alloc(0),
				ms: ms(),
				failed: error.code ?? error.message,
			});
		let asked;
		try {
			asked = request(url, {
				method,
				path,
				agent,
				headers: { ...headers, ...(body === null ? {} : { "content-length": Buffer.byteLength(body) }) },
				timeout: PATIENCE_MS,
			});
		} catch (error) {
			// what Node itself refuses to send reaches no server
			resolve({ status: 0, headers: {}, body: Buffer.alloc(0), ms: 0, unsendable: error.code });
			return;
		}
		asked.on("timeout", () => asked.destroy(new Error("no answer within a minute")));
		asked.on("error", failed);
		asked.on("response", (answer) => {
			const pieces = [];
			let size = 0;
			answer.on("data", (piece) => {
				size += piece.length;
				if (size > LARGEST_ANSWER) asked.destroy(new Error("the answer does not end"));
				else pieces.push(piece);
			});
			answer.on("error", failed);
			answer.on("end", () =>
				resolve({
					status: answer.statusCode,
					headers: answer.headers,
					body: Buffer.concat(pieces),
					ms: ms(),
				}),
			);
		});
		asked.end(body ?? undefined);
	});
}

/** A form's body as a browser encodes it; a value that is a buffer stands as the bytes it is. */
export function urlencoded(pairs) {
	const encoded = (text) => new URLSearchParams([["", text]]).toString().slice(1);
	return pairs
		.map(
			([name, value]) =>
				`${encoded(name)}=${Buffer.isBuffer(value) ? value.toString("latin1") : encoded(value)}`,
		)
		.join("&");
}

/** A multipart body; a value with `bytes` is a file of that name and type. */
export function multipart(pairs, boundary = "x-boundary-of-fuzz") {
	const pieces = [];
	const quoted = (text) => text.replace(/[\r\n"]/g, (one) => encodeURIComponent(one));
	for (const [name, value] of pairs) {
		const file = value?.bytes === undefined ? "" : `; filename="${quoted(value.fileName)}"`;
		const type = value?.bytes === undefined ? "" : `Content-Type: ${value.type}\r\n`;
		pieces.push(
			Buffer.from(
				`--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"${file}\r\n${type}\r\n`,
			),
			Buffer.isBuffer(value?.bytes) ? value.bytes : Buffer.from(value?.bytes ?? value),
			Buffer.from("\r\n"),
		);
	}
	pieces.push(Buffer.from(`--${boundary}--\r\n`));
	return { body: Buffer.concat(pieces), type: `multipart/form-data; boundary=${boundary}` };
}
