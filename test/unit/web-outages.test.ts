import { connect } from "node:net";
import express from "express";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { VinspectError } from "../../src/domain/errors.js";
import { listen } from "../../src/web/server.js";
import { sampleInspection } from "../support/inspections.js";
import { problemIn, type ServedWeb, serveWeb } from "../support/serve-web.js";

let web: ServedWeb;
let station: string;
beforeEach(async () => {
	web = await serveWeb();
	station = await web.key("station", "S10");
	await web.store.inspections.project(sampleInspection());
});
afterEach(() => web.listening.close());

describe("when something behind it is gone", () => {
	it("stays up, says what is missing, and recovers", async () => {
		const ready = async () => (await fetch(`${web.url}/ready`)).json();
		expect(await ready()).toEqual({ status: "ready", parts: { store: "up", workflow: "up" } });

		web.store.down = true;
		const refused = await web.call(station, "GET", "/inspections");
		expect(refused.status).toBe(503);
		expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
		expect(await problemIn(refused)).toMatchObject({ code: "store_unavailable" });
		expect(await ready()).toEqual({ status: "unavailable", parts: { store: "down", workflow: "up" } });
		expect((await fetch(`${web.url}/ready`)).status).toBe(503);
		expect((await fetch(`${web.url}/health`)).status).toBe(200);
		web.store.down = false;
		expect((await web.call(station, "GET", "/inspections")).status).toBe(200);

		web.gateway.down = true;
		const trackIn = await web.call(station, "POST", "/track-in", {
			productionNumber: "PN0001",
			station: "S10",
		});
		expect(await problemIn(trackIn)).toMatchObject({ status: 503, code: "workflow_unavailable" });
		expect(await ready()).toMatchObject({ parts: { store: "up", workflow: "down" } });
		// what the projection tells needs no workflow
		expect((await web.call(station, "GET", "/inspections/HZ1-PN0001-1")).status).toBe(200);
		web.gateway.down = false;
		expect((await fetch(`${web.url}/ready`)).status).toBe(200);
	});

	it("is not ready while something hangs", async () => {
		const hanging = await serveWeb();
		hanging.store.ping = () => new Promise(() => {});
		const response = await fetch(`${hanging.url}/ready`);
		expect(response.status).toBe(503);
		expect(await response.json()).toMatchObject({ parts: { store: "down" } });
		await hanging.listening.close();
	});

	it("keeps a capture whose workflow does not answer, and takes it again later", async () => {
		const data = () => {
			const form = new FormData();
			form.append("witness", "stamp");
			form.append("station", "S10");
			const gif = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
			form.append("file", new Blob([gif]), "a");
			return form;
		};
		const relaxed = await serveWeb({
			probePicture: async (bytes) => ({
				sha256: "c".repeat(64),
				mediaType: "image/png",
				bytes: bytes.length,
				width: 1,
				height: 1,
			}),
		});
		const key = await relaxed.key("station", "S10");
		await relaxed.store.inspections.project(sampleInspection());
		const send = () =>
			relaxed.call(key, "POST", "/inspections/HZ1-PN0001-1/captures", data(), { "idempotency-key": "once" });
		relaxed.gateway.down = true;
		expect((await send()).status).toBe(503);
		expect(relaxed.captures.contents.size).toBe(1);
		relaxed.gateway.down = false;
		expect((await send()).status).toBe(202);
		await relaxed.listening.close();
	});
});

describe("listening", () => {
	it("says in one sentence that a port is taken", async () => {
		const failing = listen(express(), { host: "127.0.0.1", port: web.listening.port });
		await expect(failing).rejects.toThrow(VinspectError);
		await expect(failing).rejects.toThrow(new RegExp(`^Port ${web.listening.port} on .* taken .* set PORT`));
	});

	it("lets a running answer finish before it is closed, and closes idle connections at once", async () => {
		const app = express();
		app.get("/slow", (_request, response) => {
			setTimeout(() => response.send("done"), 400);
		});
		const listening = await listen(app, { host: "127.0.0.1", port: 0 });
		const idle = connect(listening.port, "127.0.0.1");
		await new Promise((resolve) => idle.once("connect", resolve));
		const running = fetch(`${listening.url}/slow`);
		await new Promise((resolve) => setTimeout(resolve, 100));
		const began = performance.now();
		const [, answer] = await Promise.all([listening.close(), running]);
		expect(await answer.text()).toBe("done");
		expect(performance.now() - began).toBeLessThan(3_000);
		await listening.close();
		await expect(fetch(`${listening.url}/slow`)).rejects.toThrow();
		idle.destroy();
	});
});
