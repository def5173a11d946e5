import pino, { type DestinationStream, type Logger } from "pino";

/** Members that hold a secret wherever they turn up, in an error of a library too. */
const SECRET_MEMBERS = [
	"password",
	"current",
	"passphrase",
	"secret",
	"clientSecret",
	"client_secret",
	"secretHash",
	"token",
	"tokenHash",
	"access_token",
	"id_token",
	"refresh_token",
	"code_verifier",
	"key",
	"cookie",
	"set-cookie",
	"authorization",
	"x-csrf-token",
	"csrfToken",
] as const;
const DEPTH = 4;

/** Paths pino redacts: each member at each depth. */
const PATHS = SECRET_MEMBERS.flatMap((member) =>
	Array.from({ length: DEPTH }, (_, depth) => `${"*.".repeat(depth)}["${member}"]`),
);

/** Secrets that can be told by their form, in whatever sentence they stand. */
const FORMS: readonly (readonly [RegExp, string])[] = [
	// a station's key
	[/vsk_[\w-]{16,}/g, "vsk_…"],
	[/\b(Bearer|Basic) +[\w+/=.~-]{8,}/gi, "$1 …"],
	// a JSON Web Token
	[/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, "eyJ…"],
	[/(vinspect_(?:session|csrf|device|sso)=)[\w-]+/g, "$1…"],
	[/\$argon2id\$[^\s"\\]+/g, "$argon2id$…"],
	// a password in an address
	[/(\/\/[^:@/\s"]*):[^@/\s"]+@/g, "$1:…@"],
];

/** A line without what looks like a secret. */
export function withoutSecrets(line: string): string {
	return FORMS.reduce((text, [form, instead]) => text.replace(form, instead), line);
}

/**
 * The log of a process: one JSON object a line, to standard output where left out. Two nets keep secrets out: members
 * by name, and anything in the form of one of our keys, tokens or hashes, whoever wrote it. What must not be logged in
 * the first place is still not to be handed to it.
 */
export function createLogger(
	name: string,
	level: string,
	destination: DestinationStream = pino.destination(1),
): Logger {
	return pino(
		{
			name,
			level,
			// Temporal's runtime names what it caught `error`, where pino would write an empty object
			serializers: { error: pino.stdSerializers.err },
			redact: { paths: PATHS, censor: "…" },
			hooks: { streamWrite: withoutSecrets },
			timestamp: pino.stdTimeFunctions.isoTime,
		},
		destination,
	);
}
