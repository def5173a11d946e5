import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** A line to a server that can be cut and mended while others talk through it. */
export class BreakableLine {
	private readonly sockets = new Set<Socket>();
	private cut = false;

	private constructor(
		private readonly server: Server,
		readonly port: number,
	) {}

	static async to(host: string, port: number): Promise<BreakableLine> {
		const server = createServer();
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
		const address = server.address();
		if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
		const line = new BreakableLine(server, address.port);
		server.on("connection", (near) => line.join(near, connect(port, host)));
		return line;
	}

	private join(near: Socket, far: Socket): void {
		for (const socket of [near, far]) {
			this.sockets.add(socket);
			// Either end may vanish when the line is cut; that is the point.
			socket.on("error", () => undefined);
			socket.on("close", () => {
				this.sockets.delete(socket);
				near.destroy();
				far.destroy();
			});
		}
		if (this.cut) near.destroy();
		else near.pipe(far).pipe(near);
	}

	break(): void {
		this.cut = true;
		for (const socket of this.sockets) socket.destroy();
	}

	mend(): void {
		this.cut = false;
	}

	async close(): Promise<void> {
		this.break();
		this.server.close();
		await once(this.server, "close");
	}
}
