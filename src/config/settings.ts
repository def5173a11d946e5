import { join, resolve } from "node:path";
import { z } from "zod";
import { TASK_QUEUES } from "../../workflows/task-queues.js";
import type { RetentionDays } from "../contracts/retention.js";
import { type ErrorPart, VinspectError } from "../domain/errors.js";
import { ACCESS_VARIABLES, type AccessSettings, accessProblems, accessSettings } from "./access-settings.js";
import { EXECUTION_PROVIDERS, type ExecutionProvider } from "./execution-providers.js";
import { PACKAGE_ROOT } from "./package-root.js";
import { oneOf, onOff, someOf, text, wholeNumber } from "./setting-types.js";

/** One or more times of day in ascending order, at which shifts begin. */
const timesOfDay = () => {
	const expected = "expected one to six times from 00:00 to 23:59, ascending, parted by commas";
	return z
		.string()
		.transform((value) => value.split(",").map((time) => time.trim()))
		.pipe(
			z
				.array(z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, expected))
				.min(1, expected)
				.max(6, expected),
		)
		.refine((times) => times.every((time, i) => i === 0 || time > (times[i - 1] ?? "")), expected);
};

const path = (expected: string) => text(expected).transform((value) => resolve(value));

/** Every variable the service reads, and what it means. */
const VARIABLES = {
	MONGODB_URI: text("an address that starts with mongodb:// or mongodb+srv://")
		.regex(/^mongodb(\+srv)?:\/\/./, "expected an address that starts with mongodb:// or mongodb+srv://")
		.optional()
		.describe("Address of a running MongoDB, with the database; an embedded store is started without it"),
	TEMPORAL_ADDRESS: text("host:port")
		.regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):\d{1,5}$/, "expected host:port, such as 127.0.0.1:7233")
		.optional()
		.describe("Address of a running Temporal; an embedded one is started without it"),
	TEMPORAL_NAMESPACE: text("the name of a namespace").default("default").describe("Namespace in Temporal"),
	HOST: text("an address to listen on")
		.default("127.0.0.1")
		.describe("Address the web listens on; 0.0.0.0 for all"),
	PORT: wholeNumber(0, 65_535).prefault("8080").describe("Port the web listens on; 0 for any free one"),
	DATA_DIR: path("a folder")
		.prefault(join(PACKAGE_ROOT, ".vinspect"))
		.describe("Folder of captures, reports, keys, logs and the embedded servers' state"),
	DISK_RESERVE_MB: wholeNumber(0, 1_048_576)
		.prefault("512")
		.describe("Megabytes of DATA_DIR's volume kept for work begun: with less free, new captures are refused"),
	LINE_REQUESTS: wholeNumber(1, 10_000)
		.prefault("64")
		.describe("Track-ins and captures a web process answers at once at most; more are refused with 503"),
	WAITING_READINGS: wholeNumber(1, 1_000_000)
		.prefault("1000")
		.describe("Captures that may wait for a reader; with more waiting, new ones are refused with 503"),
	SERVERS_DIR: path("a folder")
		.prefault(join(PACKAGE_ROOT, ".vinspect", "servers"))
		.describe("Folder of downloaded and built servers"),
	S3_ENDPOINT: text("an address that starts with http:// or https://")
		.regex(/^https?:\/\/[^\s/?#]+\/?$/, "expected an address such as https://s3.plant.example")
		.optional()
		.describe("S3-compatible store that keeps captures, reports and imports; DATA_DIR does without it"),
	S3_BUCKET: text("the name of a bucket")
		.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "expected the name of a bucket")
		.optional()
		.describe("Bucket of S3_ENDPOINT; it must be there"),
	S3_REGION: text("a region")
		.default("us-east-1")
		.describe("Region that requests to S3_ENDPOINT are signed for"),
	S3_ACCESS_KEY_ID: text("the id of a key").optional().describe("Key to S3_ENDPOINT"),
	S3_SECRET_ACCESS_KEY: text("the secret of a key").optional().describe("Secret of S3_ACCESS_KEY_ID"),
	WORKER_QUEUES: someOf(Object.values(TASK_QUEUES))
		.prefault("verification,vision,records,reports")
		.describe("Task queues the worker process serves, parted by commas; only reports needs the signing key"),
	WORKER_VERSIONING: onOff()
		.prefault("off")
		.describe("on: Temporal gives tasks to the build that vinspect promote made current; off: to any worker"),
	BACKUP_PASSPHRASE: text("a passphrase of 12 characters or more")
		.min(12, "expected a passphrase of 12 characters or more")
		.optional()
		.describe(
			"Encrypts the plant's keys in a backup, and opens them in a restore; keys are left out without it",
		),
	METRICS_HOST: text("an address to listen on")
		.default("127.0.0.1")
		.describe("Address on which metrics and probes are served"),
	METRICS_PORT: wholeNumber(0, 65_535)
		.optional()
		.describe(
			"Port on which web and worker each serve /metrics, /health and /ready; none without it. npm start gives the worker the next one",
		),
	DRAIN_SECONDS: wholeNumber(0, 120)
		.prefault("0")
		.describe(
			"How long the web goes on serving, saying it is not ready, after it was asked to stop: what a load balancer takes to turn away",
		),
	PLANT: text("a plant's code of letters, digits, . _ -")
		.regex(/^[A-Za-z0-9._-]{1,64}$/, "expected a plant's code of 1 to 64 letters, digits, . _ -")
		.default("DEMO")
		.describe("Code of the plant"),
	SHIFTS: timesOfDay()
		.prefault("06:00,14:00,22:00")
		.describe("When shifts begin, by the clock of this machine's time zone (TZ)"),
	LOG_LEVEL: oneOf("trace", "debug", "info", "warn", "error").default("info").describe("How much is logged"),
	SECURE_COOKIES: onOff().prefault("off").describe("on: session cookies travel over HTTPS only"),
	TRUST_PROXY: wholeNumber(0, 10)
		.prefault("0")
		.describe("Number of reverse proxies whose X-Forwarded-* headers are believed"),
	...ACCESS_VARIABLES,
	SIGNER_P12: path("the path of a PKCS#12 file")
		.optional()
		.describe("Key and certificate that sign reports (PKCS#12); made on first start without it"),
	SIGNER_P12_PASSPHRASE: z.string().optional().describe("Passphrase of SIGNER_P12"),
	AUDITOR_P12: path("the path of a PKCS#12 file")
		.optional()
		.describe(
			"Key and certificate that countersign reports (PKCS#12); made on first start where SIGNER_P12 is left out too",
		),
	AUDITOR_P12_PASSPHRASE: z.string().optional().describe("Passphrase of AUDITOR_P12"),
	AUDIT_HEAD_MINUTES: wholeNumber(1, 1440)
		.prefault("10")
		.describe("Minutes between signatures of the audit chain's end"),
	TSA_URL: text("an address that starts with http:// or https://")
		.regex(/^https?:\/\/[^\s]+$/, "expected an address that starts with http:// or https://")
		.optional()
		.describe("Time-stamp authority (RFC 3161) that signatures are stamped by; none without it"),
	TSA_CA: path("the path of a PEM file")
		.optional()
		.describe("Root certificates the time-stamp authority must lead to (PEM); any is taken without it"),
	TSA_REQUIRED: onOff()
		.prefault("off")
		.describe("on: a report waits for its time stamp; off: it is signed without where the authority is away"),
	RETENTION_CAPTURES_DAYS: wholeNumber(1, 36_500)
		.optional()
		.describe("Days after sealing for which captures are kept; for ever without it"),
	RETENTION_READINGS_DAYS: wholeNumber(1, 36_500)
		.optional()
		.describe("Days after sealing for which everything seen in captures is kept; for ever without it"),
	RETENTION_REPORTS_DAYS: wholeNumber(1, 36_500)
		.optional()
		.describe("Days after sealing for which signed reports and records are kept; for ever without it"),
	READER_THREADS: wholeNumber(1, 64)
		.optional()
		.describe("Threads a reader may use; as many as fit without it"),
	EXECUTION_PROVIDERS: someOf(EXECUTION_PROVIDERS)
		.prefault("cpu")
		.describe(
			"What the networks run on, tried in this order, such as cuda,cpu; without cpu in it nothing falls back",
		),
	VINSPECT_DEMO: oneOf("auto", "on", "off")
		.default("auto")
		.describe("Demonstration plant: auto loads it into an empty store, on always, off never"),
	VINSPECT_DOWNLOADS: onOff()
		.prefault("on")
		.describe("off: servers are never downloaded, only found or built"),
} as const;

const Environment = z.object(VARIABLES);
type Variable = keyof typeof VARIABLES;

const SECRET: ReadonlySet<string> = new Set<Variable>([
	"SIGNER_P12_PASSPHRASE",
	"AUDITOR_P12_PASSPHRASE",
	"S3_SECRET_ACCESS_KEY",
	"BACKUP_PASSPHRASE",
	"OIDC_CLIENT_SECRET",
]);

export interface S3Settings {
	readonly endpoint: string;
	readonly bucket: string;
	readonly region: string;
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
}

/** What the environment asks for, checked. */
export interface Settings {
	readonly mongoUri: string | null;
	readonly temporalAddress: string | null;
	readonly temporalNamespace: string;
	readonly host: string;
	readonly port: number;
	readonly dataDir: string;
	/** Bytes of its volume that no new capture may take. */
	readonly diskReserveBytes: number;
	readonly lineRequests: number;
	readonly waitingReadings: number;
	readonly serversDir: string;
	/** Null where the data folder keeps captures, reports and imports. */
	readonly s3: S3Settings | null;
	readonly workerQueues: readonly (keyof typeof TASK_QUEUES)[];
	readonly workerVersioning: boolean;
	readonly backupPassphrase: string | null;
	/** Null where no metrics are served. */
	readonly metrics: { readonly host: string; readonly port: number } | null;
	readonly drainSeconds: number;
	readonly plant: string;
	/** `HH:MM` at which shifts begin, ascending, in the zone of this machine. */
	readonly shifts: readonly string[];
	readonly logLevel: z.infer<typeof VARIABLES.LOG_LEVEL>;
	readonly secureCookies: boolean;
	readonly access: AccessSettings;
	/** Number of reverse proxies that are believed. */
	readonly trustProxy: number;
	readonly signer: { readonly p12: string; readonly passphrase: string } | null;
	/** Key of the counter-signature. */
	readonly auditor: { readonly p12: string; readonly passphrase: string } | null;
	/** Minutes between signatures of the audit chain's end. */
	readonly auditHeadMinutes: number;
	/** Time-stamp authority; null where signatures are not stamped. */
	readonly timeStamps: {
		readonly url: string;
		readonly ca: string | null;
		readonly required: boolean;
	} | null;
	/** What is kept for how long after sealing; null for ever. */
	readonly retention: RetentionDays;
	readonly readerThreads: number | null;
	/** In the order they are tried. */
	readonly executionProviders: readonly ExecutionProvider[];
	readonly demonstration: z.infer<typeof VARIABLES.VINSPECT_DEMO>;
	readonly downloads: boolean;
}

export interface DescribedSetting {
	readonly name: string;
	readonly description: string;
	/** As given, without secrets; null where the default holds. */
	readonly given: string | null;
	/** Null where there is none. */
	readonly default: string | null;
}

/** An address as it may be shown: without the password in it. */
export function withoutPassword(address: string): string {
	return address.replace(/\/\/([^:@/]*):[^@/]*@/, "//$1:…@");
}

function shown(name: string, value: string): string {
	return SECRET.has(name) ? "…" : withoutPassword(value);
}

function wrong(parts: readonly ErrorPart[]): VinspectError {
	return new VinspectError("configuration_invalid", parts.map((part) => part.message).join("\n"), parts);
}

function keyFile(p12: string | undefined, passphrase = "") {
	return p12 === undefined ? null : Object.freeze({ p12, passphrase });
}

const S3_VARIABLES = ["S3_ENDPOINT", "S3_BUCKET", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"] as const;

/** The four belong together; those that are missing beside others are told. */
function s3Of(found: z.infer<typeof Environment>, parts: ErrorPart[]): S3Settings | null {
	const missing = S3_VARIABLES.filter((name) => found[name] === undefined);
	if (missing.length === S3_VARIABLES.length) return null;
	for (const name of missing)
		parts.push({
			path: name,
			message: `${name} is not set, though other S3_ variables are: set it, or remove them to keep pictures in DATA_DIR.`,
		});
	return Object.freeze({
		endpoint: (found.S3_ENDPOINT ?? "").replace(/\/$/, ""),
		bucket: found.S3_BUCKET ?? "",
		region: found.S3_REGION,
		accessKeyId: found.S3_ACCESS_KEY_ID ?? "",
		secretAccessKey: found.S3_SECRET_ACCESS_KEY ?? "",
	});
}

/** Names one or two letters away count as meant. */
function nearest(name: string): string | undefined {
	const distance = (a: string, b: string) => {
		let row = Array.from({ length: b.length + 1 }, (_, i) => i);
		for (const [i, letter] of [...a].entries()) {
			const next = [i + 1];
			for (const [j, other] of [...b].entries())
				next.push(
					Math.min((row[j] ?? 0) + (letter === other ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1),
				);
			row = next;
		}
		return row[b.length] ?? 0;
	};
	return Object.keys(VARIABLES).find((known) => distance(known, name) <= 2);
}

/**
 * Settings of an environment. An empty variable counts as left out. Errors: `configuration_invalid`, one
 * sentence per wrong variable: its name, what was expected, what was received, how to mend it.
 */
export function loadSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
	const given = Object.fromEntries(
		Object.entries(environment).filter(([, value]) => value !== "" && value !== undefined),
	);
	const unknown = Object.keys(given).filter((name) => name.startsWith("VINSPECT_") && !(name in VARIABLES));
	const parsed = Environment.safeParse(given);
	const parts: ErrorPart[] = unknown.map((name) => {
		const meant = nearest(name);
		return {
			path: name,
			message: `${name}: there is no such setting; ${meant ? `${meant} was probably meant` : "remove it, or see vinspect doctor for those there are"}.`,
		};
	});
	for (const issue of parsed.error?.issues ?? []) {
		const name = String(issue.path[0]);
		parts.push({
			path: name,
			message: `${name}: ${issue.message}, received "${shown(name, given[name] ?? "")}"; mend it, or remove it for the default.`,
		});
	}
	if (!parsed.success) throw wrong(parts);
	const found = parsed.data;
	parts.push(...accessProblems(found));
	for (const name of ["SIGNER_P12", "AUDITOR_P12"] as const) {
		if (found[`${name}_PASSPHRASE`] === undefined || found[name] !== undefined) continue;
		parts.push({
			path: name,
			message: `${name}_PASSPHRASE is set without ${name}: set ${name} to the PKCS#12 file it opens, or remove it.`,
		});
	}
	const s3 = s3Of(found, parts);
	if (found.TSA_URL === undefined && (found.TSA_CA !== undefined || found.TSA_REQUIRED))
		parts.push({
			path: "TSA_URL",
			message:
				"TSA_CA or TSA_REQUIRED is set without TSA_URL: set TSA_URL to the authority's address, or remove them.",
		});
	if (parts.length > 0) throw wrong(parts);
	return Object.freeze({
		mongoUri: found.MONGODB_URI ?? null,
		temporalAddress: found.TEMPORAL_ADDRESS ?? null,
		temporalNamespace: found.TEMPORAL_NAMESPACE,
		host: found.HOST,
		port: found.PORT,
		dataDir: found.DATA_DIR,
		diskReserveBytes: found.DISK_RESERVE_MB * 1024 * 1024,
		lineRequests: found.LINE_REQUESTS,
		waitingReadings: found.WAITING_READINGS,
		serversDir: found.SERVERS_DIR,
		s3,
		workerQueues: Object.freeze(found.WORKER_QUEUES),
		workerVersioning: found.WORKER_VERSIONING,
		backupPassphrase: found.BACKUP_PASSPHRASE ?? null,
		metrics:
			found.METRICS_PORT === undefined
				? null
				: Object.freeze({ host: found.METRICS_HOST, port: found.METRICS_PORT }),
		drainSeconds: found.DRAIN_SECONDS,
		plant: found.PLANT,
		shifts: Object.freeze(found.SHIFTS),
		logLevel: found.LOG_LEVEL,
		secureCookies: found.SECURE_COOKIES,
		access: accessSettings(found),
		trustProxy: found.TRUST_PROXY,
		signer: keyFile(found.SIGNER_P12, found.SIGNER_P12_PASSPHRASE),
		auditor: keyFile(found.AUDITOR_P12, found.AUDITOR_P12_PASSPHRASE),
		auditHeadMinutes: found.AUDIT_HEAD_MINUTES,
		timeStamps:
			found.TSA_URL === undefined
				? null
				: Object.freeze({ url: found.TSA_URL, ca: found.TSA_CA ?? null, required: found.TSA_REQUIRED }),
		retention: Object.freeze({
			captures: found.RETENTION_CAPTURES_DAYS ?? null,
			readings: found.RETENTION_READINGS_DAYS ?? null,
			reports: found.RETENTION_REPORTS_DAYS ?? null,
		}),
		readerThreads: found.READER_THREADS ?? null,
		executionProviders: Object.freeze(found.EXECUTION_PROVIDERS),
		demonstration: found.VINSPECT_DEMO,
		downloads: found.VINSPECT_DOWNLOADS,
	});
}

/** Every setting with its meaning, for people. */
export function describeSettings(
	environment: Readonly<Record<string, string | undefined>>,
): readonly DescribedSetting[] {
	const properties = z.toJSONSchema(Environment, { io: "input" }).properties ?? {};
	return Object.entries(VARIABLES).map(([name, schema]) => {
		const property = properties[name];
		const fallback = typeof property === "object" ? property.default : undefined;
		const value = environment[name];
		return {
			name,
			description: schema.description ?? "",
			given: value === undefined || value === "" ? null : shown(name, value),
			default: fallback === undefined ? null : String(fallback),
		};
	});
}
