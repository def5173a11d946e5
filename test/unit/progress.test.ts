import { Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createProgress } from "../../src/embedded/progress.js";

function screen(isTTY: boolean) {
	const said: string[] = [];
	const out = Object.assign(
		new Writable({
			write(chunk, _encoding, done) {
				said.push(String(chunk));
				done();
			},
		}),
		{ isTTY, columns: 80 },
	);
	return { said, out: out as unknown as NodeJS.WriteStream };
}

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

test("without a terminal a short step says nothing, a long one says so after two seconds and again", async () => {
	const { said, out } = screen(false);
	const progress = createProgress(out);
	expect(await progress.step("quick", async () => 7)).toBe(7);
	expect(said).toEqual([]);

	const long = progress.step("long", () => delay(40_000));
	await vi.advanceTimersByTimeAsync(1_900);
	expect(said).toEqual([]);
	await vi.advanceTimersByTimeAsync(200);
	expect(said).toEqual(["… long\n"]);
	await vi.advanceTimersByTimeAsync(40_000);
	await Promise.race([long, Promise.resolve()]);
	expect(said[1]).toMatch(/^… long \(17 s\)/);
});

test("a step that fails passes its error on, on a terminal with a mark", async () => {
	const { said, out } = screen(true);
	const failing = createProgress(out).step("build", () => Promise.reject(new Error("no compiler")));
	await expect(failing).rejects.toThrow("no compiler");
	expect(said.join("")).toContain("✗ build");
});
