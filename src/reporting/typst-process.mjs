// Runs the Typst compiler, which is synchronous, away from the process that answers requests. Plain
// JavaScript, so that the same file runs from src and from dist. Its arguments are paths of fonts.
// @ts-check
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeCompiler } from "@myriaddreamin/typst-ts-node-compiler";

/** @typedef {import("./typst-job.js").TypstJob} TypstJob */
/** @typedef {import("./typst-job.js").TypstAnswer} TypstAnswer */

/** Compilations whose cached parts are kept; older ones are given back to the system. */
const KEPT_COMPILATIONS = 3;

// The compiler takes files from memory only: its workspace is an empty folder.
const workspace = mkdtempSync(join(tmpdir(), "vinspect-typst-"));
process.on("exit", () => rmSync(workspace, { recursive: true, force: true }));

const fonts = process.argv.slice(2);
const compiler = NodeCompiler.create({
	workspace,
	fontArgs: [{ fontBlobs: fonts.map((path) => readFileSync(path)) }],
});

/**
 * @param {TypstJob} job
 * @returns {TypstAnswer}
 */
function compile({ id, source, files, creationTime, query }) {
	try {
		for (const { name, content } of files) compiler.mapShadow(join(workspace, name), Buffer.from(content));
		const outcome = compiler.compile({ mainFileContent: source });
		const document = outcome.result;
		if (!document) {
			const problem = outcome.takeDiagnostics() ?? outcome.takeError();
			const messages = problem ? compiler.fetchDiagnostics(problem).map((one) => JSON.stringify(one)) : [];
			return { id, error: messages.join("; ") || "the compiler gave no reason" };
		}
		const pdf = compiler.pdf(document, { pdfStandard: "a-3b", creationTimestamp: creationTime });
		const found = compiler.query(document, { selector: query });
		return { id, pdf, pages: document.numOfPages, found: JSON.stringify(found) };
	} catch (error) {
		return { id, error: error instanceof Error ? error.message : String(error) };
	} finally {
		compiler.resetShadow();
		compiler.evictCache(KEPT_COMPILATIONS);
	}
}

process.on("message", (/** @type {TypstJob} */ job) => process.send?.(compile(job)));
process.on("disconnect", () => process.exit(0));
