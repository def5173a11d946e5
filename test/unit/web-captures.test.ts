import { createHash } from "node:crypto";
import { request } from "node:http";
import { connect } from "node:net";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CaptureReceipt } from "../../src/contracts/api.js";
import { VinspectError } from "../../src/domain/errors.js";
import { sampleInspection, sealedInspection } from "../support/inspections.js";
import { problemIn, type ServedWeb, serveWeb } from "../support/serve-web.js";

let web: ServedWeb;
let station: string;
let picture: Buffer;
const { inspectionId } = sampleInspection();
const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

beforeEach(async () => {
	web = await serveWeb();
	station = await web.key("station", "S10");
	await web.store.inspections.project(sampleInspection());
	picture = await sharp({ create: { width: 80, height: 40, channels: 3, background: "#888" } })
		.jpeg()
		.toBuffer();
});
afterEach(() => web.listening.close());

function form(file: Uint8Array | null, parts: Record<string, string> = { witness: "stamp", station: "S10" }) {
	const data = new FormData();
	for (const [name, value] of Object.entries(parts)) data.append(name, value);
	if (file) data.append("file", new Blob([new Uint8Array(file)]), "stamp.jpg");
	return data;
}
const send = (data: FormData, id = inspectionId, headers: object = {}) =>
	web.call(station, "POST", `/inspections/${id}/captures`, data, headers);

describe("captures", () => {
	it("takes a capture in, and knows it again", async () => {
		const first = await send(form(picture));
		expect(first.status).toBe(202);
		const receipt = await first.json();
		expect(receipt).toMatchObject({
			status: "accepted",
			capture: { sha256: digestOf(picture), width: 80, height: 40, witness: "stamp", capturedAt: null },
		});
		expect(web.captures.contents.has(digestOf(picture))).toBe(true);
		expect(await (await send(form(picture))).json()).toMatchObject({ status: "duplicate" });
		expect(web.gateway.calls).toHaveLength(1);
	});

	it("knows a capture again that the inspection has ended with, and no other", async () => {
		const finished = sampleInspection();
		const { capture } = CaptureReceipt.parse(await (await send(form(picture))).json());
		await web.store.inspections.project({ ...finished, version: finished.version + 1, captures: [capture] });
		web.gateway.submitCapture = async () => {
			throw new VinspectError("inspection_finished", "It is finished.");
		};
		const again = await send(form(picture));
		expect(again.status).toBe(202);
		expect(await again.json()).toMatchObject({ status: "duplicate" });
		const other = await sharp({ create: { width: 90, height: 40, channels: 3, background: "#888" } })
			.jpeg()
			.toBuffer();
		expect(await problemIn(await send(form(other)))).toMatchObject({ code: "inspection_finished" });
	});

	it("keeps the bytes whatever is wrong with the rest, and says where", async () => {
		const sha256 = digestOf(picture);
		const cases: [Promise<Response>, number, string][] = [
			[send(form(picture), "HZ1-NONE-1"), 404, "inspection_missing"],
			[send(form(picture, { witness: "roof", station: "S10" })), 422, "witness_unknown"],
			[send(form(picture, { witness: "stamp" })), 400, "request_invalid"],
			[send(form(picture, { witness: "stamp", station: "S10", colour: "red" })), 400, "request_invalid"],
			[send(form(picture, { witness: "stamp", station: "S10", capturedAt: "noon" })), 400, "request_invalid"],
		];
		for (const [sending, status, code] of cases) {
			const response = await sending;
			expect(response.status).toBe(status);
			const problem = await problemIn(response);
			expect(problem.code).toBe(code);
			expect(problem.detail).toContain(sha256);
		}
		expect(web.captures.contents.has(sha256)).toBe(true);
		expect(web.gateway.calls).toEqual([]);
	});

	it("refuses a capture for a finished inspection but keeps it", async () => {
		await web.store.inspections.project(sealedInspection("a".repeat(64), "b".repeat(64)));
		const response = await send(form(picture));
		expect(response.status).toBe(409);
		const problem = await problemIn(response);
		expect(problem.code).toBe("inspection_finished");
		expect(problem.detail).toContain(digestOf(picture));
	});

	it("refuses what is no picture by name, and keeps the bytes", async () => {
		const text = Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'");
		const response = await send(form(text));
		expect(response.status).toBe(422);
		expect(await response.json()).toMatchObject({ code: "picture_undecodable" });
		expect(web.captures.contents.has(digestOf(text))).toBe(true);
		expect(await (await send(form(Buffer.alloc(0)))).json()).toMatchObject({ code: "picture_empty" });
	});

	it("says what is wrong with the parts", async () => {
		const missing = await send(form(null));
		expect(missing.status).toBe(400);
		expect((await problemIn(missing)).detail).toContain("Part file is missing");

		const two = form(picture);
		two.append("file", new Blob(["more"]), "more.jpg");
		const several = await send(two);
		expect(several.status).toBe(400);
		expect((await problemIn(several)).detail).toContain("one file");

		const wrong = form(null);
		wrong.append("photo", new Blob(["x"]), "x.jpg");
		const unknown = await send(wrong);
		expect(unknown.status).toBe(400);
		expect((await problemIn(unknown)).detail).toContain("photo");

		const json = await web.call(station, "POST", `/inspections/${inspectionId}/captures`, {
			witness: "stamp",
		});
		expect(json.status).toBe(415);

		const broken = await fetch(`${web.url}/api/v1/inspections/${inspectionId}/captures`, {
			method: "POST",
			headers: { authorization: `Bearer ${station}`, "content-type": "multipart/form-data; boundary=x" },
			body: '--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\nhalf',
		});
		expect(broken.status).toBe(400);
		expect(await broken.json()).toMatchObject({ code: "request_invalid" });
		expect(web.captures.writing).toBe(0);
	});

	it("answers 507 where no space is left, and goes on", async () => {
		web.captures.space = 10;
		const response = await send(form(picture));
		expect(response.status).toBe(507);
		expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
		expect(await response.json()).toMatchObject({ code: "storage_full" });
		web.captures.space = 1e9;
		expect((await send(form(picture))).status).toBe(202);
	});

	it("refuses at once, and says when to come back, while too many captures wait for a reader", async () => {
		const busy = await serveWeb({ readingsWaiting: async () => 7, limits: { waitingReadings: 7 } });
		try {
			const key = await busy.key("station", "S10");
			await busy.store.inspections.project(sampleInspection());
			const path = `/inspections/${inspectionId}/captures`;
			const response = await busy.call(key, "POST", path, form(picture));
			expect(response.status).toBe(503);
			expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
			expect((await problemIn(response)).code).toBe("overloaded");
			expect(busy.captures.contents.size).toBe(0);
			expect(busy.gateway.calls).toEqual([]);
		} finally {
			await busy.listening.close();
		}
	});

	it("refuses 200 MB at once by the length it announces", async () => {
		const began = performance.now();
		const problem = await pour({ announced: 200 * 1024 * 1024 });
		expect(problem).toMatchObject({ status: 413, body: { code: "upload_too_large" } });
		expect(problem.sent).toBeLessThan(8 * 1024 * 1024);
		expect(performance.now() - began).toBeLessThan(3_000);
		expect((await send(form(picture))).status).toBe(202);
	});

	it("refuses 200 MB of unannounced length while it arrives", async () => {
		const problem = await pour({ announced: null });
		expect(problem).toMatchObject({ status: 413, body: { code: "upload_too_large" } });
		expect(problem.sent).toBeLessThan(120 * 1024 * 1024);
		expect(web.captures.contents.size).toBe(0);
		expect((await send(form(picture))).status).toBe(202);
	});

	/** Sends up to 200 MB as a slow consumer of answers would: it goes on writing until it is answered. */
	function pour({
		announced,
	}: {
		announced: number | null;
	}): Promise<{ status: number; body: unknown; sent: number }> {
		return new Promise((resolve, reject) => {
			let sent = 0;
			const outgoing = request(`${web.url}/api/v1/inspections/${inspectionId}/captures`, {
				method: "POST",
				headers: {
					authorization: `Bearer ${station}`,
					"content-type": "multipart/form-data; boundary=x",
					...(announced === null ? { "transfer-encoding": "chunked" } : { "content-length": announced }),
				},
			});
			outgoing.once("response", (response) => {
				const chunks: Buffer[] = [];
				response.on("data", (chunk: Buffer) => chunks.push(chunk));
				response.once("end", () => {
					const body: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
					resolve({ status: response.statusCode ?? 0, body, sent });
					outgoing.destroy();
				});
			});
			outgoing.once("error", reject);
			outgoing.write('--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n');
			const chunk = Buffer.alloc(256 * 1024, 7);
			const more = () => {
				while (sent < 200 * 1024 * 1024) {
					if (outgoing.destroyed) return;
					sent += chunk.length;
					if (!outgoing.write(chunk)) {
						outgoing.once("drain", more);
						return;
					}
				}
			};
			more();
		});
	}

	it("lets go of an upload whose client goes away", async () => {
		const { port } = web.listening;
		const socket = connect(port, "127.0.0.1");
		const head = `POST /api/v1/inspections/${inspectionId}/captures HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${station}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n`;
		const part = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\nhalf';
		socket.write(head + part);
		await expect.poll(() => web.captures.writing, { timeout: 5_000 }).toBe(1);
		socket.destroy();
		await expect.poll(() => web.captures.writing, { timeout: 5_000 }).toBe(0);
		expect(web.captures.contents.size).toBe(0);
	});

	it("sends one capture once under an Idempotency-Key", async () => {
		const headers = { "idempotency-key": "cap-1" };
		const first = await send(form(picture), inspectionId, headers);
		const again = await send(form(picture), inspectionId, headers);
		expect(again.headers.get("idempotency-replayed")).toBe("true");
		expect(await again.json()).toEqual(await first.json());
		const other = await send(form(Buffer.concat([picture, Buffer.of(0)])), inspectionId, headers);
		expect(other.status).toBe(422);
		expect(await other.json()).toMatchObject({ code: "idempotency_mismatch" });
	});
});

describe("pictures of captures", () => {
	let reader: string;
	const get = (path: string, headers: object = {}) => web.call(reader, "GET", path, undefined, headers);

	beforeEach(async () => {
		reader = await web.key("operator");
	});

	it("gives the original back byte for byte, and 304 to who has it", async () => {
		await send(form(picture));
		const original = await get(`/captures/${digestOf(picture)}`);
		expect(original.headers.get("content-type")).toBe("image/jpeg");
		expect(original.headers.get("cache-control")).toContain("immutable");
		expect(Buffer.from(await original.arrayBuffer())).toEqual(picture);
		const etag = original.headers.get("etag") ?? "";
		expect((await get(`/captures/${digestOf(picture)}`, { "if-none-match": etag })).status).toBe(304);
	});

	it("cuts in the frame of the upright picture", async () => {
		// 60 × 20 with a red left third; stored turned by a quarter, as a camera on its side would
		const upright = await sharp({ create: { width: 60, height: 20, channels: 3, background: "#00f" } })
			.composite([
				{
					input: { create: { width: 20, height: 20, channels: 3, background: "#f00" } },
					left: 0,
					top: 0,
				},
			])
			.png()
			.toBuffer();
		const turned = await sharp(await sharp(upright).rotate(-90).png().toBuffer())
			.withMetadata({ orientation: 6 })
			.jpeg({ quality: 95 })
			.toBuffer();
		await send(form(turned));
		const crop = await get(`/captures/${digestOf(turned)}?box=-10,2,25,400`);
		expect(crop.headers.get("content-type")).toBe("image/jpeg");
		const { data, info } = await sharp(Buffer.from(await crop.arrayBuffer()))
			.raw()
			.toBuffer({ resolveWithObject: true });
		expect([info.width, info.height]).toEqual([15, 18]);
		expect(data[0]).toBeGreaterThan(200);
		expect(data[2]).toBeLessThan(60);
	});

	it("makes it smaller, never larger, and has a tag for each variant", async () => {
		await send(form(picture));
		const widthOf = async (query: string) => {
			const response = await get(`/captures/${digestOf(picture)}?${query}`);
			const { width } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
			return { width, etag: response.headers.get("etag") };
		};
		const small = await widthOf("width=32");
		const large = await widthOf("width=4096");
		expect([small.width, large.width]).toEqual([32, 80]);
		expect(small.etag).not.toBe(large.etag);
	});

	it("refuses boxes outside, widths beyond 4096, unknown captures and what is no picture", async () => {
		await send(form(picture));
		const sha256 = digestOf(picture);
		expect((await get(`/captures/${sha256}?box=500,500,10,10`)).status).toBe(400);
		expect((await get(`/captures/${sha256}?box=1,2,3`)).status).toBe(400);
		expect((await get(`/captures/${sha256}?width=5000`)).status).toBe(400);
		expect((await get(`/captures/${sha256}?height=50`)).status).toBe(400);
		expect(await (await get(`/captures/${"0".repeat(64)}`)).json()).toMatchObject({
			code: "capture_missing",
		});
		const text = Buffer.from("<script>alert(1)</script>");
		await send(form(text));
		const bytes = await get(`/captures/${digestOf(text)}`);
		expect(bytes.headers.get("content-type")).toBe("application/octet-stream");
		expect(bytes.headers.get("content-disposition")).toBe("attachment");
		expect((await get(`/captures/${digestOf(text)}?width=32`)).status).toBe(422);
	});
});
