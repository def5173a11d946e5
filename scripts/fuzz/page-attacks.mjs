// How a request to a page is made hostile. Each attack changes a draft of a well-formed one.
import { BROKEN_BYTES, brokenCursor, hostileName, hostileSegment, hostileText } from "./hostile-values.mjs";
import { multipart, urlencoded } from "./request.mjs";

/** Names that some page's address knows, beside those the walk has seen. */
const QUERY_NAMES = [
	...[
		"after",
		"search",
		"status",
		"disposition",
		"model",
		"group",
		"list",
		"decided",
		"seen",
		"had",
		"undone",
	],
	...[
		"before",
		"capture",
		"timeline",
		"from",
		"to",
		"days",
		"period",
		"station",
		"readers",
		"shift",
		"rules",
	],
	...["revision", "witness", "record", "saved", "released", "stale", "changed", "retired", "goldenAfter"],
	...["subject", "who", "action", "back", "vin", "operator", "state", "code", "error", "iss"],
];
const CURSORS = ["after", "goldenAfter"];
/** A picture of one pixel (PNG). */
const PICTURE = Buffer.from(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
	"base64",
);
const RECORDS =
	"productionNumber,vin,model,market,plant\nFUZZ-1,LFPH3ACC0F1A00001,PC,CN,P\nFUZZ-2,=1+1,<x-fuzz-0>,\0,\n";

/** What somebody would type into a field, so that a request gets past the checks of the others. */
function plausible({ name, type }, chance) {
	if (type === "date") return chance.of(["2026-01-01", "2026-11-01", "2026-12-31"]);
	if (type === "number" || /minutes|every|weeks|hours|seconds/i.test(name))
		return String(chance.below(60) + 1);
	if (name === "name") return `fuzz-made-${chance.below(20)}`;
	if (name === "model") return `FUZZ${chance.below(4)}`;
	if (/password|repeated|current/.test(name)) return "four words nobody guesses";
	return chance.of(["fuzzed", "LFPH3ACC0F1A00001", "FUZZ-1", "李雷"]);
}

function fileFor(chance, mark) {
	const bytes = chance.of([
		PICTURE,
		RECORDS,
		`\ufeff${RECORDS}`,
		"",
		"\0".repeat(5_000),
		`${"a,".repeat(600)}\n1`,
		`[{"productionNumber":"<x-fuzz-${mark}>","vin":{"$gt":""}}]`,
		RECORDS.repeat(200),
		`"${"x".repeat(50_000)}`,
	]);
	const fileName = chance.of([
		"records.csv",
		"picture.png",
		`<x-fuzz-${mark}>.csv`,
		"../../etc/passwd",
		"a\0b.csv",
		"名.json",
		"A".repeat(5_000),
		"",
	]);
	return { bytes, fileName, type: chance.of(["text/csv", "image/png", "application/json", "text/html", ""]) };
}

/** One value for each of a form's fields as somebody could send it. */
function filled(fields, csrf, chance, mark) {
	const pairs = [];
	const buttons = fields.filter(({ type }) => type === "button");
	const button = buttons.length > 0 ? chance.of(buttons) : null;
	const radios = new Map();
	for (const field of fields)
		if (field.type === "radio") radios.set(field.name, [...(radios.get(field.name) ?? []), field]);
	for (const field of fields) {
		const { name, type, value } = field;
		if (name === "_csrf") pairs.push([name, csrf]);
		else if (type === "hidden") pairs.push([name, value]);
		else if (type === "button") continue;
		else if (type === "radio") continue;
		else if (type === "checkbox") {
			if (chance.once(2)) pairs.push([name, value]);
		} else if (type === "file") pairs.push([name, fileFor(chance, mark)]);
		else if (type === "select") pairs.push([name, field.options.length > 0 ? chance.of(field.options) : ""]);
		else pairs.push([name, value !== "" && chance.once(2) ? value : plausible(field, chance)]);
	}
	for (const [name, options] of radios) if (!chance.once(6)) pairs.push([name, chance.of(options).value]);
	if (button?.value) pairs.push([button.name, button.value]);
	return pairs;
}

/** A well-formed request to a target as a visitor would send it, in pieces that attacks change. */
export function draftOf(target, visitor, chance, mark) {
	const [path, query = ""] = target.address.split("?");
	const draft = {
		page: target.page,
		form: target.form,
		method: target.page.method,
		path,
		query: [...new URLSearchParams(query)],
		headers: { ...visitor.headers, accept: "text/html" },
		fields: null,
		multipart: false,
		raw: null,
		/** Whether what the fields hold is known to arrive as it is. */
		exact: true,
		mayHangUp: false,
	};
	const pairs = target.form ? filled(target.form.fields, visitor.csrf, chance, mark) : [];
	if (draft.method === "GET") draft.query = target.form ? pairs : draft.query;
	else {
		draft.fields =
			pairs.some(([name]) => name === "_csrf") || target.form ? pairs : [["_csrf", visitor.csrf], ...pairs];
		draft.multipart = target.form?.multipart ?? false;
	}
	return draft;
}

/** The pairs an attack on values changes: the body's, or the address's where there is no body. */
const pairsOf = (draft) => draft.fields ?? draft.query;
const typable = (draft) =>
	pairsOf(draft).filter(([name, value]) => name !== "_csrf" && typeof value === "string");

const attacks = {
	/** Nothing hostile: moves things on, so that other states are attacked. */
	plain() {},

	values(draft, { chance, mark }) {
		const pairs = typable(draft);
		if (pairs.length === 0) {
			pairsOf(draft).push([chance.of(QUERY_NAMES), hostileText(chance, mark)]);
			return;
		}
		for (let times = chance.below(3); times >= 0; times--) chance.of(pairs)[1] = hostileText(chance, mark);
	},

	everyValue(draft, { chance, mark }) {
		for (const pair of typable(draft)) pair[1] = hostileText(chance, mark);
	},

	bytes(draft, { chance }) {
		const pairs = typable(draft);
		const bytes = Buffer.from(`x${chance.of(BROKEN_BYTES)}y`);
		if (draft.multipart) for (const pair of pairs.slice(0, 1)) pair[1] = `x\ufffdy`;
		else if (pairs.length > 0) chance.of(pairs)[1] = bytes;
		else pairsOf(draft).push(["after", bytes]);
		draft.exact = false;
	},

	missing(draft, { chance }) {
		const pairs = typable(draft);
		if (pairs.length > 0) pairsOf(draft).splice(pairsOf(draft).indexOf(chance.of(pairs)), 1);
	},

	twice(draft, { chance, mark }) {
		const pairs = pairsOf(draft);
		const pair = pairs.length > 0 ? chance.of(pairs) : ["after", "x"];
		pairs.push([pair[0], chance.once(2) ? pair[1] : hostileText(chance, mark)]);
		draft.exact = false;
	},

	unknown(draft, { chance, mark }) {
		const pairs = typable(draft);
		const name = pairs.length > 0 ? chance.of(pairs)[0] : chance.of(QUERY_NAMES);
		for (let times = chance.below(3); times >= 0; times--)
			pairsOf(draft).push([hostileName(chance, name, mark), hostileText(chance, mark).slice(0, 5_000)]);
	},

	operator(draft, { chance }) {
		const pairs = typable(draft);
		if (pairs.length === 0) draft.query.push([`${chance.of(QUERY_NAMES)}[$gt]`, ""]);
		else {
			const pair = chance.of(pairs);
			pair[0] += chance.of(["[$gt]", "[$ne]", "[$regex]", "[]", "[length]", "[__proto__]"]);
		}
	},

	many(draft, { chance }) {
		const count = chance.of([100, 1_001, 5_000]);
		for (let index = 0; index < count; index++) pairsOf(draft).push([`f${index}`, "x"]);
		draft.exact = false;
		draft.mayHangUp = true;
	},

	csrf(draft, { chance, visitor }) {
		if (draft.fields === null) return attacks.query(draft, { chance, mark: 0, visitor });
		draft.fields = draft.fields.filter(([name]) => name !== "_csrf");
		const others = ["", "x", visitor.staleCsrf, visitor.csrf.slice(1), "A".repeat(60_000), "\0", "__proto__"];
		if (!chance.once(4)) draft.fields.push(["_csrf", chance.of(others)]);
		if (chance.once(4)) draft.fields.push(["_csrf", chance.of(others)], ["_csrf", visitor.csrf]);
		draft.exact = false;
	},

	content(draft, { chance, mark, visitor }) {
		draft.exact = false;
		const json = JSON.stringify(
			Object.fromEntries(pairsOf(draft).map(([name, value]) => [name, String(value)])),
		);
		const form = urlencoded(typable(draft));
		const { body, type } = multipart([
			["_csrf", visitor.csrf],
			["file", fileFor(chance, mark)],
			["<x>", "1"],
		]);
		const [sent, kind] = chance.of([
			[json, "application/json"],
			["{", "application/json"],
			['{"_csrf":{"$gt":""},"__proto__":{"x":1}}', "application/json"],
			[form, "text/plain"],
			[form, undefined],
			[form, "application/x-www-form-urlencoded; charset=utf-16"],
			[form, "application/x-www-form-urlencoded; charset=iso-8859-1"],
			[form, "multipart/form-data"],
			[form, "multipart/form-data; boundary="],
			[form, `multipart/form-data; boundary=${"x".repeat(300)}`],
			[form, "x-fuzz/y"],
			["<a/>", "application/xml"],
			[body, type],
			[body, "application/x-www-form-urlencoded"],
			[body.subarray(0, body.length - 30), type],
			["&&&===&%&=x&", "application/x-www-form-urlencoded"],
			["", "application/x-www-form-urlencoded"],
		]);
		draft.raw = sent;
		if (kind === undefined) delete draft.headers["content-type"];
		else draft.headers["content-type"] = kind;
		if (chance.once(5)) draft.headers["content-encoding"] = chance.of(["gzip", "br", "deflate", "x"]);
		draft.mayHangUp = true;
	},

	segment(draft, { chance, mark }) {
		const shape = draft.page.path.split("/");
		const written = draft.path.split("/");
		const places = shape.flatMap((piece, index) => (piece.startsWith(":") ? [index] : []));
		const place = places.length > 0 ? chance.of(places) : chance.below(written.length - 1) + 1;
		written[place] = hostileSegment(chance, mark);
		draft.path = written.join("/");
	},

	otherName(draft, { chance, routes }) {
		const all = routes.allNames();
		const written = draft.page.path.split("/");
		draft.path = written
			.map((piece) => (piece.startsWith(":") && all.length > 0 ? chance.of(all) : piece))
			.join("/");
	},

	shape(draft, { chance }) {
		draft.path = chance.of([
			(path) => `${path}/`,
			(path) => `/${path}`,
			(path) => `${path}//`,
			(path) => `${path}/.`,
			(path) => `${path}/..`,
			(path) => `/x/..${path}`,
			(path) => path.toUpperCase(),
			(path) => `${path};jsessionid=1`,
			(path) => `${path}.json`,
			(path) => `${path}%20`,
			(path) => `${path}/__proto__`,
			(path) => `http://fuzz.example${path}`,
			(path) => path.replaceAll("/", "%2f"),
			() => "*",
		])(draft.path);
		draft.exact = false;
	},

	query(draft, { chance, mark }) {
		for (let times = chance.below(3); times >= 0; times--) {
			const name =
				draft.query.length > 0 && chance.once(2) ? chance.of(draft.query)[0] : chance.of(QUERY_NAMES);
			const value = chance.once(5)
				? Buffer.from(chance.of(BROKEN_BYTES))
				: hostileText(chance, mark).slice(0, 3_000);
			const asIs = chance.of([name, name, name, hostileName(chance, name, mark)]);
			if (chance.once(2)) draft.query = draft.query.filter(([one]) => one !== name);
			draft.query.push([asIs, value]);
		}
		if (draft.method === "GET") draft.exact = false;
	},

	cursor(draft, { chance }) {
		const real = draft.query.find(([name]) => CURSORS.includes(name))?.[1];
		draft.query = draft.query.filter(([name]) => !CURSORS.includes(name));
		const cursor = brokenCursor(chance, typeof real === "string" ? real : null);
		for (const name of CURSORS) draft.query.push([name, cursor]);
		if (draft.method === "GET") draft.exact = false;
	},

	headers(draft, { chance, mark }) {
		const add = chance.of([
			{ "x-large": "A".repeat(20_000) },
			{ "x-large": "A".repeat(100_000) },
			{ cookie: `${draft.headers.cookie ?? ""}; ${"a=b; ".repeat(5_000)}` },
			Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`x-many-${index}`, "1"])),
			{ accept: "application/json" },
			{ accept: "x".repeat(8_000) },
			{ accept: "*/*;q=NaN, text/html;q=-1" },
			{ "accept-language": `zh, <x-fuzz-${mark}>;q=1, ${"a,".repeat(2_000)}` },
			{ "accept-encoding": "x, gzip;q=9" },
			{ origin: "https://fuzz.example" },
			{ "sec-fetch-site": "cross-site" },
			{ host: "fuzz.example" },
			{ host: `<x-fuzz-${mark}>` },
			{
				"x-forwarded-host": "fuzz.example",
				"x-forwarded-proto": "javascript",
				"x-forwarded-for": "<x-fuzz-1>, ::1",
			},
			{ "x-http-method-override": "DELETE" },
			{ "user-agent": `<x-fuzz-${mark}>${"\u00ff".repeat(3_000)}` },
			{ referer: `javascript:<x-fuzz-${mark}>` },
			{ range: "bytes=99999999999-,0-0,-1" },
			{ "if-none-match": `"${"x".repeat(5_000)}"`, "if-modified-since": "never" },
			{ "if-range": "x", range: "bytes=0-" },
			{ "last-event-id": '{"$gt":""}' },
			{ expect: "100-continue" },
			{ "hx-request": "true", "hx-target": `<x-fuzz-${mark}>`, "hx-current-url": "javascript:1" },
			{ authorization: `Bearer ${"A".repeat(5_000)}` },
			{ authorization: "Basic Og==" },
		]);
		Object.assign(draft.headers, add);
		draft.mayHangUp = true;
	},

	cookies(draft, { chance, mark }) {
		const session = draft.headers.cookie ?? "";
		draft.headers.cookie = chance.of([
			`${session}; vinspect_language=<x-fuzz-${mark}>; vinspect_theme=__proto__`,
			`vinspect_language=zh; ${session}`,
			`vinspect_language=%; vinspect_theme=%ff; ${session}`,
			`${session}; ${session}`,
			session.replaceAll("=", "=x"),
			session.slice(0, -1),
			"=; ;;; =x; __proto__=1; constructor",
			`vinspect_language=${"z".repeat(4_000)}; ${session}`,
		]);
	},

	htmx(draft, { chance }) {
		draft.headers["hx-request"] = "true";
		if (chance.once(2)) attacks.values(draft, { chance, mark: 1 });
	},

	method(draft, { chance }) {
		draft.method = chance.of([
			"HEAD",
			"PUT",
			"DELETE",
			"PATCH",
			"OPTIONS",
			"TRACE",
			"PROPFIND",
			draft.method === "GET" ? "POST" : "GET",
		]);
		draft.exact = false;
	},
};

/** Names of the attacks, those on values as often as they are many. */
const CHOICE = [
	...["plain", "values", "values", "values", "values", "everyValue", "bytes", "missing", "twice", "unknown"],
	...["operator", "many", "csrf", "content", "segment", "segment", "otherName", "shape", "query", "query"],
	...["cursor", "headers", "headers", "cookies", "htmx", "method"],
];

/** Makes a draft hostile; the name of how. */
export function attack(draft, context) {
	const name = context.chance.of(CHOICE);
	attacks[name](draft, context);
	return name;
}

/** The request of a draft, as bytes. */
export function requestOf(draft) {
	const { method, headers } = draft;
	const query = draft.query.length > 0 ? `?${urlencoded(draft.query)}` : "";
	// Node refuses blanks and controls in a request's first line
	const path = `${draft.path}${query}`.replace(/[^\x21-\x7e]/g, (one) => encodeURIComponent(one));
	if (draft.raw !== null) return { method, path, headers, body: draft.raw };
	if (draft.fields === null) return { method, path, headers, body: null };
	if (draft.multipart) {
		const { body, type } = multipart(
			draft.fields.map(([name, value]) => [name, Buffer.isBuffer(value) ? value.toString() : value]),
		);
		return { method, path, headers: { ...headers, "content-type": type }, body };
	}
	const body = urlencoded(
		draft.fields.map(([name, value]) => [name, value?.bytes === undefined ? value : "a file"]),
	);
	return { method, path, headers: { ...headers, "content-type": "application/x-www-form-urlencoded" }, body };
}

/** What a form's fields held, where that is known exactly: what must come back where the form is shown again. */
export function typedIn(draft) {
	if (!draft.exact || draft.form === null) return null;
	const count = new Map();
	for (const [name] of pairsOf(draft)) count.set(name, (count.get(name) ?? 0) + 1);
	const certain = pairsOf(draft).filter(
		([name, value]) => typeof value === "string" && count.get(name) === 1 && !/[\0\ufffd]/.test(value),
	);
	return new Map(certain);
}
