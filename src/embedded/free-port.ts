import { createServer } from "node:net";

/** A TCP port on 127.0.0.1 that nothing uses at this moment. */
export function findFreePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const probe = createServer();
		probe.once("error", reject);
		probe.listen(0, "127.0.0.1", () => {
			const address = probe.address();
			probe.close(() => {
				if (address && typeof address === "object") resolve(address.port);
				else reject(new Error("the system gave no port"));
			});
		});
	});
}
