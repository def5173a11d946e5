import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { command as check } from "../../src/bin/check.js";
import { command as read } from "../../src/bin/read.js";
import { Finding } from "../../src/contracts/finding.js";
import { renderPicture } from "../../src/demonstration/render/picture.js";
import { sampleBursts } from "../../src/demonstration/sample-bursts.js";

// Networks start here; a busy machine takes its time.
vi.setConfig({ testTimeout: 300_000 });

/** Three captures of one dim, soft stamp, none of which is believed alone. */
const burst = sampleBursts(5, 3, "fusion-1").at(-1);
const orders = burst?.orders ?? [];
const vin = orders[0]?.subject.form === "stamp" ? (orders[0].subject.vin ?? "") : "";
const otherVin = `${vin.slice(0, 16)}${vin.endsWith("1") ? "7" : "1"}`;

let folder = "";
let files: string[] = [];
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "vinspect-burst-"));
	files = orders.map((_, shot) => join(folder, `${shot}.jpg`));
	for (const [shot, order] of orders.entries())
		await writeFile(join(folder, `${shot}.jpg`), (await renderPicture(order)).jpeg);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(name: "check" | "read", ...words: string[]) {
	const said = { out: "", err: "" };
	const out = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
		said.out += String(text);
		return true;
	});
	const err = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
		said.err += String(text);
		return true;
	});
	try {
		const command = { check, read }[name]().exitOverride();
		const refusal = await command.parseAsync(words, { from: "user" }).then(
			() => null,
			(error: Error) => error.message,
		);
		return { ...said, refusal, code: process.exitCode ?? 0 };
	} finally {
		out.mockRestore();
		err.mockRestore();
		process.exitCode = 0;
	}
}

const json = (text: string) =>
	text
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));

describe("several captures of one witness on the command line", () => {
	test("state together what none states alone; what is expected changes no reading", async () => {
		const right = await run("check", ...files, "--kind", "stamp", "--expect", vin, "--json");
		const [answer] = json(right.out);
		expect(right.code).toBe(0);
		expect(answer.captures).toHaveLength(3);
		for (const { readings } of answer.captures)
			expect(readings[0]).toMatchObject({ accepted: false, text: vin });
		expect(answer.verdict).toBe("match");
		const findings = Finding.array().parse(answer.findings);
		const finding = findings.find(({ field }) => field === "vin");
		expect(finding).toMatchObject({ outcome: "match", read: vin, expected: vin });
		expect(finding?.fusedFrom).toEqual(
			answer.captures.map(({ capture }: { capture: string }) => capture).toSorted(),
		);
		expect(answer.confidence).toBe(finding?.confidence);

		const wrong = json(
			(await run("check", ...files, "--kind", "stamp", "--expect", otherVin, "--json")).out,
		)[0];
		expect(wrong.verdict).toBe("mismatch");
		expect(wrong.findings.find(({ field }: Finding) => field === "vin").differences).toEqual([16]);
		expect(wrong.captures).toEqual(answer.captures);
	});

	test("are each shown for a person, and one alone is judged as before", async () => {
		const { out } = await run("check", ...files, "--kind", "stamp", "--expect", vin);
		const lines = out.trim().split("\n");
		expect(lines).toHaveLength(5);
		expect(lines.at(-1)).toMatch(new RegExp(`^match 一致: read ${vin}, .*fused from 3 captures`));
		const [one = ""] = files;
		const alone = await run("check", one, "--kind", "stamp", "--expect", vin, "--json");
		expect(Object.keys(json(alone.out)[0])).toEqual(["verdict", "reading", "confidence"]);
		expect(json(alone.out)[0].verdict).toBe("unreadable");
	});

	test("count once where the same bytes come under two names, and go on past what is no picture", async () => {
		const [, , surest = ""] = files;
		const [copy, broken] = [join(folder, "copy.jpg"), join(folder, "broken.jpg")];
		await copyFile(surest, copy);
		await writeFile(broken, "no picture");
		const { out, code } = await run("read", "--burst", "--kind", "stamp", "--json", surest, copy, broken);
		const [first, second, third, together, ...more] = json(out);
		expect(more).toEqual([]);
		expect(second.readings).toEqual(first.readings);
		expect(third.error.code).toMatch(/^picture_/);
		expect(together).toMatchObject({ burst: [surest, copy, broken], kind: "stamp" });
		expect(together.fields.vin).toMatchObject({ text: vin, accepted: false });
		expect(together.fields.vin).not.toHaveProperty("fusedFrom");
		expect(code).toBe(1);
	});

	test("need to say what they show", async () => {
		const { refusal, out, err } = await run("read", "--burst", ...files);
		expect(refusal ?? err).toContain("--burst needs --kind");
		expect(out).toBe("");
	});
});
