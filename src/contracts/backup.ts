import { z } from "zod";
import { Identifier, Instant, Sha256 } from "./primitives.js";

const Count = z.int().nonnegative();

/** What a backup holds; its last entry, so that a backup that has it is whole. */
export const BackupManifest = z.strictObject({
	schema: z.literal("vinspect/backup/1"),
	software: z.string(),
	plant: Identifier,
	createdAt: Instant,
	/** How long the service stood still for it; null where it was not running. */
	pausedMs: Count.nullable(),
	/** `included`: the embedded server's state; `elsewhere`: a cluster, which has backups of its own. */
	temporal: z.enum(["included", "elsewhere"]),
	/** `elsewhere`: the plant brings its own key. */
	keys: z.enum(["encrypted", "left_out", "elsewhere"]),
	/** Documents by collection of the store. */
	documents: z.record(z.string(), Count),
	contents: z.strictObject({ captures: Count, reports: Count, imports: Count }),
	/** Every other entry but the contents, which are named by their own digests. */
	files: z.record(z.string(), z.strictObject({ bytes: Count, sha256: Sha256 })),
});
export type BackupManifest = z.infer<typeof BackupManifest>;
