import { describe, expect, it } from "vitest";
import { DerivativeCache } from "../../src/web/pictures/derivative-cache.js";

describe("the cache of made pictures", () => {
	it("makes a picture once for all who ask at once, and not again while it is kept", async () => {
		const cache = new DerivativeCache(100);
		let made = 0;
		const make = async () => {
			made += 1;
			await new Promise((resolve) => setTimeout(resolve, 5));
			return Buffer.alloc(10);
		};
		await Promise.all(Array.from({ length: 8 }, () => cache.get("a", make)));
		await cache.get("a", make);
		expect([made, cache.bytes]).toEqual([1, 10]);
	});

	it("holds no more than its bytes, and lets go of what nobody asked for longest", async () => {
		const cache = new DerivativeCache(100);
		const remade: string[] = [];
		const ask = (name: string, bytes = 40) =>
			cache.get(name, async () => {
				remade.push(name);
				return Buffer.alloc(bytes);
			});
		for (const name of ["a", "b", "a", "c", "a", "b"]) await ask(name);
		expect(remade).toEqual(["a", "b", "c", "b"]);
		expect(cache.bytes).toBeLessThanOrEqual(100);
		await ask("larger than the cache", 101);
		expect(cache.bytes).toBeLessThanOrEqual(100);
	});

	it("forgets a making that failed", async () => {
		const cache = new DerivativeCache(100);
		const failing = cache.get("a", async () => {
			throw new Error("undecodable");
		});
		await expect(failing).rejects.toThrow("undecodable");
		expect((await cache.get("a", async () => Buffer.alloc(3))).length).toBe(3);
	});
});
