import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Client } from "@temporalio/client";
import proto from "@temporalio/proto";

const { History } = proto.temporal.api.history.v1;

export const HISTORIES = fileURLToPath(new URL("../replay/histories/", import.meta.url));

/** Figures of a workflow's history: bytes of its largest payload, accepted updates. */
export async function historyOf(
	client: Client,
	workflowId: string,
): Promise<{ largestPayload: number; updates: number }> {
	const history = await client.workflow.getHandle(workflowId).fetchHistory();
	const sizes: number[] = [];
	const visit = (value: unknown): void => {
		if (value instanceof Uint8Array) sizes.push(value.byteLength);
		else if (Array.isArray(value)) value.forEach(visit);
		else if (typeof value === "object" && value !== null) Object.values(value).forEach(visit);
	};
	visit(history);
	const updates = (history.events ?? []).filter((e) => e.workflowExecutionUpdateAcceptedEventAttributes);
	return { largestPayload: Math.max(0, ...sizes), updates: updates.length };
}

/** Stack traces name folders of the machine that recorded them, and no replay needs them. */
const withoutTraces = (key: string, value: unknown): unknown => (key === "stackTrace" ? "" : value);

/** Keeps the history of a finished run for the replay tests, where RECORD_HISTORIES asks for it. */
export async function recordHistory(client: Client, workflowId: string, name: string): Promise<void> {
	if (!process.env.RECORD_HISTORIES) return;
	const handle = client.workflow.getHandle(workflowId);
	await handle.result();
	const history = History.fromObject(await handle.fetchHistory());
	const plain = History.toObject(history, { longs: String, enums: String, bytes: String });
	await writeFile(join(HISTORIES, `${name}.json`), `${JSON.stringify(plain, withoutTraces, "\t")}\n`);
}

/** A kept history, as a worker replays it. */
export async function keptHistory(name: string) {
	return History.fromObject(JSON.parse(await readFile(join(HISTORIES, `${name}.json`), "utf8")));
}
