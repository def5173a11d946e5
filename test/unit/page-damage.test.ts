import { expect, it } from "vitest";
import type { Finding } from "../../src/contracts/finding.js";
import type { Box } from "../../src/contracts/primitives.js";
import { loadLocales } from "../../src/web/pages/locales.js";
import { loadTemplates } from "../../src/web/pages/templates.js";
import { inspectionView } from "../../src/web/pages/views/inspection.js";
import { sampleInspection } from "../support/sample-inspection.js";

const BOXES: readonly Box[] = [
	[140, 90, 30, 30],
	[200, 90, 30, 30],
];

it("damage of a gear is named in both languages, and every place is marked in the picture", async () => {
	const { inspection, observations } = await sampleInspection();
	const gear = inspection.findings.find(({ kind, box }) => kind === "gear" && box !== null);
	if (!gear) throw new Error("the sample has a gear");
	const condition: Finding = {
		...gear,
		findingId: "drive-gear.condition",
		field: "condition",
		rule: "gear_condition",
		outcome: "mismatch",
		read: null,
		expected: null,
		box: BOXES[0] ?? null,
		defects: BOXES.map((box) => ({ kind: "broken_tooth", box, confidence: 0.8 })),
	};
	const view = inspectionView(
		{ ...inspection, findings: [...inspection.findings, condition] },
		observations,
		null,
	);
	const panel = view.panels.find(({ id }) => id === "drive-gear");
	expect(panel?.overlays.filter(({ field }) => field === "condition")).toMatchObject(
		BOXES.map(([x, y, width, height]) => ({ x, y, width, height, style: "mismatch" })),
	);
	const finding = view.findings.find(({ field }) => field === "condition");
	const row = panel?.compared.find(({ field }) => field === "condition");
	if (!finding || !row) throw new Error("the condition is shown");
	const render = loadTemplates();
	const locales = loadLocales();
	for (const [language, words] of [
		["en", ["broken tooth × 2", "Condition", "Damage seen on the gear"]],
		["zh", ["断齿 × 2", "外观状态", "齿轮损伤检查"]],
	] as const) {
		const pages = `${render("finding", locales[language], finding)}${render("field-row", locales[language], row)}`;
		for (const word of words) expect(pages).toContain(word);
	}
});
