import pino from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROLES, type Role } from "../../src/persistence/store.js";
import { routeTable } from "../../src/web/api/route-table.js";
import type { WebDeps } from "../../src/web/deps.js";
import type { Live } from "../../src/web/live/live.js";
import { type ServedWeb, serveWeb } from "../support/serve-web.js";

/** Written down by hand on purpose: who may do what is decided here, not read off the table under test. */
const ALLOWED: Readonly<Record<string, string>> = {
	trackIn: "S,adm",
	submitCapture: "S,adm",
	trackOut: "O,A,E,adm,S",
	listInspections: "O,A,E,adm,S",
	getInspection: "O,A,E,adm,S",
	listObservations: "O,A,E,adm,S",
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
	listAccounts: "adm",
	createAccount: "adm",
	createStation: "E,adm",
	searchInspections: "A,E,adm",
	exportInspections: "A,E,adm",
	countersignReport: "A",
	getCountersignature: "A,E,adm",
	getCountersignedPdf: "A,E,adm",
	listStations: "E,adm",
	rotateStationKey: "E,adm",
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
const SHORT: Readonly<Record<Role, string>> = {
	operator: "O",
	auditor: "A",
	engineer: "E",
	administrator: "adm",
	station: "S",
};

let web: ServedWeb;
const keys = new Map<Role, string>();
const unused = {} as WebDeps;
const operations = routeTable(
	{ ...unused, logger: pino({ level: "silent" }), store: {} as WebDeps["store"] },
	{} as Live,
);

beforeAll(async () => {
	web = await serveWeb();
	for (const role of ROLES) keys.set(role, await web.key(role));
});
afterAll(() => web.listening.close());

const address = (path: string) =>
	path.replaceAll(/\{(\w+)\}/g, (_, name) => (name === "sha256" ? "a".repeat(64) : "X"));

describe("every operation with every role and with none", () => {
	it("has its roles written down here", () => {
		const closed = operations.filter(({ roles }) => roles !== "public").map(({ operationId }) => operationId);
		expect(closed.toSorted()).toEqual(Object.keys(ALLOWED).toSorted());
		expect(operations.filter(({ roles }) => roles === "public").map((o) => o.operationId)).toEqual([
			"signIn",
		]);
	});

	for (const { operationId, method, path, roles } of operations) {
		if (roles === "public") continue;
		it(`${operationId}: ${ALLOWED[operationId]}`, async () => {
			const anonymous = await web.call(null, method.toUpperCase(), address(path));
			expect(anonymous.status).toBe(401);
			expect(anonymous.headers.get("www-authenticate")).toContain("Bearer");
			expect(await anonymous.json()).toMatchObject({ code: "unauthenticated", status: 401 });
			for (const role of ROLES) {
				const abort = new AbortController();
				const answer = await fetch(`${web.url}/api/v1${address(path)}`, {
					method: method.toUpperCase(),
					headers: { authorization: `Bearer ${keys.get(role)}` },
					signal: abort.signal,
				});
				const may = ALLOWED[operationId]?.split(",").includes(SHORT[role]) ?? false;
				if (may) {
					// let in: whatever is wrong then is wrong with the empty request, not with the role
					expect([200, 204, 400, 404, 415], role).toContain(answer.status);
				} else {
					expect(answer.status, role).toBe(403);
					expect(await answer.json()).toMatchObject({ code: "forbidden" });
				}
				abort.abort();
			}
		});
	}

	it("lets nobody in with a wrong key, a disabled account or a password in place of a key", async () => {
		expect((await web.call("vsk_wrong", "GET", "/inspections")).status).toBe(401);
		const key = await web.key("engineer", "gone");
		const account = await web.store.accounts.get("gone");
		if (!account) throw new Error("the account was just made");
		Object.assign(account, { disabled: true });
		expect((await web.call(key, "GET", "/inspections")).status).toBe(401);
		expect((await web.call(account.secretHash, "GET", "/inspections")).status).toBe(401);
	});
});
