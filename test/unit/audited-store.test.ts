import { describe, expect, it } from "vitest";
import { ChainedAuditLog } from "../../src/audit/audit-log.js";
import { auditedStore } from "../../src/audit/audited-store.js";
import type { Store } from "../../src/persistence/store.js";
import { createMemoryStore } from "../support/memory-store.js";

/** What the chain is told of. */
const TOLD: readonly string[] = [
	...["records.save", "records.saveOnto", "plans.save", "inspections.project", "countersignatures.keep"],
	...[
		"accounts.create",
		"accounts.replaceSecret",
		"accounts.setDisabled",
		"sessions.create",
		"sessions.delete",
	],
	...[
		"stations.change",
		"readerReports.save",
		"blindReadings.keep",
		"retention.setHold",
		"retention.liftHold",
	],
	...["agreement.saveShares", "agreement.saveGolden", "agreement.retireGolden"],
	"accounts.setPassword",
	"accounts.setRole",
	"accounts.endFormerKeys",
	"sessions.deleteOf",
];

/** What changes something and is not told, and why. */
const UNTOLD: Readonly<Record<string, string>> = {
	"accounts.keyUsed": "when a key was last shown is no change",
	"sessions.seen": "when a person last did something is no change",
	"signInAttempts.advance": "each refused sign-in is told where it is refused",
	"signInAttempts.forget": "each refused sign-in is told where it is refused",
	"signInAttempts.keepDevice": "a device known from signing in, which is told",
	"exceptions.claim": "passes by itself",
	"exceptions.release": "passes by itself",
	"observations.save": "told with the inspection's event `observed`",
	"observations.remove": "told by retention before it asks for it",
	"captures.save": "told with the inspection's event `capture_received`",
	"sealedReports.keep": "told with the inspection's event `sealed`",
	"statistics.contribute": "counted anew from what is told",
	"statistics.clear": "counted anew from what is told",
	"statistics.noteWhole": "counted anew from what is told",
	"search.fill": "made anew from what is told",
	"answers.begin": "an answer kept for a day",
	"answers.finish": "an answer kept for a day",
	"answers.abandon": "an answer kept for a day",
	"recordImports.create": "a preview; each record is told when it is written",
	"recordImports.change": "a preview; each record is told when it is written",
	"stations.captured": "told with the inspection's event `capture_received`",
	"agreement.countDecision": "would tell operators apart from what is hidden among their work",
	"agreement.show": "would tell what is hidden",
	"agreement.close": "would tell what is hidden",
	"agreement.addStep": "a judgement that reaches no vehicle",
	"agreement.claim": "passes by itself",
	"agreement.awaitReading": "would tell what is hidden",
	"agreement.takeReading": "would tell what is hidden",
	"retention.noteDeletions": "told by retention before it asks for it",
	"retention.finishDeletions": "told by retention before it asks for it",
};

/** Methods that only look. */
const LOOKS =
	/^(get|list|latest|latestOf|revisions|find|released|rows|changedSince|counts|waitingExceptions|ofVehicle|queue|of|readersOf|keysOf|ofAccount|deviceOf|buckets|decided|readerVersions|bySecretHash|settings|golden|listGolden|reader|openOf|item|awaitedReadings|judged)$/;

describe("the audited store", () => {
	const memory: Store = createMemoryStore();
	// each method once, to be told from one that stands in its place
	const plain: Store = Object.assign(
		{ ...memory },
		...Object.entries(memory)
			.filter(([part, value]) => typeof value === "object" && part !== "audit")
			.map(([part, value]) => ({ [part]: { ...value } })),
	);
	const audited = auditedStore(plain, new ChainedAuditLog(plain.audit, "p"));
	const parts = Object.keys(plain).filter((part) => typeof Reflect.get(plain, part) === "object");
	// the chain itself is told nothing of itself
	const methods = parts
		.filter((part) => part !== "audit")
		.flatMap((part) => Object.keys(Reflect.get(plain, part)).map((method) => `${part}.${method}`));
	const isTold = (name: string) => {
		const [part = "", method = ""] = name.split(".");
		return Reflect.get(Reflect.get(audited, part), method) !== Reflect.get(Reflect.get(plain, part), method);
	};

	it("tells of every change, or says here why not", () => {
		const changes = methods.filter((name) => !LOOKS.test(name.split(".")[1] ?? ""));
		expect(changes.filter(isTold).toSorted()).toEqual([...TOLD].toSorted());
		expect(changes.filter((name) => !isTold(name)).toSorted()).toEqual(Object.keys(UNTOLD).toSorted());
	});

	it("leaves looking as it is", () => {
		expect(methods.filter((name) => LOOKS.test(name.split(".")[1] ?? "") && isTold(name))).toEqual([]);
	});
});
