#!/usr/bin/env node
/**
 * How long every page and list of a plant that runs takes to answer, in milliseconds:
 *
 *   node scripts/time-pages.mjs --url http://127.0.0.1:8080 --name NAME --password PASSWORD --times 30
 *
 * `--password` may come from VINSPECT_PASSWORD instead. Fill the store before: `npx vinspect generate`. Each
 * address is asked one after the other, twice to warm up and then so many times; ends with 1 where a median is
 * above `--limit`.
 */
import { parseArgs } from "node:util";
import { sitePages } from "./site-pages.mjs";

const { values } = parseArgs({
	options: {
		url: { type: "string", default: "http://127.0.0.1:8080" },
		name: { type: "string" },
		password: { type: "string", default: process.env.VINSPECT_PASSWORD },
		times: { type: "string", default: "30" },
		limit: { type: "string", default: "100" },
		json: { type: "boolean", default: false },
	},
});
if (!values.name || !values.password) {
	console.error("Say who signs in: --name NAME --password PASSWORD (or VINSPECT_PASSWORD).");
	process.exit(2);
}
const WARM_UP = 2;
const times = Number(values.times);
const limit = Number(values.limit);

async function signIn() {
	const answer = await fetch(`${values.url}/sign-in`, {
		method: "POST",
		redirect: "manual",
		body: new URLSearchParams({ name: values.name, password: values.password }),
	});
	const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(";", 1)[0]);
	if (answer.status !== 303) throw new Error(`${values.name} could not sign in: ${answer.status}`);
	return cookies.join("; ");
}

const headers = { cookie: await signIn(), accept: "text/html,application/json" };
const get = async (path) => {
	const answer = await fetch(values.url + path, { headers, redirect: "manual" });
	return { status: answer.status, text: await answer.text() };
};

/** Lists of the API, and the pages' own lists in the forms that ask the store for something else. */
const LISTS = [
	"/?status=sealed",
	"/?status=reviewing",
	"/?disposition=rework",
	"/?disposition=pass&group=station",
	"/?search=4217",
	"/?search=NOWHERE",
	"/exceptions?list=captures",
	"/exceptions?list=done",
	"/api/v1/inspections",
	"/api/v1/inspections?limit=200",
	"/api/v1/inspections?disposition=hold",
	"/api/v1/inspections?status=reviewing",
	"/api/v1/exceptions",
	"/api/v1/exceptions?status=resolved",
	"/api/v1/vehicle-records",
	"/api/v1/plans",
];

/** The second page of a list, by its own link. */
async function pageAfter(path) {
	const next = JSON.parse((await get(path)).text).next;
	return next === null ? [] : [`${path}${path.includes("?") ? "&" : "?"}after=${encodeURIComponent(next)}`];
}

const pages = await sitePages(async (path) => (await get(path)).text);
const one = pages.find(({ name }) => name === "inspection")?.path;
const addresses = [
	...pages.map(({ path }) => path),
	...LISTS,
	...(await pageAfter("/api/v1/inspections")),
	...(one ? [`/api/v1${one}`, `/api/v1${one}/observations`] : []),
];

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
const rows = [];
for (const path of addresses) {
	const taken = [];
	let status = 0;
	for (let round = -WARM_UP; round < times; round += 1) {
		const began = performance.now();
		({ status } = await get(path));
		if (round >= 0) taken.push(performance.now() - began);
	}
	taken.sort((a, b) => a - b);
	rows.push({ path, status, median: at(taken, 0.5), p95: at(taken, 0.95) });
}
if (values.json) console.log(JSON.stringify({ times, rows }));
else {
	console.log(`${times} requests each\n  median     p95  status  address`);
	for (const { path, status, median, p95 } of rows) {
		const mark = median > limit ? "!" : " ";
		const numbers = [median, p95].map((value) => value.toFixed(1).padStart(7)).join(" ");
		const short = path.length > 90 ? `${path.slice(0, 87)}...` : path;
		console.log(`${mark}${numbers}     ${status}  ${short}`);
	}
}
const slow = rows.filter(({ median }) => median > limit);
if (slow.length > 0) process.exit(1);
