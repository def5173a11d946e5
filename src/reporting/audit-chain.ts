import { createHash } from "node:crypto";
import type { InspectionEvent } from "../contracts/inspection.js";
import type { Sha256 } from "../contracts/primitives.js";
import type { ChainedEvent } from "../contracts/report.js";
import { canonicalBytes } from "./canonical-json.js";

/**
 * What the first event of an inspection is chained to: the digest of the inspection's id. A chain can so
 * not be moved whole from one inspection to another.
 */
export function genesisOf(inspectionId: string): Sha256 {
	return createHash("sha256").update(inspectionId, "utf8").digest("hex");
}

/** Hash of a link: SHA-256 over its canonical JSON (RFC 8785), its predecessor's hash among it. */
export function hashOfLink(link: { readonly prev: Sha256 }): Sha256 {
	return createHash("sha256").update(canonicalBytes(link)).digest("hex");
}

/** Chains events in their order: `hash = SHA-256(JCS({at, type, by, detail, prev}))`. */
export function chainEvents(inspectionId: string, events: readonly InspectionEvent[]): ChainedEvent[] {
	let prev = genesisOf(inspectionId);
	return events.map((event) => {
		const linked = { ...event, prev };
		prev = hashOfLink(linked);
		return { ...linked, hash: prev };
	});
}

/** Hash of the last event; of an empty chain, its genesis. */
export function headOf(inspectionId: string, chain: readonly ChainedEvent[]): Sha256 {
	return chain.at(-1)?.hash ?? genesisOf(inspectionId);
}

/** Zero-based position of the first event whose link or hash is wrong, or null where the chain holds. */
export function firstBrokenLink(inspectionId: string, chain: readonly ChainedEvent[]): number | null {
	let prev = genesisOf(inspectionId);
	for (const [position, { hash, ...event }] of chain.entries()) {
		if (event.prev !== prev || hashOfLink(event) !== hash) return position;
		prev = hash;
	}
	return null;
}
