import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ERRORS } from "../../src/domain/errors.js";
import { routeTable } from "../../src/web/api/route-table.js";
import type { WebDeps } from "../../src/web/deps.js";
import type { Live } from "../../src/web/live/live.js";
import { type ServedWeb, serveWeb } from "../support/serve-web.js";

interface Described {
	readonly operationId: string;
	readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
	readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: object }>> };
	readonly responses: Readonly<
		Record<string, { readonly description: string; readonly content?: Readonly<Record<string, unknown>> }>
	>;
	readonly security: readonly object[];
}
interface Document {
	readonly openapi: string;
	readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
	readonly components: { readonly schemas: Readonly<Record<string, { readonly [key: string]: unknown }>> };
}

let web: ServedWeb;
let document: Document;
beforeAll(async () => {
	web = await serveWeb();
	document = (await (await fetch(`${web.url}/api/v1/openapi.json`)).json()) as Document;
});
afterAll(() => web.listening.close());

const described = (id: string): Described => {
	const found = Object.values(document.paths)
		.flatMap((item) => Object.values(item))
		.find(({ operationId }) => operationId === id);
	if (!found) throw new Error(`${id} is not in the document`);
	return found;
};

describe("the OpenAPI document", () => {
	it("is valid OpenAPI 3.1, references included", async () => {
		const validator = new Validator();
		const result = await validator.validate({ ...structuredClone(document) });
		expect(result.errors ?? []).toEqual([]);
		expect(result.valid).toBe(true);
		expect(validator.version).toBe("3.1");
		const text = JSON.stringify(document);
		for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
			expect(Object.keys(document.components.schemas)).toContain(name);
		}
	});

	it("describes every operation of the route table, and nothing else", () => {
		const operations = routeTable({ store: {} } as WebDeps, {} as Live);
		const routed = operations.map(({ method, path }) => `${method} ${path}`);
		const inDocument = Object.entries(document.paths).flatMap(([path, item]) =>
			Object.keys(item).map((method) => `${method} ${path}`),
		);
		expect(inDocument.toSorted()).toEqual(routed.toSorted());
		expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
	});

	it("names every problem an operation declares, by status", () => {
		for (const operation of routeTable({ store: {} } as WebDeps, {} as Live)) {
			const { responses } = described(operation.operationId);
			for (const code of operation.errors) {
				const response = responses[String(ERRORS[code].status)];
				expect(response?.description, `${operation.operationId} ${code}`).toContain(code);
				expect(Object.keys(response?.content ?? {})).toEqual(["application/problem+json"]);
			}
		}
	});

	it("tells clients what the pipes are: multipart, bytes, events, keys, tokens", () => {
		const capture = described("submitCapture");
		expect(Object.keys(capture.requestBody?.content ?? {})).toEqual(["multipart/form-data"]);
		expect(document.components.schemas.StoredFile).toEqual({
			type: "string",
			contentMediaType: "application/octet-stream",
		});
		expect(capture.parameters?.map(({ name }) => name)).toContain("Idempotency-Key");
		expect(Object.keys(described("watchInspections").responses["200"]?.content ?? {})).toEqual([
			"text/event-stream",
		]);
		expect(Object.keys(described("getReportPdf").responses["200"]?.content ?? {})).toEqual([
			"application/pdf",
		]);
		expect(described("decideException").security).toEqual([{ key: [] }, { session: [], csrf: [] }]);
		expect(described("getInspection").security).toEqual([{ key: [] }, { session: [] }]);
		expect(described("signIn").security).toEqual([]);
		// a secret that is shown once must not be kept to be shown again
		expect(described("createStation").parameters ?? []).toEqual([]);
	});

	it("closes its requests and gives defaults as optional", () => {
		const { TrackInInput } = document.components.schemas;
		expect(TrackInInput).toMatchObject({
			additionalProperties: false,
			required: ["productionNumber", "station"],
		});
	});
});
