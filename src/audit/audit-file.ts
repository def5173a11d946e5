import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import { z } from "zod";
import { type AuditEvent, AuditHead, SignedAuditHead } from "../contracts/audit.js";
import { Instant } from "../contracts/primitives.js";
import { VinspectError } from "../domain/errors.js";
import type { AuditStore } from "../persistence/audit-store.js";
import { canonicalEvent } from "./plant-chain.js";
import { storedChain } from "./verify-audit.js";
import type { ChainSource } from "./verify-chain.js";

const STRETCH = 1000;

/** First line of an export; every other line is one event, in order. */
const ExportHeader = z.strictObject({
	schema: z.literal("vinspect/audit-export/1"),
	plant: z.string(),
	exportedAt: Instant,
	/** The end the store had noted when the export began. */
	noted: AuditHead.nullable(),
	signedHeads: z.array(SignedAuditHead),
});
type ExportHeader = z.infer<typeof ExportHeader>;

const lineOf = ({ hash, ...link }: AuditEvent): string =>
	`${canonicalEvent(link).slice(0, -1)},"hash":${JSON.stringify(hash)}}\n`;

/** Writes a plant's chain with its signed heads to a file, one JSON object a line; returns how many events. */
export async function exportAudit(
	store: AuditStore,
	plant: string,
	signedHeads: readonly SignedAuditHead[],
	path: string,
): Promise<number> {
	const file = createWriteStream(path, { flags: "wx" });
	const source = await storedChain(store);
	const header: ExportHeader = {
		schema: "vinspect/audit-export/1",
		plant,
		exportedAt: new Date().toISOString(),
		noted: source.noted,
		signedHeads: [...signedHeads],
	};
	let events = 0;
	file.write(`${JSON.stringify(header)}\n`);
	for await (const stretch of source.stretches()) {
		events += stretch.length;
		if (!file.write((stretch as readonly AuditEvent[]).map(lineOf).join(""))) await once(file, "drain");
	}
	file.end();
	await finished(file);
	return events;
}

async function headerOf(path: string): Promise<ExportHeader> {
	const file = await open(path, "r");
	try {
		for await (const line of file.readLines()) return ExportHeader.parse(JSON.parse(line));
	} catch (cause) {
		throw new VinspectError(
			"request_invalid",
			`${path} does not begin as an export of an audit chain does: make one with vinspect audit export.`,
			[],
			{ cause },
		);
	} finally {
		await file.close().catch(() => undefined);
	}
	throw new VinspectError("request_invalid", `${path} is empty.`);
}

function parsed(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch {
		return null;
	}
}

/** An exported chain to verify. Errors: `request_invalid` where the file is no export. */
export async function exportedChain(path: string): Promise<{
	readonly plant: string;
	readonly signedHeads: readonly SignedAuditHead[];
	readonly source: ChainSource;
}> {
	const { plant, noted, signedHeads } = await headerOf(path);
	return {
		plant,
		signedHeads,
		source: {
			noted,
			counted: null,
			async *stretches() {
				const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
				let stretch: unknown[] = [];
				let header = true;
				for await (const line of lines) {
					if (header) {
						header = false;
						continue;
					}
					stretch.push(parsed(line));
					if (stretch.length < STRETCH) continue;
					yield stretch;
					stretch = [];
				}
				yield stretch;
			},
		},
	};
}
