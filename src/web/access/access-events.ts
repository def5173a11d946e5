import { auditDraft } from "../../audit/draft.js";
import type { Role } from "../../persistence/store.js";
import { nowOf, type WebDeps } from "../deps.js";

/** Something that happened to an account, a session or a key. Holds names, never a secret. */
export interface AccessEvent {
	readonly action:
		| "signed_in"
		| "sign_in_refused"
		| "signed_out"
		| "sessions_ended"
		| "password_changed"
		| "password_reset"
		| "account_created"
		| "account_disabled"
		| "account_enabled"
		| "role_changed"
		| "key_created"
		| "key_rotated"
		| "former_keys_ended"
		| "station_disabled"
		| "station_enabled";
	/** The account or station it happened to; null where the name is of nobody, for it may be a mistyped password. */
	readonly subject: string | null;
	/** Who did it; null for somebody not signed in. */
	readonly by: string | null;
	readonly why?: string;
	readonly role?: Role;
	readonly address?: string;
}

/** The one place that hears of every sign-in, and of every change of an account or key. */
export async function tellAccess(deps: WebDeps, event: AccessEvent): Promise<void> {
	deps.logger.info({ access: event, at: nowOf(deps).toISOString() }, "access");
	// what changes the store is told to the audit chain by the store itself; a refusal changes nothing
	if (event.action !== "sign_in_refused") return;
	const { subject, why = "", address = "" } = event;
	const facts = { why, detail: { address } };
	await deps.audit.append([
		auditDraft({ name: "nobody", role: "public" }, "sign_in_refused", subject ?? "unknown", facts),
	]);
}
