import { Socket } from "node:net";
import { afterAll, expect, inject, test } from "vitest";
import { connectStore } from "../../src/persistence/mongo-store.js";
import type { Store } from "../../src/persistence/store.js";
import { BreakableLine } from "../support/breakable-line.js";
import { uniqueDatabase } from "../support/servers.js";

const PACE = { heartbeatMs: 500, stalledAfterMs: 2000 };

let store: Store | undefined;
let line: BreakableLine | undefined;
afterAll(async () => {
	await store?.close();
	await line?.close();
});

/** The system tears the driver's own connection down in the moment it asks whether the server is there. */
function tearNextHeartbeat(port: number): Promise<void> {
	const { write } = Socket.prototype;
	return new Promise((resolve) => {
		Socket.prototype.write = new Proxy(write, {
			apply(target, socket: Socket, sent: readonly unknown[]) {
				if (socket.remotePort === port && /hello|ismaster/i.test(String(sent[0]))) {
					Socket.prototype.write = write;
					socket.destroy();
					resolve();
				}
				return Reflect.apply(target, socket, sent);
			},
		});
	});
}

test("a driver that no longer looks for its server is replaced, and the store answers again", async () => {
	const uri = new URL(uniqueDatabase(inject("mongoUri")));
	line = await BreakableLine.to(uri.hostname, Number(uri.port));
	uri.port = String(line.port);
	const reached = await connectStore(uri.href, PACE);
	store = reached;
	await tearNextHeartbeat(line.port);
	line.break();
	await expect.poll(() => reached.ping().catch(({ code }) => code)).toBe("store_unavailable");
	line.mend();
	await expect
		.poll(
			() =>
				reached.records.latest("plant", "none").then(
					() => "answers",
					({ code }) => code,
				),
			{ timeout: 20_000, interval: 500 },
		)
		.toBe("answers");
});
