import fc from "fast-check";
import { auditDraft } from "../../src/audit/draft.js";
import { AuditAction, type AuditDraft, type AuditEvent } from "../../src/contracts/audit.js";

export const AUDITED_PLANT = "DEMO";

/** Events as they might be told; texts of every kind, whole code points or not. */
export const anyDraft: fc.Arbitrary<AuditDraft> = fc
	.record({
		who: fc.string({ unit: "binary" }),
		role: fc.constantFrom("operator", "auditor", "system"),
		action: fc.constantFrom(...AuditAction.options),
		subject: fc.string(),
		why: fc.string({ unit: "grapheme" }),
		detail: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
		hasContent: fc.boolean(),
	})
	.map(({ who, role, action, subject, why, detail, hasContent }) =>
		auditDraft({ name: who, role }, action, subject, {
			at: "2026-03-14T08:00:00.000Z",
			why,
			detail,
			sha256: hasContent ? "a".repeat(64) : null,
		}),
	);

/** A plain event of its own. */
export function draftNumbered(i: number, by = "anna"): AuditDraft {
	return auditDraft({ name: by, role: "operator" }, "decided", `I-${i}`, {
		eventId: `event-${i}`,
		at: new Date(Date.UTC(2026, 2, 14, 8) + i * 1000).toISOString(),
		why: "seen",
	});
}

export const chainOf = (events: readonly unknown[], noted: AuditEvent | null = null) => ({
	noted,
	counted: null,
	async *stretches() {
		for (let i = 0; i < events.length; i += 7) yield events.slice(i, i + 7);
	},
});
