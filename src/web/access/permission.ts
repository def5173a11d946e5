import { VinspectError } from "../../domain/errors.js";
import type { Role } from "../../persistence/store.js";
import type { Identity } from "../request-context.js";

/** Whom a route is for: some roles, or everybody whether signed in or not. */
export type Audience = readonly Role[] | "public";

/**
 * The one place where roles are enforced: the API's route table and the pages' table both ask here. Whoever was
 * given a password by somebody else may do nothing but what lets them change it. Errors: `unauthenticated`,
 * `password_change_required`, `forbidden`.
 */
export function requirePermission(
	what: string,
	audience: Audience,
	identity: Identity | null,
	whilePasswordMustChange = false,
): void {
	if (audience === "public") return;
	if (identity === null) {
		throw new VinspectError(
			"unauthenticated",
			"Sign in at POST /api/v1/session, or send a valid key as Authorization: Bearer.",
		);
	}
	if (identity.mustChangePassword && !whilePasswordMustChange) {
		throw new VinspectError(
			"password_change_required",
			"Somebody else knows this password: change it at PUT /api/v1/session/password first.",
		);
	}
	if (!audience.includes(identity.role)) {
		throw new VinspectError(
			"forbidden",
			`${what} is for ${audience.join(", ")}; ${identity.name} is ${identity.role}.`,
		);
	}
}
