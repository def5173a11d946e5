// What is typed where something else is expected. `mark` is a number that makes each typed element tell its request.

const LONG = 100_000;
/** A little less than a form may have, so that it comes through to what reads the field. */
const ALMOST_TOO_LONG = 60_000;

/** Markup that shows as an element or attribute named `x-fuzz-…` wherever it is not escaped. */
const markup = (mark) => [
	`<x-fuzz-${mark}>`,
	`"><x-fuzz-${mark} onfocus=alert(1) autofocus>`,
	`'><x-fuzz-${mark}>`,
	`" x-fuzz-${mark}="1" onmouseover="alert(1)`,
	`' x-fuzz-${mark}='1`,
	`</textarea></title></select></script></style><x-fuzz-${mark}>`,
	`--><x-fuzz-${mark}><!--`,
	`]]><x-fuzz-${mark}>`,
	`&lt;x-fuzz-${mark}&gt;<x-fuzz-${mark}/>`,
	`<svg><style><x-fuzz-${mark}></style></svg>`,
	`\u2028<x-fuzz-${mark}>\u2029`,
	`＜x-fuzz-${mark}＞<x-fuzz-${mark}>`,
];

/** Languages that something behind a page might take it for. */
const LANGUAGES = [
	"{{constructor}}",
	"{{{this}}}",
	"{{#each .}}{{@key}}{{/each}}",
	"{{> layout}}",
	"{{lookup (lookup this 'constructor') 'prototype'}}",
	'#eval("1+1")',
	'#read("/etc/passwd")',
	'"] #panic("x") [',
	"$ sum_(k=0)^n k $",
	"*bold* _it_ `raw` <label> @ref",
	"\u0024{7*7}",
	"<%= 7*7 %>",
	"'; return true; var x='",
	"$where",
	'{"$gt":""}',
	'{"__proto__":{"admin":true}}',
	"(a+)+$",
	".*",
	"[",
	'=HYPERLINK("//fuzz.example")',
	"@SUM(1+1)",
	"javascript:alert(1)",
	"data:text/html,x",
];

const NAMES = [
	"__proto__",
	"constructor",
	"prototype",
	"toString",
	"hasOwnProperty",
	"valueOf",
	"null",
	"undefined",
	"true",
	"[object Object]",
	"CON",
	"..",
	".",
	"~",
	"a~b~c",
	"%",
	"%s%n",
];

const CHARACTERS = [
	"",
	" ",
	"\u3000\u00a0\u2003",
	"\0",
	"a\0b",
	"\u0001\u0008\u001b[31m\u007f\u0085",
	"\r\nX-Fuzz: 1\r\n\r\n",
	"\n\n\t",
	"\u202ereversed\u202c\u2066x\u2069",
	"\u200b\u200d\ufeff",
	"\ufffe\uffff\u{10ffff}",
	"a\u0300".repeat(300),
	"😀".repeat(100),
	"李雷 κόσμε Ünï",
	"ﬃ①Ⅷ½",
	"I\u0307ıİ",
	"A".repeat(201),
	"A".repeat(2_001),
	"一".repeat(5_000),
	"A".repeat(ALMOST_TOO_LONG),
	"A".repeat(LONG),
];

/** Bytes that are no text: percent-encoded as they are, whatever the form's encoding. */
export const BROKEN_BYTES = [
	"%ED%A0%80",
	"%ED%BF%BF",
	"%C0%80",
	"%C0%AE%C0%AE%C0%AF",
	"%FF%FE",
	"%F4%90%80%80",
	"%E2%82",
	"%",
	"%z1",
	"%u0041",
	"+%2B+",
];

const NUMBERS = [
	"-1",
	"0",
	"-0",
	"00",
	"1.5",
	"1e3",
	"1e309",
	"-1e309",
	"NaN",
	"Infinity",
	"0x10",
	"1_000",
	"1,000",
	"١٢٣",
	"１２",
	"9007199254740993",
	"2147483648",
	"-9223372036854775809",
	"9".repeat(400),
];

const DATES = [
	"0000-00-00",
	"0020-01-01",
	"1969-12-31",
	"2026-02-30",
	"2026-13-01",
	"2026-1-1",
	"9999-12-31",
	"20000-01-01",
	"-000001-01-01",
	"2026-01-01T00:00:00Z",
	"2026-W01",
	"today",
];

const PATHS = [
	"../../../../etc/passwd",
	"..\\..\\windows\\win.ini",
	"/etc/passwd",
	"file:///etc/passwd",
	"//fuzz.example/",
	"https://fuzz.example/",
	"/\\fuzz.example",
	"/%0d%0aX-Fuzz:%201",
	"/sign-in?back=//fuzz.example",
];

/** A hostile value of any kind. */
export function hostileText(chance, mark) {
	const kinds = [markup(mark), markup(mark), LANGUAGES, NAMES, CHARACTERS, NUMBERS, DATES, PATHS];
	return chance.of(chance.of(kinds));
}

/** Names no form has: the database's operators, prototypes, lists, markup. */
export function hostileName(chance, name, mark) {
	return chance.of([
		`${name}[$gt]`,
		`${name}[$ne]`,
		`${name}[]`,
		`${name}[0]`,
		`${name}.$where`,
		`${name}.__proto__.x`,
		"__proto__",
		"__proto__[role]",
		"constructor.prototype.x",
		"constructor",
		"toString",
		"$where",
		"",
		" ",
		"\0",
		"A".repeat(3_000),
		`<x-fuzz-${mark}>`,
		"w.99999.kind",
		"w.-1.kind",
		"w.__proto__.kind",
	]);
}

/** What stands in an address where a name belongs, encoded as it is sent. */
export function hostileSegment(chance, mark) {
	return chance.of([
		"..%2f..%2f..%2f..%2fetc%2fpasswd",
		"%2e%2e%2f%2e%2e%2fpackage.json",
		"..%5c..%5cpackage.json",
		"../../../../etc/passwd",
		"..%c0%af..%c0%afetc/passwd",
		"%252e%252e%252fpackage.json",
		"%00",
		"x%00.css",
		"%ff%fe",
		"%ED%A0%80",
		"%",
		"%zz",
		"%0d%0aX-Fuzz:%201",
		"%E2%80%AE%20",
		"{{7*7}}",
		"$where",
		"[$ne]",
		"__proto__",
		"constructor",
		"hasOwnProperty",
		"-1",
		"0",
		"a~b",
		"~",
		"NOWHERE-1",
		"000000000000000000000000",
		"f".repeat(64),
		"A".repeat(900),
		"A".repeat(8_000),
		encodeURIComponent("名".repeat(100)),
		encodeURIComponent(chance.of(markup(mark))),
		encodeURIComponent(hostileText(chance, mark).toWellFormed().slice(0, 2_000)),
	]);
}

/** A place in a list that no list has. */
export function brokenCursor(chance, real) {
	const cut = real ? real.slice(0, Math.ceil(real.length / 2)) : "eyJ";
	const encoded = (value) => Buffer.from(value).toString("base64url");
	return chance.of([
		cut,
		`${real ?? ""}x`,
		"",
		"null",
		"-1",
		"0",
		"zzzz",
		"A".repeat(199),
		"A".repeat(4_000),
		encoded("{}"),
		encoded("[]"),
		encoded('["a"]'),
		encoded('{"$gt":""}'),
		encoded('["2026-01-01T00:00:00.000Z",{"$gt":""}]'),
		encoded("null"),
		encoded("\0\u00ff"),
		"2026-01-01T00:00:00.000Z",
		"2026-99-99T99:99:99Z~x",
		"000000000000000000000000",
	]);
}
