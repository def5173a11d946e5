import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { PACKAGE_ROOT } from "../config/package-root.js";
import type { AuditHead } from "../contracts/audit.js";
import type { Inspection } from "../contracts/inspection.js";
import type { Observation } from "../contracts/reading.js";
import { InspectionRecord } from "../contracts/report.js";
import { chainEvents, headOf } from "./audit-chain.js";
import { wellFormed } from "./canonical-json.js";

const GENERATOR = z
	.object({ name: z.string(), version: z.string() })
	.parse(JSON.parse(readFileSync(join(PACKAGE_ROOT, "package.json"), "utf8")));

/**
 * The machine-readable record of a finished inspection: everything that was seen, found and decided, with
 * its events chained. The same inspection gives the same record. Throws a ZodError where the inspection does
 * not follow its contract.
 */
export function buildInspectionRecord(
	inspection: Inspection,
	observations: readonly (Observation & { witness: string })[],
	/** The end of the plant's audit chain at this moment. */
	plantHead?: AuditHead,
): InspectionRecord {
	const { events, report: _, ...facts } = inspection;
	const sound = InspectionRecord.shape.audit.element.omit({ prev: true, hash: true }).array();
	const audit = chainEvents(inspection.inspectionId, sound.parse(wellFormed(events)));
	return InspectionRecord.parse({
		schema: "vinspect/inspection-record/1",
		inspection: wellFormed(facts),
		observations: wellFormed(observations),
		audit,
		auditHead: headOf(inspection.inspectionId, audit),
		...(plantHead && { plantHead }),
		generator: GENERATOR,
	});
}
