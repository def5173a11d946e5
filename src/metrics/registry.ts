import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { askParts, type Parts } from "../health/parts.js";

/** A registry of one process with what is true of any: memory, processor, event loop, and which parts answer. */
export function createRegistry(parts: Parts): Registry {
	const registry = new Registry();
	collectDefaultMetrics({ register: registry });
	new Gauge({
		name: "vinspect_part_up",
		help: "1 where a part that this process needs answers within two seconds, else 0",
		labelNames: ["part"],
		registers: [registry],
		async collect() {
			for (const [part, state] of Object.entries(await askParts(parts)))
				this.set({ part }, state === "up" ? 1 : 0);
		},
	});
	return registry;
}

/** Whatever can't be asked now is left out of this scrape: no value is better than an old one. */
export async function setOrForget(gauge: Pick<Gauge, "reset">, set: () => Promise<void>): Promise<void> {
	gauge.reset();
	try {
		await set();
	} catch {
		gauge.reset();
	}
}
