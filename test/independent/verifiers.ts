import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { PACKAGE_ROOT } from "../../src/config/package-root.js";
import type { MadeReports } from "./reports.js";

const run = promisify(execFile);
const HERE = join(PACKAGE_ROOT, "test", "independent");
/** Kept between runs: installing takes longer than asking. */
const TOOLS = join(PACKAGE_ROOT, ".out", "independent");

const PYHANKO = "0.38.0";

/** What a tool of others says of a file. */
export interface Opinion {
	readonly accepts: boolean;
	/** Its own words, shortened to what decided. */
	readonly said: string;
}

export interface Verifier {
	readonly name: string;
	readonly version: string;
	/** Files in the order given. */
	ask(files: readonly string[], reports: MadeReports): Promise<readonly Opinion[]>;
}

/** Output of a program however it ended: a verifier says no by its exit code. */
async function said(program: string, ...args: string[]): Promise<string> {
	return run(program, args, { maxBuffer: 64 * 1024 * 1024 }).then(
		({ stdout, stderr }) => stdout + stderr,
		(failed: { stdout?: string; stderr?: string; code?: number | string }) => {
			if (typeof failed.code === "string") throw failed;
			return `${failed.stdout ?? ""}${failed.stderr ?? ""}`;
		},
	);
}

async function inTurn<T>(files: readonly string[], ask: (file: string) => Promise<T>): Promise<T[]> {
	const answers: T[] = [];
	for (const file of files) answers.push(await ask(file));
	return answers;
}

/** poppler's pdfsig: cryptographic validity, and whether signatures leave something of the file unsigned. */
async function pdfsig(): Promise<Verifier> {
	const version = /version (\S+)/.exec(await said("pdfsig", "-v"))?.[1] ?? "?";
	return {
		name: "pdfsig",
		version,
		ask: (files) =>
			inTurn(files, async (file) => {
				const text = await said("pdfsig", "-nocert", file);
				const verdicts = [...text.matchAll(/Signature Validation: (.*)/g)].map(([, verdict = ""]) => verdict);
				const whole = text.includes("- Total document signed");
				return {
					accepts:
						whole && verdicts.length > 0 && verdicts.every((verdict) => verdict === "Signature is Valid."),
					said: `${[...new Set(verdicts)].join(", ") || "no signature"} ${whole ? "Total document signed" : "Not total document signed"}`,
				};
			}),
	};
}

/** pyHanko: validity, trust, time stamps, and whether later revisions do only what the certification allows. */
async function pyhanko(): Promise<Verifier> {
	const venv = join(TOOLS, "pyhanko");
	await run("python3", ["-m", "venv", venv]);
	await run(join(venv, "bin", "pip"), ["install", "--quiet", `pyHanko==${PYHANKO}`]);
	return {
		name: "pyHanko",
		version: PYHANKO,
		async ask(files, { allRoots }) {
			const program = join(HERE, "validate_signatures.py");
			const text = await said(join(venv, "bin", "python"), program, allRoots, ...files);
			return files.map((file) => {
				const line = text.split("\n").find((one) => one.startsWith(`${file}\t`));
				const opinion = line?.slice(file.length + 1) ?? text.slice(-300);
				return {
					accepts: /^VALID(, stamped)?(; VALID(, stamped)?)*$/.test(opinion),
					said: opinion,
				};
			});
		},
	};
}

async function classpathOf(name: string): Promise<string> {
	const jars = join(TOOLS, name);
	await mkdir(jars, { recursive: true });
	const pom = join(HERE, name, "pom.xml");
	await run("mvn", ["-q", "-f", pom, "dependency:copy-dependencies", `-DoutputDirectory=${jars}`]);
	return `${jars}/*`;
}

/** veraPDF: whether it is PDF/A-3b. It does not look at signatures. */
async function verapdf(): Promise<Verifier> {
	const classpath = await classpathOf("verapdf");
	return {
		name: "veraPDF",
		version: "1.28.2",
		async ask(files) {
			const text = await said("java", "-cp", classpath, join(HERE, "verapdf", "ValidatePdfA.java"), ...files);
			return files.map((file) => {
				const line = text.split("\n").find((one) => one.startsWith(`${file}: `)) ?? "no answer";
				return { accepts: line.includes(": PDF/A-3b,"), said: line.replace(`${file}: `, "") };
			});
		},
	};
}

/** EU DSS: signatures, time stamps, trust and revocation by ETSI EN 319 102-1, default policy. */
async function dss(): Promise<Verifier> {
	const classpath = await classpathOf("dss");
	return {
		name: "EU DSS",
		version: "6.3",
		async ask(files, { allRoots, crls }) {
			const program = join(HERE, "dss", "ValidateSignatures.java");
			const text = await said("java", "-cp", classpath, program, allRoots, crls.join(","), ...files);
			const rows = text.split("\n").map((line) => line.split("\t"));
			return files.map((file) => {
				const own = rows.filter(([name]) => name === file);
				return {
					accepts: own.length > 0 && own.every((row) => row[2] === "TOTAL_PASSED" && row[5] === "unchanged"),
					said: own.map((row) => `${row[2]} ${row[3]} ${row[5]}`).join(", ") || text.slice(0, 300),
				};
			});
		},
	};
}

/** Every tool, installed from its registry where it has to be. Throws where one can't be had. */
export async function otherVerifiers(): Promise<readonly Verifier[]> {
	return [await pdfsig(), await pyhanko(), await dss(), await verapdf()];
}
