import type { Request, Response } from "express";
import type { ClaimChange, InspectionChange } from "../../contracts/api.js";
import type { Inspection } from "../../contracts/inspection.js";
import type { InspectionRow } from "../../contracts/inspection-row.js";
import { VinspectError } from "../../domain/errors.js";
import { rowOf } from "../../domain/inspection-row.js";
import { limitsOf, type WebDeps } from "../deps.js";
import { ChangeFeed, type Changes } from "./change-feed.js";

const HEARTBEAT_MS = 15_000;
/** Bytes that may wait for a client that does not read; then it is cut off and may come back with its cursor. */
const BACKLOG_BYTES = 1024 * 1024;
const CURSOR = /^[\x21-\x7e]{1,300}$/;

function changeOf(inspection: InspectionRow): InspectionChange {
	const { inspectionId, version, status, disposition, productionNumber } = inspection;
	return { inspectionId, version, status, disposition, productionNumber };
}

/** Everybody who waits for inspections to change: event streams and track-out requests. */
export class Live {
	readonly #feed: ChangeFeed;
	readonly #limits: { readonly eventClients: number; readonly waitingClients: number };
	readonly #closing = new AbortController();
	readonly #claimListeners = new Set<(change: ClaimChange) => void>();
	#streams = 0;
	#waiting = 0;

	constructor(deps: WebDeps) {
		this.#feed = new ChangeFeed(
			(cursor, limit) => deps.store.inspections.changedSince(cursor, limit),
			deps.logger,
		);
		this.#limits = limitsOf(deps);
	}

	/** Ends every stream and lets every waiting request answer with what stands. */
	close(): void {
		this.#closing.abort();
		this.#feed.close();
	}

	/**
	 * Tells open pages that somebody took an exception or gave it back. It reaches the pages of this process at
	 * once; those of another one ask anew every few seconds.
	 */
	claimChanged(exceptionId: string): void {
		for (const listener of [...this.#claimListeners]) listener({ exceptionId });
	}

	/**
	 * Sends changes as server-sent events until the client leaves. The id of an event is the store's cursor
	 * after its page, so that a client that comes back with `Last-Event-ID` misses nothing; it may see a change
	 * twice. A stream ends soon after `stillAllowed` says no. Errors: `too_many_requests`.
	 */
	async stream(
		request: Request,
		response: Response,
		wanted: (inspection: InspectionRow) => boolean,
		first: () => Promise<readonly Inspection[]>,
		claims: (exceptionId: string) => boolean,
		stillAllowed: () => Promise<boolean> = async () => true,
	): Promise<void> {
		if (this.#streams >= this.#limits.eventClients) {
			throw new VinspectError("too_many_requests", "Too many live event streams are open; close some.");
		}
		if (response.destroyed) return;
		this.#streams += 1;
		const write = (text: string) => {
			if (response.writableEnded || response.destroyed) return;
			response.write(text);
			if (response.writableLength > BACKLOG_BYTES) response.destroy();
		};
		const tell = ({ inspections, cursor }: Changes) => {
			const mine = inspections.filter(wanted);
			mine.forEach((inspection, index) => {
				const id = index === mine.length - 1 && cursor !== null ? `id: ${cursor}\n` : "";
				write(`${id}event: inspection\ndata: ${JSON.stringify(changeOf(inspection))}\n\n`);
			});
		};
		let held: Changes[] | null = [];
		const subscription = this.#feed.subscribe((changes) => (held ? held.push(changes) : tell(changes)));
		const tellClaim = (change: ClaimChange) => {
			if (held === null && claims(change.exceptionId)) {
				write(`event: claim\ndata: ${JSON.stringify(change)}\n\n`);
			}
		};
		this.#claimListeners.add(tellClaim);
		let heartbeat: NodeJS.Timeout | undefined;
		const end = () => response.end();
		this.#closing.signal.addEventListener("abort", end);
		// a refusal closes the response too, so whatever happens is cleaned up here
		response.once("close", () => {
			this.#streams -= 1;
			clearInterval(heartbeat);
			subscription.stop();
			this.#claimListeners.delete(tellClaim);
			this.#closing.signal.removeEventListener("abort", end);
		});

		await subscription.begun;
		const begin = this.#feed.cursor;
		const initial = await first();
		if (response.destroyed) return;
		response.writeHead(200, {
			"Content-Type": "text/event-stream; charset=utf-8",
			"Cache-Control": "no-store, no-transform",
			// nginx would hold events back otherwise
			"X-Accel-Buffering": "no",
		});
		heartbeat = setInterval(() => {
			write(": still here\n\n");
			// while the store is away nobody can say; the stream ends once it can
			stillAllowed().then(
				(allowed) => allowed || end(),
				() => undefined,
			);
		}, HEARTBEAT_MS);
		// an id alone dispatches nothing, but a client cut off before its first event can come back with it
		write(begin === null ? "retry: 2000\n\n" : `retry: 2000\nid: ${begin}\n\n`);
		tell({ inspections: initial.map(rowOf), cursor: null });
		const from = request.get("last-event-id");
		if (from !== undefined && CURSOR.test(from)) await this.#catchUp(from, response, tell);
		for (const changes of held) tell(changes);
		held = null;
	}

	async #catchUp(from: string, response: Response, tell: (changes: Changes) => void): Promise<void> {
		try {
			for await (const missed of this.#feed.since(from)) {
				if (response.destroyed) return;
				tell(missed);
			}
		} catch (error) {
			// an id that is no cursor of ours would come back with every reconnection: there is nothing to catch up
			if (!(error instanceof VinspectError && error.code === "request_invalid")) throw error;
		}
	}

	/**
	 * Waits until `settled` says yes of this inspection, at most `milliseconds`, or until the client leaves or the
	 * service stops. Resolves to the newest state seen. Errors: `too_many_requests`.
	 */
	async wait(
		response: Response,
		read: () => Promise<Inspection>,
		settled: (inspection: Pick<Inspection, "status">) => boolean,
		milliseconds: number,
	): Promise<Inspection> {
		const now = await read();
		if (settled(now) || milliseconds === 0 || response.destroyed || this.#closing.signal.aborted) return now;
		if (this.#waiting >= this.#limits.waitingClients) {
			throw new VinspectError(
				"too_many_requests",
				"Too many track-out requests are waiting; ask again without wait.",
			);
		}
		this.#waiting += 1;
		let resolve = () => {};
		const changed = new Promise<void>((done) => {
			resolve = done;
		});
		const subscription = this.#feed.subscribe(({ inspections }) => {
			if (inspections.some((i) => i.inspectionId === now.inspectionId && settled(i))) resolve();
		});
		const timer = setTimeout(resolve, milliseconds);
		this.#closing.signal.addEventListener("abort", resolve);
		response.once("close", resolve);
		try {
			await subscription.begun;
			// what changed between the first look and the subscription is no change to the feed
			const meanwhile = await read();
			if (settled(meanwhile)) return meanwhile;
			await changed;
			return await read();
		} finally {
			this.#waiting -= 1;
			clearTimeout(timer);
			this.#closing.signal.removeEventListener("abort", resolve);
			subscription.stop();
		}
	}
}
