import type { ChildReport } from "./child-process.js";

/** How long a child may take to end once its supervisor is gone. */
const ORPHAN_GRACE_MS = 8_000;

/** Tells the supervisor, where there is one. */
export function report(state: ChildReport): void {
	process.send?.(state);
}

/** Resolves on SIGTERM, on SIGINT, or when the supervisor is gone, which then must be followed soon. */
export function untilAskedToStop(): Promise<void> {
	return new Promise((resolve) => {
		process.once("SIGTERM", () => resolve());
		process.once("SIGINT", () => resolve());
		process.once("disconnect", () => {
			setTimeout(() => process.exit(1), ORPHAN_GRACE_MS).unref();
			resolve();
		});
	});
}

/** Runs a child's whole life: what can't start is told to the supervisor in one sentence. */
export async function live(life: () => Promise<void>): Promise<never> {
	try {
		await life();
		process.exit(0);
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		process.stderr.write(`${error instanceof Error ? (error.stack ?? message) : message}\n`);
		report({ state: "refused", message });
		// The message leaves before the channel closes.
		setTimeout(() => process.exit(1), 100);
		return new Promise(() => undefined);
	}
}
