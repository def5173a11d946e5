import type { AuditLog } from "../src/audit/audit-log.js";
import { filedHeads, fileHead, signHead } from "../src/audit/signed-heads.js";
import { verifyStoredAudit } from "../src/audit/verify-audit.js";
import type { AuditHead } from "../src/contracts/audit.js";
import type { AuditStore } from "../src/persistence/audit-store.js";
import type { CurrentSigner, Signer } from "../src/signing/signer.js";
import { readTrustedRoots } from "../src/supervision/trusted-root.js";

export interface AuditDependencies {
	readonly store: AuditStore;
	readonly log: Pick<AuditLog, "head">;
	readonly signer: Signer | CurrentSigner;
	readonly plant: string;
	/** Where signed heads are filed too, and the plant's roots are. */
	readonly dataDir: string;
}

export type AuditActivities = ReturnType<typeof createAuditActivities>;

export function createAuditActivities({ store, log, signer, plant, dataDir }: AuditDependencies) {
	return {
		/**
		 * Signs the end of the plant's chain, files the head beside the data and keeps it in the store: in this order, so
		 * that the store never vouches for what the file does not. Where nothing came since the last one, nothing is
		 * signed. Errors: `signing_key_expired`, `store_unavailable`.
		 */
		async signAuditHead(): Promise<AuditHead> {
			const head = await log.head();
			const last = await store.lastSignedHead();
			if (head.seq === 0 || last?.hash === head.hash) return head;
			const by = typeof signer === "function" ? await signer() : signer;
			const signed = await signHead(head, plant, new Date(), by);
			await fileHead(dataDir, signed);
			await store.keepSignedHead(signed);
			return head;
		},

		/** Verifies the whole chain, keeps the outcome for the auditor's page, and tells whether it holds. */
		async verifyAuditChain(): Promise<boolean> {
			const filed = await filedHeads(dataDir);
			const roots = await readTrustedRoots(dataDir);
			return (await verifyStoredAudit(store, { plant, filed, roots })).valid;
		},
	};
}
