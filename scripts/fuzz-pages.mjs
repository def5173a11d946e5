#!/usr/bin/env node
/**
 * Fuzzes the pages of a real plant, which no description of the API knows, as everybody who may open them and as nobody:
 *
 *   node scripts/fuzz-pages.mjs [--requests 20000] [--seed 1] [--as operator,nobody] [--out FILE]
 *
 * Walks from the overview along every link, gathers links and forms, and sends them again with hostile values, names,
 * tokens, encodings, paths, cursors, headers. Claims of every answer: no 5xx but a 503 that says when to come again; a
 * page, a redirect within the site or a problem document; nothing typed comes back as markup; a form that is shown again
 * still holds what was typed; no answer takes longer than five seconds twice but the
 * reading of a picture that a page waits for. And of the whole: the web process that was
 * there at first is there at the end, and its memory has not grown without bound. The plant is started for it with
 * embedded servers and the demonstration's vehicles; `--url` and `--data` take one that runs. What each
 * sends, and in which order, is decided by the seed and by what the plant offers; they send at the same time. Ends with 1 where a claim was broken.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { known } from "./fuzz/known.mjs";
import { servicesOf } from "./fuzz/memory.mjs";
import { attack, draftOf, requestOf, typedIn } from "./fuzz/page-attacks.mjs";
import { problemsOf, SLOW_MS } from "./fuzz/page-claims.mjs";
import { isPiece, isReading, Routes, targetsIn, walk } from "./fuzz/page-targets.mjs";
import { EVERYBODY, everybody, newPerson } from "./fuzz/people.mjs";
import { plantToFuzz } from "./fuzz/plant.mjs";
import { Chance } from "./fuzz/random.mjs";
import { send } from "./fuzz/request.mjs";

/** Who is refused nearly everything is asked less often. */
const SHARE = { nobody: 1, station: 1, operator: 3, auditor: 3, engineer: 4, administrator: 4 };
/** The site is walked again after so many requests of one person: what it offers has changed. */
const WALK_AGAIN = 1_500;
const TOLD_EVERY = 500;
/** How much of a target's turn is spent on it before the next. */
const ATTACKS_A_TURN = 3;
/** A process that holds this many times what it held after the first quarter, and more, grows without bound. */
const GROWTH = { times: 2, mib: 256 };

const { values } = parseArgs({
	options: {
		requests: { type: "string", default: "20000" },
		seed: { type: "string", default: "1" },
		as: { type: "string", default: EVERYBODY.join(",") },
		out: { type: "string" },
		url: { type: "string" },
		data: { type: "string" },
	},
});
const total = Number(values.requests);
const say = (words) => process.stderr.write(`${words}\n`);

/** Everything that was broken: the same claim on the same route once, with how often and the first request. */
class Findings {
	#found = new Map();

	add(problem, example) {
		const key = `${example.route} ${problem.slice(0, 60)}`;
		const before = this.#found.get(key);
		if (before) before.times += 1;
		else {
			this.#found.set(key, { problem, times: 1, ...example });
			say(`BROKEN ${problem}\n  ${JSON.stringify(example).slice(0, 600)}`);
		}
	}

	list() {
		return [...this.#found.values()];
	}
}

/** Somebody who asks for pages, with what was answered to them. */
class Visitor {
	headers = {};
	csrf = "";
	staleCsrf = "A".repeat(43);
	targets = [];
	turn = 0;
	sinceWalk = Number.POSITIVE_INFINITY;
	tally = { requests: 0, slowest: 0 };
	opened = new Set();

	constructor(who) {
		this.who = who;
	}

	comeAs({ Cookie, Authorization, "X-CSRF-Token": csrf }) {
		this.staleCsrf = this.csrf || this.staleCsrf;
		this.csrf = csrf ?? "";
		this.headers = {
			...(Cookie ? { cookie: Cookie } : {}),
			...(Authorization ? { authorization: Authorization } : {}),
		};
	}
}

class Fuzzing {
	number = 0;
	findings = new Findings();
	memory = [];

	constructor(plant, keeper, routes, visitors) {
		Object.assign(this, { plant, keeper, routes, visitors });
		this.before = plant.process ? servicesOf(plant.process) : {};
	}

	/** Sends, counts, and holds the answer against the claims. */
	async ask(visitor, request, sent, example) {
		const answer = await send(this.plant.url, request);
		if (answer.unsendable) return answer;
		this.number += 1;
		const { tally } = visitor;
		tally.requests += 1;
		if (!isReading(sent.page)) tally.slowest = Math.max(tally.slowest, answer.ms);
		tally[answer.status || "hung up"] = (tally[answer.status || "hung up"] ?? 0) + 1;
		const route = sent.page ? `${sent.page.method} ${sent.page.path}` : request.path;
		const told = { number: this.number, who: visitor.who, route, ...example, sent: shortened(request) };
		for (const problem of problemsOf(answer, sent)) this.findings.add(problem, told);
		if (answer.ms > SLOW_MS && !isReading(sent.page)) await this.#askAgain(visitor, request, answer, told);
		const opened = answer.status >= 200 && answer.status < 400 && sent.page?.method === request.method;
		if (opened && (!toSignIn(answer) || sent.page.path === "/sign-out")) visitor.opened.add(route);
		// what was just made is found at the address that a redirect leads to
		if (answer.headers.location) this.routes.of("GET", answer.headers.location);
		if (this.number % TOLD_EVERY === 0) this.#tell();
		return answer;
	}

	async #askAgain(visitor, request, first, told) {
		say(`${told.route} took ${first.ms} ms: asked again`);
		visitor.tally.slow = (visitor.tally.slow ?? 0) + 1;
		await pause(1000);
		const again = await send(this.plant.url, request);
		if (again.ms > SLOW_MS) this.findings.add(`slow: ${first.ms} ms, then ${again.ms} ms`, told);
	}

	#tell() {
		const now = this.plant.process ? servicesOf(this.plant.process) : {};
		if (now.web) this.memory.push(now.web.mib);
		say(
			`${this.number} of ${total} requests, ${this.findings.list().length} findings, web ${now.web?.mib ?? "?"} MiB`,
		);
	}

	async #walk(visitor, chance) {
		const visit = async (address, page) => {
			const request = { method: "GET", path: address, headers: { ...visitor.headers, accept: "text/html" } };
			const sent = { method: "GET", page, isPart: isPiece(page), typed: null, form: null };
			const answer = await this.ask(visitor, request, sent, { attack: "walk" });
			return answer.headers["content-type"]?.startsWith("text/html") ? answer.body.toString("utf8") : null;
		};
		const found = await walk(visit, this.routes, ["/", "/account", "/sign-in", "/audit", "/record-imports"]);
		for (const target of found.values()) this.offered.set(target.key, target);
		// what others were offered, and what nobody was, is tried as well
		const own = [...found.values(), ...[...this.offered.values()].filter(({ key }) => !found.has(key))];
		const bare = this.routes.pages
			.filter((page) => !own.some((target) => target.page === page))
			.map((page) => ({ page, form: null, key: page.path, address: null }));
		visitor.targets = chance.shuffled([...own, ...bare]);
		visitor.turn = 0;
		visitor.sinceWalk = 0;
	}

	offered = new Map();

	/** The same form as it stands on its page now; as it stood where it is no longer there. */
	async #fresh(visitor, target) {
		if (target.form === null || !target.source) return target;
		const page = this.routes.of("GET", target.source);
		const request = {
			method: "GET",
			path: target.source,
			headers: { ...visitor.headers, accept: "text/html" },
		};
		const sent = { method: "GET", page, isPart: isPiece(page), typed: null, form: null };
		const { body, headers } = await this.ask(visitor, request, sent, { attack: "walk" });
		if (!headers["content-type"]?.startsWith("text/html")) return target;
		return (
			targetsIn(body.toString("utf8"), target.source, this.routes).find(({ key }) => key === target.key) ??
			target
		);
	}

	/** One target's turn: it is looked up, then attacked a few times. */
	async #turnOf(visitor) {
		const begun = visitor.tally.requests;
		const chance = new Chance(values.seed, visitor.who, begun);
		if (visitor.sinceWalk >= WALK_AGAIN) await this.#walk(visitor, chance);
		const chosen = visitor.targets[visitor.turn++ % visitor.targets.length];
		const target = await this.#fresh(visitor, {
			...chosen,
			address: chosen.address ?? this.routes.addressOf(chosen.page, chance),
		});
		for (let times = 0; times < ATTACKS_A_TURN; times++) {
			const mark = `${visitor.who}-${begun + times}`;
			const draft = draftOf(target, visitor, chance, mark);
			const name = attack(draft, { chance, visitor, routes: this.routes, mark });
			const request = requestOf(draft);
			const isPart = isPiece(draft.page) || draft.headers["hx-request"] === "true";
			const { method, page, form, mayHangUp } = draft;
			const sent = { method, page, form, isPart, mayHangUp, typed: typedIn(draft) };
			const answer = await this.ask(visitor, request, sent, { attack: name });
			const intact = request.headers.cookie === visitor.headers.cookie && !request.headers.authorization;
			if (visitor.csrf !== "" && intact && lostSession(answer, request)) {
				visitor.comeAs(await newPerson(this.plant.url, this.keeper, visitor.who));
			}
		}
		visitor.sinceWalk += visitor.tally.requests - begun;
	}

	/** Everybody at once, each until their share of all requests is spent. */
	async run() {
		const shares = this.visitors.reduce((sum, { who }) => sum + SHARE[who], 0);
		const lane = async (visitor) => {
			const own = (total * SHARE[visitor.who]) / shares;
			while (visitor.tally.requests < own) await this.#turnOf(visitor);
		};
		await Promise.all(this.visitors.map(lane));
	}

	/** Whether it still is what it was: the same web process, ready, and no larger than it may become. */
	async end() {
		const ready = await fetch(`${this.plant.url}/ready`).catch(() => null);
		if (!ready?.ok) this.findings.add("alive: the plant is not ready at the end", { route: "GET /ready" });
		if (!this.plant.process) return;
		const after = servicesOf(this.plant.process);
		for (const [name, { pid, mib }] of Object.entries(this.before)) {
			say(`${name}: ${mib} MiB before, ${after[name]?.mib ?? "gone"} MiB after`);
			if (after[name]?.pid !== pid) this.findings.add(`alive: the ${name} died on the way`, { route: name });
		}
		const quarter = Math.max(
			...this.memory.slice(0, Math.ceil(this.memory.length / 4)),
			this.before.web?.mib ?? 0,
		);
		if ((after.web?.mib ?? 0) > quarter * GROWTH.times + GROWTH.mib)
			this.findings.add(`memory: ${quarter} MiB after a quarter, ${after.web.mib} MiB at the end`, {
				route: "web",
			});
		this.after = after;
	}
}

const shortened = ({ method, path, headers, body }) => ({
	method,
	path: path.slice(0, 300),
	type: headers["content-type"],
	body: body?.toString("utf8").slice(0, 300),
});

const toSignIn = ({ headers }) =>
	[headers.location, headers["hx-redirect"]].some((address) => address?.startsWith("/sign-in"));

/** Whether an answer means that this person's session has ended, or that a password must be changed first. */
function lostSession(answer, { path }) {
	if (path.startsWith("/sign-in")) return false;
	return toSignIn(answer) || (answer.headers.location === "/account" && !path.startsWith("/account"));
}

const work = mkdtempSync(join(tmpdir(), "vinspect-fuzz-"));
const running = await plantToFuzz(values, work);
let broken = [];
try {
	const { keeper, ...credentials } = await everybody(running);
	const names = await known(running, keeper);
	// built by the start of the plant, so it can't be imported before
	const { PAGE_ACCESS } = await import("../dist/src/web/pages/page-access.js");
	const routes = new Routes(PAGE_ACCESS);
	for (const id of names.inspectionId) routes.of("GET", `/inspections/${id}`);
	for (const id of names.exceptionId) routes.of("GET", `/exceptions/${id}`);
	const visitors = values.as.split(",").map((who) => {
		const visitor = new Visitor(who);
		visitor.comeAs(credentials[who]);
		return visitor;
	});
	const fuzzing = new Fuzzing(running, keeper, routes, visitors);
	await fuzzing.run();
	await fuzzing.end();
	broken = fuzzing.findings.list();
	const everywhere = PAGE_ACCESS.map(({ method, path }) => `${method} ${path}`);
	const never = everywhere.filter((route) => !visitors.some(({ opened }) => opened.has(route)));
	const rows = visitors.map(({ who, tally, opened }) => ({ who, ...tally, "routes opened": opened.size }));
	console.table(rows);
	console.log(
		`${fuzzing.number} requests, seed ${values.seed}; ${everywhere.length} routes, never opened: ${never.join(", ") || "none"}`,
	);
	console.log(`web MiB on the way: ${fuzzing.memory.join(", ")}`);
	for (const one of broken) console.log(JSON.stringify(one));
	const { before, after, memory } = fuzzing;
	if (values.out)
		writeFileSync(values.out, JSON.stringify({ rows, never, before, after, memory, broken }, null, "\t"));
} finally {
	await running.stop();
	rmSync(work, { recursive: true, force: true });
}
process.exit(broken.length > 0 ? 1 : 0);
