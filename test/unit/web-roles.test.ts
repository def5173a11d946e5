import { createHash, randomBytes } from "node:crypto";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROLES, type Role } from "../../src/persistence/store.js";
import { hashToken } from "../../src/web/access/secrets.js";
import { routeTable } from "../../src/web/api/route-table.js";
import type { WebDeps } from "../../src/web/deps.js";
import type { Live } from "../../src/web/live/live.js";
import { routesOf } from "../support/routes.js";
import { type ServedWeb, serveWeb } from "../support/serve-web.js";

/** Written down by hand on purpose: who may do what is decided here, not read off the tables under test. */
const OPERATIONS: Readonly<Record<string, string>> = {
	signIn: "public",
	trackIn: "S,adm",
	submitCapture: "S,adm",
	trackOut: "O,A,E,adm,S",
	listInspections: "O,A,E,adm,S",
	getInspection: "O,A,E,adm,S",
	listObservations: "O,A,E,adm",
	cancelInspection: "E,adm",
	watchInspections: "O,A,E,adm,S",
	watchInspection: "O,A,E,adm,S",
	listExceptions: "O,A,E,adm",
	getException: "O,A,E,adm",
	claimException: "O,A,adm",
	releaseException: "O,A,adm",
	decideException: "O,A,adm",
	readBlind: "O,A,adm",
	undoDecision: "O,A,adm",
	getReportPdf: "O,A,E,adm,S",
	getReportRecord: "O,A,E,adm,S",
	getReportPage: "O,A,E,adm,S",
	getCapture: "O,A,E,adm",
	listVehicleRecords: "O,A,E,adm",
	getVehicleRecord: "O,A,E,adm",
	listVehicleRecordRevisions: "O,A,E,adm",
	saveVehicleRecord: "E,adm",
	importVehicleRecords: "E,adm",
	listPlans: "O,A,E,adm",
	savePlan: "E,adm",
	comparePlans: "O,A,E,adm",
	uploadTryOutPicture: "E,adm",
	tryOutPlan: "E,adm",
	getStatistics: "O,A,E,adm",
	getAttention: "O,A,E,adm",
	getAgreement: "A,adm",
	listGoldenItems: "A,adm",
	stateGoldenTruth: "A,adm",
	retireGoldenItem: "A,adm",
	getAgreementShares: "A,adm",
	setAgreementShares: "A,adm",
	whoAmI: "O,A,E,adm,S",
	signOut: "O,A,E,adm,S",
	changePassword: "O,A,E,adm",
	listOwnSessions: "O,A,E,adm",
	endOwnSession: "O,A,E,adm",
	listAccounts: "adm",
	createAccount: "adm",
	disableAccount: "adm",
	enableAccount: "adm",
	setAccountRole: "adm",
	resetPassword: "adm",
	endSessions: "adm",
	createStation: "E,adm",
	searchInspections: "A,E,adm",
	exportInspections: "A,E,adm",
	countersignReport: "A",
	listAuditEvents: "A,adm",
	getAuditState: "A,adm",
	getRetention: "A,adm",
	setLegalHold: "A,adm",
	liftLegalHold: "A,adm",
	getCountersignature: "A,E,adm",
	getCountersignedPdf: "A,E,adm",
	listStations: "E,adm",
	rotateStationKey: "E,adm",
	listStationKeys: "E,adm",
	endFormerKeys: "E,adm",
	disableStation: "E,adm",
	enableStation: "E,adm",
	setSilenceLimit: "E,adm",
	listRecordImports: "E,adm",
	previewRecordImport: "E,adm",
	getRecordImport: "E,adm",
	confirmRecordImport: "E,adm",
	getRecordImportProblems: "E,adm",
	listModels: "A,E,adm",
};

/** Everything else the application answers: `public`, or the people it is for. */
const PAGES: Readonly<Record<string, string>> = {
	"GET /health": "public",
	"GET /ready": "public",
	"GET /report.css": "public",
	"GET /api/v1/openapi.json": "public",
	"FILES /static": "public",
	"GET /static/:name": "public",
	"GET /static/vendor/:name": "public",
	"GET /static/vendor/htmx.js": "public",
	"GET /static/vendor/htmx-sse.js": "public",
	"GET /static/vendor/uplot.js": "public",
	"GET /static/vendor/uplot.css": "public",
	"GET /static/vendor/chart.js": "public",
	"GET /sign-in": "public",
	"POST /sign-in": "public",
	"GET /sign-in/single": "public",
	"GET /sign-in/single/return": "public",
	"POST /preferences": "public",
	"POST /sign-out": "O,A,E,adm",
	"GET /account": "O,A,E,adm",
	"POST /account/password": "O,A,E,adm",
	"POST /account/sessions/:sessionId/end": "O,A,E,adm",
	"GET /": "O,A,E,adm",
	"GET /inspections": "A,E,adm",
	"GET /inspections/:inspectionId": "O,A,E,adm",
	"GET /inspections/:inspectionId/report": "O,A,E,adm",
	"GET /inspections/:inspectionId/report/document": "O,A,E,adm",
	"GET /inspections/:inspectionId/report/verification": "O,A,E,adm",
	"POST /inspections/:inspectionId/report/countersign": "A",
	"GET /audit": "A,adm",
	"POST /inspections/:inspectionId/hold": "A,adm",
	"POST /inspections/:inspectionId/hold/lift": "A,adm",
	"GET /exceptions": "O,A,E,adm",
	"GET /exceptions/next": "O,A,E,adm",
	"GET /exceptions/:exceptionId": "O,A,E,adm",
	"GET /exceptions/:exceptionId/state": "O,A,E,adm",
	"GET /exceptions/:exceptionId/claim": "O,A,E,adm",
	"POST /exceptions/:exceptionId/claim": "O,A,adm",
	"POST /exceptions/:exceptionId/next": "O,A,E,adm",
	"POST /exceptions/:exceptionId/blind": "O,A,adm",
	"POST /exceptions/:exceptionId/decision": "O,A,adm",
	"POST /exceptions/:exceptionId/undo": "O,A,adm",
	"GET /statistics": "O,A,E,adm",
	"GET /agreement": "A,adm",
	"GET /agreement/judgements/:itemId": "A,adm",
	"POST /agreement/shares": "A,adm",
	"GET /agreement/golden": "A,adm",
	"POST /agreement/golden": "A,adm",
	"POST /agreement/golden/:exceptionId/retire": "A,adm",
	"GET /plans": "E,adm",
	"GET /plans/new": "E,adm",
	"POST /plans/edit": "E,adm",
	"GET /plans/:model": "E,adm",
	"GET /plans/:model/edit": "E,adm",
	"GET /plans/:model/compare": "E,adm",
	"GET /plans/:model/release": "E,adm",
	"POST /plans/:model/release": "E,adm",
	"GET /plans/:model/try-out": "E,adm",
	"POST /plans/:model/try-out": "E,adm",
	"GET /plans/:model/try-out/result": "E,adm",
	"GET /vehicle-records": "A,E,adm",
	"GET /vehicle-records/:productionNumber": "A,E,adm",
	"GET /record-imports": "E,adm",
	"POST /record-imports": "E,adm",
	"GET /record-imports/:importId": "E,adm",
	"POST /record-imports/:importId": "E,adm",
	"GET /record-imports/:importId/problems.csv": "E,adm",
	"GET /stations": "E,adm",
	"POST /stations": "E,adm",
	"GET /stations/:name": "E,adm",
	"POST /stations/:name/key": "E,adm",
	"POST /stations/:name/former-keys/end": "E,adm",
	"POST /stations/:name/disable": "E,adm",
	"POST /stations/:name/enable": "E,adm",
	"POST /stations/:name/silence-limit": "E,adm",
	"GET /models": "A,E,adm",
	"GET /models/accuracy": "A,E,adm",
	"GET /models/accuracy/images/:name": "A,E,adm",
	"FILES /models/accuracy/images": "A,E,adm",
	"GET /models/:name": "A,E,adm",
	"GET /accounts": "adm",
	"POST /accounts": "adm",
	"GET /accounts/:name": "adm",
	"POST /accounts/:name/role": "adm",
	"POST /accounts/:name/password": "adm",
	"POST /accounts/:name/disable": "adm",
	"POST /accounts/:name/enable": "adm",
	"POST /accounts/:name/end-sessions": "adm",
};

/** What a person who must change their password still gets. */
const BEFORE_CHANGE = [
	"GET /api/v1/session",
	"DELETE /api/v1/session",
	"PUT /api/v1/session/password",
	"POST /sign-out",
	"GET /account",
	"POST /account/password",
];

/** Forms that carry a file; the others are urlencoded. */
const UPLOADS = ["POST /record-imports", "POST /plans/:model/try-out"];

const SHORT: Readonly<Record<Role, string>> = {
	operator: "O",
	auditor: "A",
	engineer: "E",
	administrator: "adm",
	station: "S",
};
const PEOPLE = ROLES.filter((role) => role !== "station");

let web: ServedWeb;
const clock = Date.parse("2026-03-02T08:00:00Z");
const keys = new Map<Role, string>();
const operations = routeTable({ logger: pino({ level: "silent" }), store: {} } as WebDeps, {} as Live);
const nameOf = ({ method, path }: { method: string; path: string }) =>
	`${method.toUpperCase()} /api/v1${path.replaceAll(/\{(\w+)\}/g, ":$1")}`;

/** `METHOD /path` of everything stated above, with whom it is for. */
const STATED = new Map<string, string>([
	...operations.map((one) => [nameOf(one), OPERATIONS[one.operationId] ?? "not stated"] as const),
	...Object.entries(PAGES),
]);
const CLOSED = [...STATED].filter(([route, who]) => who !== "public" && !route.startsWith("FILES "));
const isWrite = (route: string) => !route.startsWith("GET ");

beforeAll(async () => {
	web = await serveWeb({
		now: () => new Date(clock),
		access: { requestsPerAddress: 0, requestsPerAccount: 0, signInsPerAddress: 0 },
	});
	for (const role of ROLES) keys.set(role, await web.key(role, `key-${role}`));
	for (const role of PEOPLE) await account(role, role, {});
	await account("newcomer", "administrator", { mustChangePassword: true });
	await account("gone", "administrator", { disabled: true });
});
afterAll(() => web.listening.close());

const account = (name: string, role: Role, more: { disabled?: boolean; mustChangePassword?: boolean }) =>
	web.store.accounts.create({
		name,
		role,
		displayName: name,
		secretHash: `none-${name}`,
		disabled: false,
		...more,
	});

/** A session of its own for each request, for some end theirs. */
async function session(
	name: string,
	ends: { readonly after?: number; readonly seen?: number } = {},
): Promise<{ readonly cookie: string; readonly "x-csrf-token": string }> {
	const token = randomBytes(32).toString("base64url");
	await web.store.sessions.create({
		tokenHash: hashToken(token),
		account: name,
		createdAt: new Date(ends.seen ?? clock),
		seenAt: new Date(ends.seen ?? clock),
		expiresAt: new Date(clock + (ends.after ?? 3_600_000)),
	});
	const csrf = createHash("sha256").update(`vinspect-csrf:${token}`).digest("base64url");
	return { cookie: `vinspect_session=${token}`, "x-csrf-token": csrf };
}

/** Sends an empty request, or a form without its token, to a route. */
async function ask(route: string, headers: Readonly<Record<string, string>>): Promise<Response> {
	const [method = "", path = ""] = route.split(" ");
	const address = path.replaceAll(/:(\w+)/g, (_, name: string) => {
		if (name === "sha256") return "a".repeat(64);
		return name === "sessionId" ? "0".repeat(32) : "X";
	});
	const body = new FormData();
	body.append("file", new Blob(["x"]), "x.csv");
	const form = UPLOADS.includes(route)
		? { body }
		: isWrite(route) && !path.startsWith("/api/")
			? { body: new URLSearchParams({ back: "/" }) }
			: {};
	const abort = new AbortController();
	const answer = await fetch(`${web.url}${address}`, {
		method,
		headers: { accept: path.startsWith("/api/") ? "application/json" : "text/html", ...headers },
		redirect: "manual",
		signal: abort.signal,
		...form,
	});
	// live events never end by themselves
	if (answer.headers.get("content-type")?.startsWith("text/event-stream")) abort.abort();
	return answer;
}

/** Whether somebody is kept out: refused with a reason, or sent to sign in. */
async function refusalOf(answer: Response): Promise<string | null> {
	const to = answer.headers.get("location") ?? "";
	if (answer.status === 303 && to.startsWith("/sign-in?")) return "sign in";
	if (answer.status === 303 && to === "/account" && !/\/account(\/|$)/.test(answer.url))
		return "change password";
	if (answer.status === 401) return "sign in";
	if (answer.status === 403) return "forbidden";
	return null;
}

/** What an empty request may come to where the role is right: never a failure of ours. */
const LET_IN = [200, 201, 204, 303, 400, 404, 409, 415, 422];

describe("every route the application answers", () => {
	it("is stated here with whom it is for, and nothing is stated that is not there", () => {
		expect(routesOf(web.app).toSorted()).toEqual([...STATED.keys()].toSorted());
		expect([...STATED].filter(([, who]) => who === "not stated")).toEqual([]);
		expect(Object.keys(OPERATIONS).toSorted()).toEqual(operations.map((o) => o.operationId).toSorted());
	});

	it("answers everybody where it is public", async () => {
		for (const [route, who] of STATED) {
			if (who !== "public" || route.startsWith("FILES ") || route.includes(":")) continue;
			const answer = await ask(route, {});
			expect([200, 303, 400, 401, 404, 415], route).toContain(answer.status);
			expect(answer.headers.get("location") ?? "", route).not.toContain("/sign-in?");
		}
	});

	describe.each(CLOSED)("%s: %s", (route, who) => {
		const may = (role: Role) => who.split(",").includes(SHORT[role]);

		it("keeps out whoever is not signed in, no longer, or shut out", async () => {
			const nobodies: Record<string, Record<string, string>> = {
				none: {},
				"a wrong key": { authorization: "Bearer vsk_wrong" },
				"a wrong session": { cookie: "vinspect_session=wrong" },
				"a session that is over": await session("administrator", { after: -1 }),
				"a session nobody used": await session("administrator", { seen: clock - 3_600_001 }),
				"a disabled account": await session("gone"),
				"a hash in place of a key": { authorization: `Bearer ${hashToken(keys.get("administrator") ?? "")}` },
			};
			for (const [name, headers] of Object.entries(nobodies)) {
				const answer = await ask(route, headers);
				expect(await refusalOf(answer), name).toBe("sign in");
				if (!route.includes("/api/")) continue;
				expect(answer.headers.get("www-authenticate"), name).toContain("Bearer");
				expect(await answer.json(), name).toMatchObject({ code: "unauthenticated", status: 401 });
			}
		});

		it("lets in whom it is for, and nobody else", async () => {
			for (const role of ROLES) {
				const byKey = await ask(route, { authorization: `Bearer ${keys.get(role)}` });
				if (may(role)) expect(LET_IN, `${role} by key`).toContain(byKey.status);
				expect(await refusalOf(byKey), `${role} by key`).toBe(may(role) ? null : "forbidden");
				if (role === "station") continue;
				const bySession = await ask(route, await session(role));
				if (may(role)) expect(LET_IN, role).toContain(bySession.status);
				expect(await refusalOf(bySession), role).toBe(may(role) ? null : "forbidden");
			}
		});

		it("answers whoever must change their password only what lets them", async () => {
			const refusal = await refusalOf(await ask(route, await session("newcomer")));
			if (BEFORE_CHANGE.includes(route)) expect(refusal).toBeNull();
			else expect(["change password", "forbidden"]).toContain(refusal);
		});

		if (!isWrite(route)) return;
		it("takes a write only with its own session's token, and from no other site", async () => {
			const role = PEOPLE.find(may);
			if (!role) throw new Error("no person may");
			const mine = await session(role);
			const other = await session(role);
			const without = await ask(route, { cookie: mine.cookie });
			expect(without.status, "without a token").toBe(403);
			const foreign = await ask(route, { cookie: mine.cookie, "x-csrf-token": other["x-csrf-token"] });
			expect(foreign.status, "with another session's token").toBe(403);
			const elsewhere = await ask(route, { ...mine, "sec-fetch-site": "cross-site" });
			expect(elsewhere.status, "from another site").toBe(403);
		});
	});

	it("lets another site sign nobody in", async () => {
		for (const route of ["POST /sign-in", "POST /preferences", "POST /api/v1/session"]) {
			for (const site of ["cross-site", "same-site"]) {
				expect((await ask(route, { "sec-fetch-site": site })).status, route).toBe(403);
			}
		}
	});
});
