import { describe, expect, it } from "vitest";
import { Admission } from "../../src/web/admission.js";

const LIMITS = { lineRequests: 3, waitingReadings: 10 };

describe("the door of the line", () => {
	it("lets in as many as there are places, refuses the next, and lets in again when one has left", async () => {
		const door = new Admission(LIMITS, async () => 0);
		const inside = await Promise.all([door.enter("line"), door.enter("reading"), door.enter("line")]);
		await expect(door.enter("line")).rejects.toMatchObject({ code: "overloaded" });
		inside[0]?.leave();
		inside[0]?.leave(); // leaving twice gives back one place
		const again = await door.enter("reading");
		await expect(door.enter("reading")).rejects.toMatchObject({ code: "overloaded" });
		again.leave();
	});

	it("refuses captures, and no track-in, while too many wait for a reader; the refused take no place", async () => {
		let waiting = 10;
		let clock = 0;
		const door = new Admission(
			LIMITS,
			async () => waiting,
			() => clock,
		);
		for (let i = 0; i < 5; i++) {
			await expect(door.enter("reading")).rejects.toMatchObject({ code: "overloaded" });
		}
		(await door.enter("line")).leave();
		waiting = 9;
		await expect(door.enter("reading")).rejects.toMatchObject({ code: "overloaded" });
		clock = 1_001;
		(await door.enter("reading")).leave();
	});

	it("goes by what it saw last while the queue can't be seen, and asks once for many", async () => {
		let looks = 0;
		let clock = 0;
		const answers = [async () => 10, async () => Promise.reject(new Error("away"))];
		const door = new Admission(
			LIMITS,
			() => answers[Math.min(looks++, 1)]?.() ?? Promise.resolve(0),
			() => clock,
		);
		const refused = await Promise.allSettled([door.enter("reading"), door.enter("reading")]);
		expect(refused.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
		expect(looks).toBe(1);
		clock = 1_001;
		await expect(door.enter("reading")).rejects.toMatchObject({ code: "overloaded" });
		expect(looks).toBe(2);
	});
});
