/**
 * Pictures made lately, by name, up to a number of bytes; the one not asked for longest goes first. Many who ask
 * for the same picture at once wait for the same making. Nothing is lost with it: every picture can be made again.
 */
export class DerivativeCache {
	/** In the order in which they were last asked for. */
	readonly #kept = new Map<string, Buffer>();
	readonly #making = new Map<string, Promise<Buffer>>();
	#bytes = 0;

	constructor(readonly limitBytes: number) {}

	get bytes(): number {
		return this.#bytes;
	}

	/** The picture of that name, made where it is not kept. A making that fails is not kept. */
	async get(name: string, make: () => Promise<Buffer>): Promise<Buffer> {
		const kept = this.#kept.get(name);
		if (kept) {
			this.#kept.delete(name);
			this.#kept.set(name, kept);
			return kept;
		}
		const making = this.#making.get(name) ?? make();
		this.#making.set(name, making);
		try {
			const made = await making;
			this.#keep(name, made);
			return made;
		} finally {
			this.#making.delete(name);
		}
	}

	#keep(name: string, made: Buffer): void {
		if (this.#kept.has(name) || made.length > this.limitBytes) return;
		this.#kept.set(name, made);
		this.#bytes += made.length;
		for (const [oldest, picture] of this.#kept) {
			if (this.#bytes <= this.limitBytes) return;
			this.#kept.delete(oldest);
			this.#bytes -= picture.length;
		}
	}
}
