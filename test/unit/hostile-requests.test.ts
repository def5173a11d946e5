import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createWeb } from "../../src/web/app.js";
import { listen } from "../../src/web/server.js";
import { problemIn, type ServedWeb, serveWeb } from "../support/serve-web.js";

/** What a server answers to bytes that no client library would send; resolves when it hangs up. */
function raw(url: string, text: string | Buffer, keepSending?: (send: (more: string) => boolean) => void) {
	const { hostname, port } = new URL(url);
	return new Promise<string>((resolve) => {
		let answer = "";
		const socket = connect(Number(port), hostname, () => {
			socket.write(text);
			keepSending?.((more) => socket.writable && socket.write(more));
		});
		socket.on("data", (data) => {
			answer += data.toString("latin1");
		});
		socket.on("error", () => undefined);
		socket.on("close", () => resolve(answer));
	});
}

/** A path sent exactly as it is written; `fetch` would tidy it up. */
function asIs(web: ServedWeb, path: string, headers: Record<string, string> = {}, method = "GET") {
	return new Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }>(
		(resolve, reject) => {
			const request = httpRequest(web.url, { path, headers, method }, (response) => {
				let body = "";
				response.setEncoding("utf8");
				response.on("data", (more: string) => {
					body += more;
				});
				response.on("end", () =>
					resolve({ status: response.statusCode ?? 0, body, headers: response.headers }),
				);
			});
			request.on("error", reject);
			request.end();
		},
	);
}

describe("hostile requests", () => {
	let web: ServedWeb;
	let administrator: string;
	beforeAll(async () => {
		web = await serveWeb();
		administrator = await web.key("administrator");
	});
	afterAll(() => web.listening.close());

	/** Every path of the API that takes a name, with this in its place. */
	const everywhere = (name: string) => [
		`/api/v1/inspections/${name}`,
		`/api/v1/inspections/${name}/report.pdf`,
		`/api/v1/captures/${name}`,
		`/api/v1/exceptions/${name}`,
		`/api/v1/vehicle-records/${name}`,
		`/api/v1/record-imports/${name}`,
		`/api/v1/plans/${name}/changes?from=1&to=2`,
		`/static/${name}`,
		`/static/vendor/${name}`,
		`/models/${name}`,
		`/models/images/${name}`,
		`/inspections/${name}`,
		`/reports/${name}`,
	];

	test.each([
		"..%2f..%2f..%2f..%2fetc%2fpasswd",
		"%2e%2e%2f%2e%2e%2fpackage.json",
		"..%5c..%5cpackage.json",
		"../../../../etc/passwd",
		"....//....//etc/passwd",
		"%252e%252e%252fpackage.json",
		"..%c0%af..%c0%afetc/passwd",
		"%00",
		"x%00.pdf",
		"%ff%fe",
		"%",
		"%zz",
		"%F0%9F%92%A3",
		"{{7*7}}",
		"$where",
		"__proto__",
		"constructor",
		"CON",
		"/etc/passwd",
	])("a name that is %s leads nowhere", async (name) => {
		const authorization = `Bearer ${administrator}`;
		for (const path of everywhere(name)) {
			const { status, body } = await asIs(web, path, { authorization });
			expect([path, status]).toEqual([path, expect.toSatisfy((one) => one >= 400 && one < 500)]);
			expect(body).not.toMatch(/root:x:0|"devDependencies"/);
		}
	});

	test.each([
		["/inspections?search[$ne]=1"],
		["/inspections?status[$gt]="],
		["/inspections?$where=sleep(1000)"],
		["/search/inspections?vin[$regex]=.*"],
		["/vehicle-records?after[$gt]="],
		["/exceptions?status=open&status=decided"],
		["/inspections?__proto__[role]=administrator"],
	])("an operator of the database in a query is refused: %s", async (path) => {
		const answer = await web.call(administrator, "GET", path);
		expect([answer.status, (await problemIn(answer)).code]).toEqual([400, "request_invalid"]);
	});

	test.each([
		["/session", { name: { $gt: "" }, password: { $gt: "" } }],
		["/session", { name: "administrator", password: { $ne: null } }],
		["/track-in", { productionNumber: { $regex: ".*" }, station: "s" }],
		["/track-in", { productionNumber: "P-1", station: "s", $where: "1" }],
		["/accounts", { name: "x", displayName: "x", role: { $in: ["administrator"] }, password: "0123456789" }],
		["/stations", { name: ["a", "b"] }],
		["/plans", { $set: { status: "released" } }],
	])("an operator of the database in a body is refused: %s", async (path, body) => {
		const answer = await web.call(administrator, "POST", path, body);
		expect([answer.status, (await problemIn(answer)).code]).toEqual([400, "request_invalid"]);
	});

	test("the sign-in form knows no operators", async () => {
		const form = "name[$gt]=&password[$gt]=&name=&password=";
		const answer = await fetch(`${web.url}/sign-in`, {
			method: "POST",
			headers: { "content-type": "application/x-www-form-urlencoded" },
			body: form,
			redirect: "manual",
		});
		expect([answer.status, web.log.filter((l) => l.level === 50)]).toEqual([401, []]);
		expect(answer.headers.getSetCookie()).toEqual([]);
	});

	test.each(['{"__proto__":{"role":"administrator"}}', '{"constructor":{"prototype":{"role":"x"}}}'])(
		"no body changes what every object has: %s",
		async (pollution) => {
			const record = `{"vin":"1HGCM82633A004352","model":"m","market":"CN","attributes":${pollution}}`;
			for (const [method, path, body] of [
				["POST", "/track-in", pollution],
				["POST", "/accounts", pollution],
				["PUT", "/vehicle-records/P-9", record],
			] as const)
				expect((await web.call(administrator, method, path, body)).status).toBe(400);
			expect(({} as { role?: string }).role).toBeUndefined();
			expect(({} as { prototype?: unknown }).prototype).toBeUndefined();
		},
	);

	test("JSON a hundred thousand levels deep is refused", async () => {
		for (const deep of ["[".repeat(100_000), `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`]) {
			const answer = await web.call(administrator, "POST", "/track-in", deep);
			expect((await problemIn(answer)).code).toBe("request_invalid");
		}
	});

	test("a name of 4,000 characters is told to be too long", async () => {
		const answer = await web.call(administrator, "GET", `/inspections/${"a".repeat(4_000)}`);
		expect((await problemIn(answer)).code).toBe("request_invalid");
	});

	test("numbers, dates and texts beyond reason are refused", async () => {
		for (const body of [
			'{"productionNumber":"P","station":"s","sequence":1e308}',
			'{"productionNumber":"P","station":"s","sequence":-0.1}',
			'{"productionNumber":"P","station":"s","sequence":99999999999999999999999}',
			'{"productionNumber":"\\u0000","station":"s"}',
			'{"productionNumber":"\\ud800","station":"s"}',
			`{"productionNumber":"${"9".repeat(900_000)}","station":"s"}`,
		])
			expect((await web.call(administrator, "POST", "/track-in", body)).status).toBe(400);
		const long = await web.call(administrator, "POST", "/track-in", `"${"x".repeat(1_100_000)}"`);
		expect((await problemIn(long)).code).toBe("upload_too_large");
	});

	test("packed bodies are not unpacked", async () => {
		const bomb = gzipSync(Buffer.alloc(50 * 2 ** 20));
		for (const [path, type] of [
			["/track-in", "application/json"],
			["/vehicle-records/import", "text/csv"],
			["/record-imports", "text/csv"],
		])
			for (const encoding of ["gzip", "deflate", "br", "zstd"]) {
				const answer = await fetch(`${web.url}/api/v1${path}`, {
					method: "POST",
					headers: {
						authorization: `Bearer ${administrator}`,
						"content-type": type ?? "",
						"content-encoding": encoding,
					},
					body: bomb,
				});
				expect([answer.status, (await problemIn(answer)).code]).toEqual([415, "content_type"]);
			}
	});

	test("a multipart body of thousands of parts, nested names or odd file names is refused or harmless", async () => {
		const parts = (count: number, part: (n: number) => string) =>
			`${Array.from({ length: count }, (_, n) => `--b\r\n${part(n)}\r\n`).join("")}--b--\r\n`;
		const send = (body: string) =>
			fetch(`${web.url}/api/v1/inspections/HZ1-P-1-1/captures`, {
				method: "POST",
				headers: {
					authorization: `Bearer ${administrator}`,
					"content-type": "multipart/form-data; boundary=b",
				},
				body,
			});
		const text = (name: string) => `Content-Disposition: form-data; name="${name}"\r\n\r\nx`;
		for (const body of [
			parts(10_000, (n) => text(`p${n}`)),
			parts(1, () => text("__proto__")),
			parts(1, () => text("a[b][c][d]")),
			parts(1, () => text("x".repeat(5_000))),
			parts(3, () => 'Content-Disposition: form-data; name="file"; filename="../../a.jpg"\r\n\r\nx'),
			"--b\r\n",
			"",
		])
			expect((await problemIn(await send(body))).code).toBe("request_invalid");
		const escaping = 'Content-Disposition: form-data; name="file"; filename="../../../../etc/x"\r\n\r\nx';
		const answer = await send(parts(1, () => escaping));
		expect((await problemIn(answer)).code).toBe("request_invalid");
		expect(({} as { x?: string }).x).toBeUndefined();
	});

	test("no answer leads to another site or carries a header from the request", async () => {
		for (const back of [
			"//evil.example",
			"/\\evil.example",
			"https://evil.example",
			"/\t/evil.example",
			"/a\r\nSet-Cookie: x=1",
		]) {
			const page = await fetch(`${web.url}/sign-in?back=${encodeURIComponent(back)}`);
			expect(await page.text()).toContain('name="back" value="/"');
		}
		for (const host of ["evil.example", "evil.example:80@x", "a".repeat(300)]) {
			const { headers, body } = await asIs(web, "/inspections", { host, "x-forwarded-host": host });
			expect(headers.location).toBe("/sign-in?back=%2Finspections");
			expect(body + JSON.stringify(headers)).not.toContain("evil");
		}
		const { headers } = await asIs(web, "/%0d%0aSet-Cookie:%20x=1?a=%0d%0aX-Evil:%201");
		expect(headers["x-evil"]).toBeUndefined();
		expect(headers["set-cookie"]).toBeUndefined();
	});

	test("no other method does what a method may not, and no other site may ask", async () => {
		const authorization = `Bearer ${administrator}`;
		for (const method of ["TRACE", "PATCH", "PROPFIND", "DELETE"]) {
			const { status, body, headers } = await asIs(
				web,
				"/api/v1/track-in",
				{ authorization, "x-secret": "s" },
				method,
			);
			expect([method, status]).toEqual([method, 405]);
			expect(headers.allow).toBe("POST");
			expect(body).not.toContain("x-secret");
		}
		const overridden = await asIs(web, "/api/v1/session", {
			authorization,
			"x-http-method-override": "DELETE",
			"x-method-override": "DELETE",
		});
		expect(overridden.status).toBe(200);
		for (const path of ["/api/v1/session", "/api/v1/track-in", "/", "/sign-in"]) {
			const { headers } = await asIs(
				web,
				path,
				{ origin: "https://evil.example", "access-control-request-method": "POST" },
				"OPTIONS",
			);
			expect(Object.keys(headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
		}
	});

	test("markup, templates and controls in names and values are text on every page", async () => {
		const hostile = `<svg/onload=alert(1)>"'\`{{constructor}}{{{x}}}#panic("x")\u202e`;
		const label = { en: hostile, zh: hostile };
		const witness = { id: "stamp", kind: "stamp", label, station: "s-1", fields: ["vin"] };
		const plan = {
			...{ model: "M-1", label, market: "CN", checkDigit: "off", witnesses: [witness], undoSeconds: 0 },
			...{ captureDeadlineMinutes: 1, decisionDeadlineMinutes: 1 },
		};
		const record = {
			vin: "1HGCM82633A004352",
			model: "M-1",
			market: "CN",
			attributes: { colour: hostile, [hostile]: 1 },
		};
		for (const [method, path, body, status] of [
			["POST", "/stations", { name: "s-1", displayName: hostile }, 201],
			["POST", "/plans", plan, 201],
			["PUT", "/vehicle-records/P-1", record, 201],
		] as const)
			expect([path, (await web.call(administrator, method, path, body)).status]).toEqual([path, status]);
		const authorization = `Bearer ${administrator}`;
		let shown = 0;
		for (const path of [
			"/stations",
			"/stations/s-1",
			"/plans",
			"/plans/M-1",
			"/plans/M-1/edit",
			"/vehicle-records",
			"/vehicle-records/P-1",
		])
			for (const language of ["en", "zh"]) {
				const answer = await fetch(web.url + path, {
					headers: { authorization, "accept-language": language, accept: "text/html" },
				});
				const page = await answer.text();
				expect([path, answer.status]).toEqual([path, 200]);
				expect(page).not.toContain("<svg/onload");
				expect(page).not.toContain(`"'`);
				shown += page.split("&lt;svg/onload").length - 1;
			}
		expect(shown).toBeGreaterThan(8);
	});

	test("headers of more than 16 KiB, and what is no HTTP, get a problem document and are hung up on", async () => {
		const large = await raw(web.url, `GET /health HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(20_000)}\r\n\r\n`);
		expect(large).toMatch(/^HTTP\/1\.1 431 [\s\S]*"code":"headers_too_large"/);
		for (const text of [
			"GET / HTTP/9.9\r\n\r\n",
			"\x16\x03\x01\x02\x00\x01",
			"GET / HTTP/1.1\r\nHost: x\r\nA\0B: c\r\n\r\n",
			"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
			"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
			"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
			"GET / HTTP/1.1\r\nHost: x\r\n folded: yes\r\n\r\n",
		])
			expect(await raw(web.url, text)).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"request_invalid"/);
	});

	test("a session that was known before signing in is not taken over", async () => {
		const planted = "A".repeat(43);
		const answer = await fetch(`${web.url}/api/v1/session`, {
			headers: { cookie: `vinspect_session=${planted}` },
		});
		expect(answer.status).toBe(401);
	});
});

describe("slow clients", () => {
	test("are cut off: one that drips its headers, one that drips its body, one that says nothing", async () => {
		const web = await serveWeb();
		const impatient = await listen(
			createWeb(web.deps),
			{ host: "127.0.0.1", port: 0 },
			{
				headersMs: 300,
				requestMs: 600,
				connections: 5,
			},
		);
		const dripping = (send: (more: string) => boolean) => {
			const timer = setInterval(() => send("x") || clearInterval(timer), 50);
		};
		const [headers, body, silent] = await Promise.all([
			raw(impatient.url, "GET / HTTP/1.1\r\nX-Slow: ", dripping),
			raw(
				impatient.url,
				"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n",
				dripping,
			),
			raw(impatient.url, ""),
		]);
		for (const answer of [headers, body, silent]) expect(answer).toMatch(/^(HTTP\/1\.1 4\d\d |$)/);
		expect(headers).toContain('"code":"request_timeout"');
		// the others are served again once they are gone
		expect((await fetch(`${impatient.url}/health`)).status).toBe(200);
		await impatient.close();
		await web.listening.close();
	});

	test("that hold every connection keep the next one out, and nobody once they leave", async () => {
		const web = await serveWeb();
		const narrow = await listen(
			createWeb(web.deps),
			{ host: "127.0.0.1", port: 0 },
			{
				headersMs: 20_000,
				requestMs: 20_000,
				connections: 3,
			},
		);
		const { port } = new URL(narrow.url);
		const holding = Array.from({ length: 3 }, () => connect(Number(port), "127.0.0.1"));
		await Promise.all(holding.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
		await expect(fetch(`${narrow.url}/health`)).rejects.toThrow();
		for (const socket of holding) socket.destroy();
		await expect
			.poll(() =>
				fetch(`${narrow.url}/health`).then(
					({ status }) => status,
					() => 0,
				),
			)
			.toBe(200);
		await narrow.close();
		await web.listening.close();
	});
});
