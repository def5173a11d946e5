import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { VEHICLES } from "../../src/demonstration/plant.js";
import { type PictureOrder, renderPicture, type Subject } from "../../src/demonstration/render/picture.js";

function orderOf(form: Subject["form"]): PictureOrder {
	const order = VEHICLES.flatMap(({ captures }) => captures.map((capture) => capture.order)).find(
		({ subject }) => subject.form === form,
	);
	if (!order) throw new Error(`no vehicle shows a ${form}`);
	return order;
}

async function grey(jpeg: Uint8Array) {
	const { data, info } = await sharp(jpeg).greyscale().raw().toBuffer({ resolveWithObject: true });
	return { data, width: info.width, height: info.height };
}

/** Left, top, right, bottom of everything that differs by more than `tolerance` grey levels. */
async function difference(a: Uint8Array, b: Uint8Array, tolerance = 24) {
	const [first, second] = [await grey(a), await grey(b)];
	const box = { left: first.width, top: first.height, right: -1, bottom: -1 };
	for (let i = 0; i < first.data.length; i++) {
		if (Math.abs((first.data[i] ?? 0) - (second.data[i] ?? 0)) <= tolerance) continue;
		const [x, y] = [i % first.width, Math.floor(i / first.width)];
		box.left = Math.min(box.left, x);
		box.right = Math.max(box.right, x);
		box.top = Math.min(box.top, y);
		box.bottom = Math.max(box.bottom, y);
	}
	return box;
}

const stampOrder = orderOf("stamp");
function struck(vin: string | null): PictureOrder {
	if (stampOrder.subject.form !== "stamp") throw new Error("not a stamp");
	return { ...stampOrder, subject: { ...stampOrder.subject, vin } };
}

describe("rendered pictures", () => {
	it.each(["stamp", "gb_plate", "eu_plate", "us_label", "certificate", "gear"] as const)(
		"%s: the same order gives the same bytes, and they decode at the size that is told",
		async (form) => {
			const [first, second] = [await renderPicture(orderOf(form)), await renderPicture(orderOf(form))];
			expect(Buffer.compare(first.jpeg, second.jpeg)).toBe(0);
			const { data, info } = await sharp(first.jpeg).raw().toBuffer({ resolveWithObject: true });
			expect([info.width, info.height, info.channels]).toEqual([first.width, first.height, 3]);
			expect(data.length).toBe(first.width * first.height * 3);
			for (const [x, y] of first.quad ?? []) {
				expect(x).toBeGreaterThan(0);
				expect(x).toBeLessThan(first.width);
				expect(y).toBeGreaterThan(0);
				expect(y).toBeLessThan(first.height);
			}
		},
	);

	it("another seed gives another picture", async () => {
		const [one, other] = [
			await renderPicture(stampOrder),
			await renderPicture({ ...stampOrder, seed: "another" }),
		];
		expect(Buffer.compare(one.jpeg, other.jpeg)).not.toBe(0);
	});

	it("one wrong character changes the picture at that character only", async () => {
		const good = await renderPicture(struck("LXA2J5B34TC004224"));
		const wrong = await renderPicture(struck("LXA2J5B34TC004274"));
		const [left, right] = [good.quad?.[0][0] ?? 0, good.quad?.[1][0] ?? 0];
		// 19 characters with the marks; the wrong one is the seventeenth of them.
		const pitch = (right - left) / 18.6;
		const changed = await difference(good.jpeg, wrong.jpeg);
		expect(changed.left).toBeGreaterThan(left + 16 * pitch - 20);
		expect(changed.right).toBeLessThan(left + 17 * pitch + 20);
		expect(changed.right - changed.left).toBeGreaterThan(20);
	});

	it("a body that skipped the marker differs in the line of the number only", async () => {
		const good = await renderPicture(struck("LXA2J5B34TC004224"));
		const bare = await renderPicture(struck(null));
		expect(bare.quad).toBeNull();
		const changed = await difference(good.jpeg, bare.jpeg);
		const ys = good.quad?.map(([, y]) => y) ?? [];
		expect(changed.top).toBeGreaterThan(Math.min(...ys) - 20);
		expect(changed.bottom).toBeLessThan(Math.max(...ys) + 20);
		expect(changed.right - changed.left).toBeGreaterThan(1000);
	});

	it("a camera out of focus loses the edges, a lamp that did not fire the light", async () => {
		const [good, blurred, dark] = await Promise.all(
			([null, "blurred", "underexposed"] as const).map(async (fault) =>
				grey((await renderPicture({ ...stampOrder, fault })).jpeg),
			),
		);
		if (!good || !blurred || !dark) throw new Error("three pictures were ordered");
		const mean = ({ data }: typeof good) => data.reduce((sum, v) => sum + v, 0) / data.length;
		// Steps over eight pixels: wider than the sensor's noise, narrower than the blur.
		const steps = ({ data, width }: typeof good) => {
			let sum = 0;
			for (let i = 0; i + 8 * width < data.length; i += 7) {
				sum += Math.max(0, Math.abs((data[i] ?? 0) - (data[i + 8 * width] ?? 0)) - 20);
			}
			return sum / data.length;
		};
		expect(steps(blurred)).toBeLessThan(0.4 * steps(good));
		expect(mean(dark)).toBeLessThan(0.2 * mean(good));
	});
});
