import { z } from "zod";
import { Instant, Sha256 } from "./primitives.js";

/** What one network runs on in a worker, and what it was refused on. */
export const NetworkReport = z.strictObject({
	model: z.string(),
	sha256: Sha256,
	provider: z.string(),
	refused: z.array(z.strictObject({ provider: z.string(), reason: z.string() })),
});
export type NetworkReport = z.infer<typeof NetworkReport>;

/** What a worker says of its readers when it starts. */
export const ReaderReport = z.strictObject({
	/** Name of the machine it runs on. */
	worker: z.string(),
	startedAt: Instant,
	networks: z.array(NetworkReport),
	/** Every reader with its version or digest. */
	readers: z.record(z.string(), z.string()),
});
export type ReaderReport = z.infer<typeof ReaderReport>;
