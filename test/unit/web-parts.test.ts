import fc from "fast-check";
import pino from "pino";
import { describe, expect, it } from "vitest";
import { VinspectError } from "../../src/domain/errors.js";
import { rowOf } from "../../src/domain/inspection-row.js";
import { takeAttempt } from "../../src/web/access/attempts.js";
import { hashPassword, verifyPassword } from "../../src/web/access/secrets.js";
import { ChangeFeed } from "../../src/web/live/change-feed.js";
import { regionOf } from "../../src/web/pictures/derivative.js";
import { sampleInspection } from "../support/inspections.js";
import { createMemoryStore } from "../support/memory-store.js";

describe("regionOf", () => {
	it("lies in the picture and holds every pixel of the box that does", () => {
		const size = fc.integer({ min: 1, max: 5_000 });
		const place = fc.integer({ min: -6_000, max: 6_000 });
		fc.assert(
			fc.property(size, size, place, place, place, place, (width, height, x, y, w, h) => {
				const inside = w > 0 && h > 0 && x < width && y < height && x + w > 0 && y + h > 0;
				if (!inside) {
					expect(() => regionOf(`${x},${y},${w},${h}`, width, height)).toThrow(VinspectError);
					return;
				}
				const region = regionOf(`${x},${y},${w},${h}`, width, height);
				expect(region).toEqual({
					left: Math.max(0, x),
					top: Math.max(0, y),
					width: Math.min(width, x + w) - Math.max(0, x),
					height: Math.min(height, y + h) - Math.max(0, y),
				});
			}),
		);
	});

	it("takes whole pixels around a box between them", () => {
		expect(regionOf("1.5,2.5,2,2", 100, 100)).toEqual({ left: 1, top: 2, width: 3, height: 3 });
	});
});

describe("takeAttempt", () => {
	it("doubles the wait from the fifth failure to a quarter of an hour, and counts nothing that comes early", async () => {
		const { signInAttempts } = createMemoryStore();
		let now = Date.parse("2026-03-02T08:00:00Z");
		const waits: number[] = [];
		for (let i = 0; i < 20; i += 1) {
			await takeAttempt(signInAttempts, "name:li", new Date(now));
			const next = await signInAttempts.get("name:li");
			waits.push((next?.notBefore.getTime() ?? 0) - now);
			if ((waits.at(-1) ?? 0) > 0) {
				const early = takeAttempt(signInAttempts, "name:li", new Date(now));
				await expect(early).rejects.toMatchObject({ code: "too_many_requests" });
				expect(await signInAttempts.get("name:li")).toEqual(next);
			}
			now += waits.at(-1) ?? 0;
		}
		expect(waits.slice(0, 8)).toEqual([0, 0, 0, 0, 1_000, 2_000, 4_000, 8_000]);
		expect(Math.max(...waits)).toBe(15 * 60_000);
		await takeAttempt(signInAttempts, "name:wang", new Date(now));
	});
});

describe("passwords", () => {
	it("are kept as Argon2id of 19 MiB and two passes, and never the same twice", async () => {
		const [one, two] = await Promise.all([hashPassword("密码 one"), hashPassword("密码 one")]);
		expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
		expect(one).not.toBe(two);
		expect(await verifyPassword(one, "密码 one")).toBe(true);
		expect(await verifyPassword(one, "密码 two")).toBe(false);
		expect(await verifyPassword(null, "密码 one")).toBe(false);
		expect(await verifyPassword("0".repeat(64), "0".repeat(64))).toBe(false);
	});
});

describe("ChangeFeed", () => {
	it("asks the store once for all who listen, and not at all when nobody does", async () => {
		let asked = 0;
		const feed = new ChangeFeed(
			async (cursor) => {
				asked += 1;
				if (cursor === null) return { items: [], next: "0" };
				const version = Number(cursor) + 1;
				return { items: [rowOf(sampleInspection({ version }))], next: String(version) };
			},
			pino({ level: "silent" }),
		);
		const heard: number[][] = [[], []];
		const subscriptions = heard.map((list) =>
			feed.subscribe(({ inspections }) => list.push(...inspections.map(({ version }) => version))),
		);
		await expect.poll(() => heard[0]?.length, { timeout: 5_000 }).toBeGreaterThanOrEqual(2);
		expect(heard[0]).toEqual(heard[1]);
		expect(heard[0]?.slice(0, 2)).toEqual([1, 2]);
		expect(asked).toBe((heard[0]?.length ?? 0) + 1);
		for (const subscription of subscriptions) subscription.stop();
		const then = asked;
		await new Promise((resolve) => setTimeout(resolve, 1_000));
		expect(asked).toBe(then);
	});
});
