// What there is in a plant to be asked for by name.
import { setTimeout as pause } from "node:timers/promises";
import { ask } from "./people.mjs";

/** Names that exist, by parameter; the demonstration is given time to bring some to an end. */
export async function known({ url }, administrator) {
	const get = (path) => ask(url, administrator, "GET", path);
	for (let second = 0; second < 120; second++) {
		const { items } = await get("/inspections?status=sealed&limit=10");
		if (items.length >= 3) break;
		await pause(1000);
	}
	const inspections = (await get("/inspections?limit=50")).items;
	const exceptions = (await get("/exceptions?limit=50")).items;
	const whole = await Promise.all(
		inspections.slice(0, 10).map((row) => get(`/inspections/${row.inspectionId}`)),
	);
	const stations = (await get("/stations")).items.map(({ name }) => name);
	const accounts = (await get("/accounts")).items.map(({ name }) => name);
	return {
		inspectionId: inspections.map((row) => row.inspectionId),
		exceptionId: exceptions.map((exception) => exception.exceptionId),
		sha256: whole.flatMap(({ captures }) => captures.map((capture) => capture.sha256)),
		capture: whole.flatMap(({ captures }) => captures.map((capture) => capture.sha256)),
		productionNumber: inspections.map((row) => row.productionNumber),
		model: [...new Set(inspections.map((row) => row.model))],
		name: stations.filter((name) => name.startsWith("fuzz-target")),
		// whom the fuzzer acts as is left in peace
		"/accounts/name": accounts.filter((name) => name.startsWith("fuzz-target")),
		kept: [...accounts, ...stations].filter((name) => !name.startsWith("fuzz-target")),
		station: stations,
		witness: [...new Set(whole.flatMap(({ captures }) => captures.map((capture) => capture.witness)))],
	};
}

/** Sessions of somebody who has signed in: the one that is used, which must last, and the others. */
export async function sessionsOf({ url }, headers) {
	if (!headers.Cookie) return { used: null, others: [] };
	const { items } = await ask(url, headers, "GET", "/sessions");
	const used = items.find(({ current }) => current)?.sessionId ?? null;
	return { used, others: items.map(({ sessionId }) => sessionId).filter((one) => one !== used) };
}
