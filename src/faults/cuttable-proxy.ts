import { connect, createServer, type Server, type Socket } from "node:net";

/** What a network does to the bytes between two parts. */
type Line = "open" | "cut" | "hung";

interface Pair {
	readonly near: Socket;
	readonly far: Socket;
}

/** The network between two parts, which can break: passes every byte on until it is told to cut or to hang. */
export class CuttableProxy {
	readonly #pairs = new Set<Pair>();
	#line: Line = "open";

	private constructor(
		private readonly server: Server,
		private readonly target: number,
		readonly port: number,
	) {}

	/** Listens on a free port of 127.0.0.1 and passes on to `target` there. */
	static open(target: number): Promise<CuttableProxy> {
		return new Promise((resolve, reject) => {
			const server = createServer({ allowHalfOpen: false });
			server.once("error", reject);
			server.listen(0, "127.0.0.1", () => {
				const address = server.address();
				if (address === null || typeof address === "string") return reject(new Error("no port was given"));
				const proxy = new CuttableProxy(server, target, address.port);
				server.on("connection", (near) => proxy.#pass(near));
				resolve(proxy);
			});
		});
	}

	/** Resets every connection and refuses new ones until `mend`. */
	cut(): void {
		this.#line = "cut";
		for (const { near, far } of this.#pairs) {
			near.resetAndDestroy();
			far.resetAndDestroy();
		}
	}

	/** Resets every connection once; new ones are taken at once. */
	drop(): void {
		this.cut();
		this.mend();
	}

	/** Passes nothing on and closes nothing until `mend`: what a dead switch looks like. */
	hang(): void {
		this.#line = "hung";
		for (const { near, far } of this.#pairs) {
			near.pause();
			far.pause();
		}
	}

	mend(): void {
		this.#line = "open";
		for (const { near, far } of this.#pairs) {
			near.resume();
			far.resume();
		}
	}

	close(): Promise<void> {
		this.cut();
		return new Promise((resolve) => this.server.close(() => resolve()));
	}

	#pass(near: Socket): void {
		if (this.#line === "cut") {
			near.resetAndDestroy();
			return;
		}
		const far = connect(this.target, "127.0.0.1");
		const pair = { near, far };
		this.#pairs.add(pair);
		const end = () => {
			this.#pairs.delete(pair);
			near.destroy();
			far.destroy();
		};
		for (const [from, to] of [
			[near, far],
			[far, near],
		] as const) {
			from.on("data", (bytes) => {
				if (to.write(bytes)) return;
				from.pause();
				to.once("drain", () => this.#line === "open" && from.resume());
			});
			from.on("error", end);
			from.on("close", end);
		}
		if (this.#line === "hung") {
			near.pause();
			far.pause();
		}
	}
}
