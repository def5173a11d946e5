import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PACKAGE_ROOT } from "../../src/config/package-root.js";
import { DEFAULT_SHARES, HiddenSource, Verdict } from "../../src/contracts/agreement.js";
import { AuditAction } from "../../src/contracts/audit.js";
import {
	BlindSight,
	DecisionAction,
	DiscrepancyDisposition,
	ExceptionStatus,
} from "../../src/contracts/exception.js";
import { FindingOutcome, FindingRule } from "../../src/contracts/finding.js";
import { Closure, Disposition, InspectionEvent, InspectionStatus } from "../../src/contracts/inspection.js";
import { CheckDigitPolicy, InspectionPlan } from "../../src/contracts/plan.js";
import { DefectKind, Refusal, WitnessKind } from "../../src/contracts/reading.js";
import { Market } from "../../src/contracts/record.js";
import { RecordImport } from "../../src/contracts/record-import.js";
import { RetentionClass } from "../../src/contracts/retention.js";
import { SearchOutcome } from "../../src/contracts/search.js";
import { StationChange, StationItem } from "../../src/contracts/station.js";
import { ExceptionEnd } from "../../src/contracts/statistics.js";
import { Division, Period } from "../../src/contracts/statistics-report.js";
import { STRENGTHS } from "../../src/domain/agreement.js";
import { ERRORS } from "../../src/domain/errors.js";
import { PLAN_MEMBERS, WITNESS_MEMBERS } from "../../src/domain/plan-changes.js";
import { RULES } from "../../src/domain/spc/rules.js";
import { ROLES } from "../../src/persistence/store.js";
import { PASSWORD_FAULTS } from "../../src/web/access/passwords.js";
import { SSO_FAULTS } from "../../src/web/access/single-sign-on.js";
import { ACCOUNT_STATES } from "../../src/web/pages/accounts.js";
import { DecisionReasons, loadDecisionReasons } from "../../src/web/pages/decision-reasons.js";
import { LISTS } from "../../src/web/pages/exceptions.js";
import { TRUTHS } from "../../src/web/pages/golden.js";
import { loadLocales } from "../../src/web/pages/locales.js";
import { MODEL_TASKS } from "../../src/web/pages/models.js";
import { MENUS, NAVIGATION } from "../../src/web/pages/navigation.js";
import { THEMES } from "../../src/web/pages/site.js";
import { OVERLAPS } from "../../src/web/pages/stations.js";
import { BLIND_CHOICES } from "../../src/web/pages/views/blind.js";
import { TIMELINE_KINDS } from "../../src/web/pages/views/dossier.js";
import { SHOWN_FACTS } from "../../src/web/pages/views/inspection.js";
import { GROUPINGS } from "../../src/web/pages/views/overview.js";
import { SEARCH_ERRORS } from "../../src/web/pages/views/search.js";
import { ATTENTION_KINDS, RULE_SET_NAMES } from "../../src/web/pages/views/statistics.js";
import { WITNESS_STATES } from "../../src/web/pages/views/witness-progress.js";
import { PLAN_FAULTS } from "../../src/web/plans/plan-form.js";

const HAN = /\p{Script=Han}/u;

/** Words looked up by a value rather than by a key in the source. */
const TERMS: Readonly<Record<string, readonly string[]>> = {
	refusal: Refusal.options,
	outcome: FindingOutcome.options,
	rule: FindingRule.options,
	defect: DefectKind.options,
	exceptionStatus: ExceptionStatus.options,
	action: DecisionAction.options,
	actionHelp: DecisionAction.options,
	disposition: Disposition.options,
	status: InspectionStatus.options,
	closure: Closure.options,
	kind: WitnessKind.options,
	event: InspectionEvent.shape.type.options,
	auditAction: AuditAction.options,
	"retention.class": RetentionClass.options,
	progress: WITNESS_STATES,
	market: Market.options,
	checkDigit: CheckDigitPolicy.options,
	role: ROLES,
	detail: SHOWN_FACTS,
	"site.theme": THEMES,
	planStatus: InspectionPlan.shape.status.options,
	planChange: ["added", "removed", "changed"],
	planMember: [...new Set([...PLAN_MEMBERS, ...WITNESS_MEMBERS])],
	planFault: PLAN_FAULTS,
	ruleWeight: ["violation", "remark"],
	"site.nav": NAVIGATION.map(({ page }) => page),
	"overview.group": GROUPINGS,
	shares: Object.keys(DEFAULT_SHARES),
	hiddenSource: HiddenSource.options,
	verdict: Verdict.options,
	strength: STRENGTHS,
	truth: TRUTHS,
	"exceptions.filter": LISTS,
	"blind.choice": BLIND_CHOICES,
	"blind.agreement": ["agrees", "differs", "undecided"],
	sight: BlindSight.options,
	"statistics.act": ATTENTION_KINDS,
	"statistics.period": Period.options,
	"agreement.problem": ["backwards", "too_long"],
	"statistics.problem": ["days_missing", "backwards", "too_long"],
	"statistics.rules": RULE_SET_NAMES,
	"statistics.end": ["confirmed", "falseCalls", "released", "expired"],
	"statistics.pGrain": ["hour", "shift", "day"],
	"statistics.by": Division.options,
	"statistics.part": Division.options,
	exceptionEnd: ExceptionEnd.options,
	spcRule: RULES,
	searchOutcome: SearchOutcome.options,
	"search.error": SEARCH_ERRORS,
	"dossier.kind": TIMELINE_KINDS,
	"site.menu": MENUS,
	"imports.state": RecordImport.shape.state.options,
	"stations.keyState": StationItem.shape.key.options,
	"stations.change": StationChange.shape.action.options,
	"stations.overlap": OVERLAPS,
	"models.task": MODEL_TASKS,
	passwordFault: PASSWORD_FAULTS,
	ssoFault: SSO_FAULTS,
	"accounts.state": ACCOUNT_STATES,
};

const localeFiles = (language: "en" | "zh"): string[] =>
	readdirSync(join(PACKAGE_ROOT, "templates", "locales", language)).sort();

function wordsOf(language: "en" | "zh"): Record<string, string> {
	return Object.assign(
		{},
		...localeFiles(language).map((file) =>
			JSON.parse(readFileSync(join(PACKAGE_ROOT, "templates", "locales", language, file), "utf8")),
		),
	);
}

function sourcesUnder(folder: string): string[] {
	return readdirSync(join(PACKAGE_ROOT, folder), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && /\.(hbs|ts)$/.test(entry.name))
		.map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}

const sources = ["templates/pages", "templates/partials", "src/web/pages"].flatMap(sourcesUnder);
const usedKeys = new Set(
	sources.flatMap((source) =>
		[...source.matchAll(/(?:\bt |\.say\()"([\w.]+)"/g)].map((found) => found[1] ?? ""),
	),
);
const usedTerms = new Set(
	sources.flatMap((source) => [...source.matchAll(/\bterm "([\w.]+)"/g)].map((found) => found[1] ?? "")),
);
const termKeys = Object.entries(TERMS).flatMap(([prefix, values]) =>
	values.map((value) => `${prefix}.${value}`),
);

describe("the words of the pages", () => {
	const [en, zh] = [wordsOf("en"), wordsOf("zh")];

	test("stand in both languages under the same keys, with the same places to fill", () => {
		expect(localeFiles("zh")).toEqual(localeFiles("en"));
		expect(Object.keys(zh)).toEqual(Object.keys(en));
		const places = (words: string) => [...words.matchAll(/\{\w+\}/g)].map(String).sort();
		for (const [key, words] of Object.entries(en))
			expect([key, places(zh[key] ?? "")]).toEqual([key, places(words)]);
	});

	test("are there for every key that a template or route uses", () => {
		expect(usedKeys.size).toBeGreaterThan(100);
		expect([...usedKeys].filter((key) => !(key in en))).toEqual([]);
	});

	test("are there for every value of the contracts that a page can show", () => {
		expect([...usedTerms].filter((prefix) => !(prefix in TERMS))).toEqual([]);
		expect(termKeys.filter((key) => !(key in en))).toEqual([]);
		expect(DiscrepancyDisposition.options.every((one) => `disposition.${one}` in en)).toBe(true);
	});

	test("hold no key that nothing uses", () => {
		const used = new Set([...usedKeys, ...termKeys]);
		expect(Object.keys(en).filter((key) => !used.has(key))).toEqual([]);
	});

	test("are Chinese where they say they are", () => {
		const sameInBoth = ["site.name", "site.language", "site.languageTitle", "detail.sha256", "detail.pdf"];
		const spoken = (words: string) => words.replaceAll(/\{\w+\}|[\p{P}\s]/gu, "");
		const untranslated = Object.entries(zh)
			.filter(([key, words]) => !sameInBoth.includes(key) && spoken(words) !== "" && !HAN.test(words))
			.map(([key]) => key);
		expect(untranslated).toEqual([]);
	});

	test("of every error are in the registry in both languages", () => {
		const wrong = Object.entries(ERRORS).filter(([, kind]) => kind.en === "" || !HAN.test(kind.zh));
		expect(wrong).toEqual([]);
	});
});

describe("the tree of reasons", () => {
	test("has reasons for every decision, each code once in its list", () => {
		const tree = loadDecisionReasons();
		expect(Object.keys(tree).sort()).toEqual([...DecisionAction.options].sort());
		for (const groups of Object.values(tree)) {
			const codes = groups.flatMap(({ reasons }) => reasons.map(({ code }) => code));
			expect(new Set(codes).size).toBe(codes.length);
		}
	});

	test("refuses an action that does not exist", () => {
		expect(DecisionReasons.safeParse({ accept_all: [] }).success).toBe(false);
	});
});

describe("a locale", () => {
	const { en, zh } = loadLocales();

	test("fills places, writes numbers and percentages its own way", () => {
		expect(en.say("overview.waiting", { count: 1200 })).toBe("1,200 open");
		expect(zh.say("overview.waiting", { count: 3 })).toBe("3 项待处理");
		expect(en.percent(0.9237)).toBe("92.4%");
		expect(en.percent(0.9237, 0)).toBe("92%");
	});

	test("names fields with their unit, and leaves unknown names as they are", () => {
		expect(en.field("grossMass")).toBe("Maximum laden mass (kg)");
		expect(zh.field("vin")).toBe("车辆识别代号");
		expect(zh.field("somethingElse")).toBe("somethingElse");
	});

	test("throws on a key that has no words", () => {
		expect(() => en.say("no.such.key")).toThrow("no.such.key");
	});
});
