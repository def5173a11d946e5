import { createHash } from "node:crypto";
import type { Express } from "express";
import sharp from "sharp";
import { ChainedAuditLog } from "../../src/audit/audit-log.js";
import type { CaptureMediaType } from "../../src/contracts/capture.js";
import { ProblemDocument } from "../../src/contracts/problem.js";
import { VinspectError } from "../../src/domain/errors.js";
import { createLogger } from "../../src/logging/create-logger.js";
import type { Role } from "../../src/persistence/store.js";
import { hashToken, newStationKey } from "../../src/web/access/secrets.js";
import { createWeb } from "../../src/web/app.js";
import type { WebDeps } from "../../src/web/deps.js";
import { renderReportPage } from "../../src/web/report-page.js";
import { type Listening, listen } from "../../src/web/server.js";
import { PLANT } from "./inspections.js";
import { createMemoryContentStore, type MemoryContentStore } from "./memory-content-store.js";
import { createMemoryGateway, type MemoryGateway } from "./memory-gateway.js";
import { createMemoryStore, type MemoryStore } from "./memory-store.js";

export interface ServedWeb {
	readonly url: string;
	readonly store: MemoryStore;
	readonly gateway: MemoryGateway;
	readonly captures: MemoryContentStore;
	readonly reports: MemoryContentStore;
	/** What was logged, one parsed line each. */
	readonly log: Record<string, unknown>[];
	readonly app: Express;
	readonly listening: Listening;
	/** What the application is made of, to make another one. */
	readonly deps: WebDeps;
	/** A fresh key of an account with this role. */
	key(role: Role, name?: string): Promise<string>;
	/** `fetch` below `/api/v1`, as the owner of the key. */
	call(key: string | null, method: string, path: string, body?: unknown, headers?: object): Promise<Response>;
}

/** The problem document of an answer; fails where it is none. */
export async function problemIn(response: Response): Promise<ProblemDocument> {
	if (!response.headers.get("content-type")?.startsWith("application/problem+json")) {
		throw new Error(`no problem document: ${response.status} ${await response.text()}`);
	}
	return ProblemDocument.parse(await response.json());
}

async function probe(bytes: Uint8Array) {
	if (bytes.length === 0) throw new VinspectError("picture_empty", "The file is empty.");
	try {
		const { width, height, format } = await sharp(bytes).metadata();
		const sha256 = createHash("sha256").update(bytes).digest("hex");
		const mediaType = `image/${format}` as CaptureMediaType;
		return { sha256, mediaType, bytes: bytes.length, width, height };
	} catch (cause) {
		throw new VinspectError("picture_undecodable", "This is no picture.", [], { cause });
	}
}

/** The application on a real port, with everything behind it in memory. */
export async function serveWeb(overrides: Partial<WebDeps> = {}, port = 0): Promise<ServedWeb> {
	const store = createMemoryStore();
	const gateway = createMemoryGateway(store);
	const captures = createMemoryContentStore();
	const reports = createMemoryContentStore();
	const log: Record<string, unknown>[] = [];
	const logger = createLogger("web", "debug", { write: (line: string) => log.push(JSON.parse(line)) });
	const deps: WebDeps = {
		store,
		audit: new ChainedAuditLog(store.audit, PLANT),
		gateway,
		captures,
		reports,
		imports: createMemoryContentStore(),
		probePicture: probe,
		decodePicture: async () => ({ width: 2, height: 1, rgb: Uint8Array.of(255, 0, 0, 0, 0, 255) }),
		importVehicleRecords: async () => ({
			rows: 2,
			created: 1,
			revised: 0,
			unchanged: 0,
			rejected: 1,
			problems: [
				{ line: 3, field: "vin", code: "refused", values: {}, reason: "16 characters", mend: "Count them." },
			],
		}),
		verifyReport: async () => ({
			valid: true,
			checks: [],
			signer: null,
			signedAt: null,
			countersignature: null,
			inspectionId: null,
			disposition: null,
		}),
		renderReportHtml: renderReportPage,
		plant: PLANT,
		calendar: { shifts: ["06:00", "14:00", "22:00"], zone: Intl.DateTimeFormat().resolvedOptions().timeZone },
		secureCookies: false,
		logger,
		...overrides,
	};
	const app = createWeb(deps);
	const listening = await listen(app, { host: "127.0.0.1", port });
	return {
		url: listening.url,
		store,
		gateway,
		captures,
		reports,
		log,
		app,
		listening,
		deps,
		async key(role, name = `${role}-${Math.random().toString(36).slice(2, 8)}`) {
			const key = newStationKey();
			const account = { name, role, displayName: name, secretHash: hashToken(key), disabled: false };
			await deps.store.accounts.create(account);
			return key;
		},
		call(key, method, path, body, headers = {}) {
			return fetch(`${listening.url}/api/v1${path}`, {
				method,
				headers: {
					...(key === null ? {} : { authorization: `Bearer ${key}` }),
					...(body === undefined || body instanceof FormData ? {} : { "content-type": "application/json" }),
					...headers,
				},
				...(body === undefined
					? {}
					: { body: body instanceof FormData || typeof body === "string" ? body : JSON.stringify(body) }),
			});
		},
	};
}
