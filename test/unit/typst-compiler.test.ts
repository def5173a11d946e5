import { readdir, readFile } from "node:fs/promises";
import { afterEach, expect, test } from "vitest";
import { TypstCompiler } from "../../src/reporting/typst-compiler.js";

const compiler = new TypstCompiler([]);

afterEach(() => compiler.close());

const sourceOf = (text: string) => `#set document(title: "t")\n#metadata("${text}") <told>\n${text}`;
const typeset = async (text: string): Promise<unknown> => {
	const { found, pages } = await compiler.compile({
		...{ source: sourceOf(text), files: [], creationTime: 0, query: "<told>" },
	});
	return [pages, JSON.parse(found).map(({ value }: { value: string }) => value)];
};

/** Compilers that are running for this test. */
async function processes(): Promise<number[]> {
	const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
	const lines = await Promise.all(
		ids.map(async (id) => ({
			id,
			command: await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => ""),
			parent: Number(
				/^PPid:\s+(\d+)/m.exec(await readFile(`/proc/${id}/status`, "utf8").catch(() => ""))?.[1],
			),
		})),
	);
	return lines
		.filter(({ command, parent }) => command.includes("typst-process.mjs") && parent === process.pid)
		.map(({ id }) => id);
}

test("answers each with its own, however many processes that takes, and leaves one of them", async () => {
	const texts = Array.from({ length: 450 }, (_, i) => `Report ${i}`);
	const first = await typeset("before");
	expect(first).toEqual([1, ["before"]]);
	const [former] = await processes();
	const told = await Promise.all(texts.map(typeset));
	expect(told).toEqual(texts.map((text) => [1, [text]]));
	await expect.poll(processes).toHaveLength(1);
	expect(await processes()).not.toContain(former);
});

test("says what is wrong with a source, and goes on", async () => {
	const wrong = compiler.compile({ source: "#nonsense()", files: [], creationTime: 0, query: "<told>" });
	await expect(wrong).rejects.toThrow(/^Typst: .*nonsense/);
	expect(await typeset("after")).toEqual([1, ["after"]]);
});

test("rejects what a process leaves unanswered when it dies, and starts another", async () => {
	await typeset("one");
	const [id] = await processes();
	const long = compiler.compile({
		...{ source: `${"#lorem(3000)\n\n".repeat(300)}`, files: [], creationTime: 0, query: "<told>" },
	});
	process.kill(id ?? 0, "SIGKILL");
	await expect(long).rejects.toThrow("the Typst compiler stopped");
	expect(await typeset("two")).toEqual([1, ["two"]]);
});
