import { AsyncLocalStorage } from "node:async_hooks";
import type { AuditActor } from "./draft.js";

/** Author of what no person caused. */
export const SYSTEM_ACTOR: AuditActor = { name: "vinspect", role: "system" };

const acting = new AsyncLocalStorage<AuditActor>();

/** Runs work in somebody's name: what it changes is told as theirs. */
export function actingAs<T>(actor: AuditActor, work: () => T): T {
	return acting.run(actor, work);
}

/** In whose name this runs: the system's where nobody's was named. */
export function currentActor(): AuditActor {
	return acting.getStore() ?? SYSTEM_ACTOR;
}

/** The person or station named, with the role they act in where it is they who act. */
export function actorNamed(name: string): AuditActor {
	const current = currentActor();
	if (current.name === name) return current;
	return { name, role: name === SYSTEM_ACTOR.name ? SYSTEM_ACTOR.role : "account" };
}
