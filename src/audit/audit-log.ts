import { setTimeout as delay } from "node:timers/promises";
import type { AuditDraft, AuditEvent, AuditHead } from "../contracts/audit.js";
import type { AuditStore } from "../persistence/audit-store.js";
import { genesisOfPlant, linkEvents } from "./plant-chain.js";

/** Links written in one go; what many callers tell at the same moment goes together. */
const BATCH = 500;
/** Links read at once when catching up with other writers. */
const STRETCH = 100;
/** Event ids remembered as appended: those of some thousand inspections on the line. */
const REMEMBERED = 100_000;
/** Longest random pause before trying again where others were quicker, in milliseconds. */
const PAUSE = 20;

/** Where events of a plant are told. Resolves when they are in the chain. Errors: `store_unavailable`. */
export interface AuditLog {
	append(drafts: readonly AuditDraft[]): Promise<void>;
	/** The end of the chain now. */
	head(): Promise<AuditHead>;
}

interface Waiting {
	readonly drafts: readonly AuditDraft[];
	resolve(): void;
	reject(reason: unknown): void;
}

/**
 * Appends to the plant's chain. Several processes may do so at once, without transactions: a link's number is its key,
 * so of two that make the same link one fails, reads what the other wrote, and chains anew. Event ids are unique keys
 * too, so what is told again is not appended again.
 */
export class ChainedAuditLog implements AuditLog {
	readonly #waiting: Waiting[] = [];
	readonly #appended = new Set<string>();
	#head: AuditHead | null = null;
	#writing = false;

	constructor(
		private readonly store: AuditStore,
		private readonly plant: string,
	) {}

	append(drafts: readonly AuditDraft[]): Promise<void> {
		if (drafts.length === 0) return Promise.resolve();
		return new Promise((resolve, reject) => {
			this.#waiting.push({ drafts, resolve, reject });
			if (!this.#writing) void this.#write();
		});
	}

	async head(): Promise<AuditHead> {
		return (await this.#end()).head;
	}

	async #write(): Promise<void> {
		this.#writing = true;
		while (this.#waiting.length > 0) {
			const together = this.#takeTogether();
			const drafts = new Map(together.flatMap((one) => one.drafts.map((draft) => [draft.eventId, draft])));
			try {
				await this.#appendAll([...drafts.values()]);
				for (const one of together) one.resolve();
			} catch (error) {
				// What was written and what was not is not known here; the next append looks.
				this.#head = null;
				for (const one of together) one.reject(error);
			}
		}
		this.#writing = false;
	}

	#takeTogether(): Waiting[] {
		let links = 0;
		const most = this.#waiting.findIndex(({ drafts }) => {
			links += drafts.length;
			return links > BATCH;
		});
		return this.#waiting.splice(0, most < 0 ? this.#waiting.length : Math.max(most, 1));
	}

	async #appendAll(drafts: readonly AuditDraft[]): Promise<void> {
		let pending = drafts;
		for (let attempt = 0; ; attempt += 1) {
			const { head, lost } = await this.#end();
			if (lost) this.#appended.clear();
			pending = pending.filter(({ eventId }) => !this.#appended.has(eventId));
			if (pending.length === 0) return;
			const links = linkEvents(head, pending);
			const written = links.slice(0, await this.store.insert(links));
			const last = written.at(-1);
			if (last) {
				this.#head = { seq: last.seq, hash: last.hash };
				await this.store.noteHead(this.#head);
			}
			this.#remember(written);
			pending = pending.slice(written.length);
			if (pending.length === 0) return;
			const known = await this.store.known(pending.map(({ eventId }) => eventId));
			this.#remember(pending.filter(({ eventId }) => known.has(eventId)));
			if (attempt > 0) await delay(Math.random() * PAUSE);
		}
	}

	/**
	 * The chain's end: what this process knows, if it still stands there, and whatever others added behind it. A store
	 * that was killed may have lost its last moment, and with it links this process believes written: `lost`.
	 */
	async #end(): Promise<{ readonly head: AuditHead; readonly lost: boolean }> {
		const known = this.#head;
		if (known !== null && known.seq > 0) {
			const [first, next] = await this.store.from(known.seq, 2);
			if (first?.seq === known.seq && first.hash === known.hash) {
				this.#head = next === undefined ? known : await this.#catchUp(known);
				return { head: this.#head, lost: false };
			}
		}
		const noted = (await this.store.notedHead()) ?? genesisOfPlant(this.plant);
		this.#head = await this.#catchUp(noted);
		return { head: this.#head, lost: known !== null && known.seq > 0 };
	}

	async #catchUp(from: AuditHead): Promise<AuditHead> {
		for (let head = from; ; ) {
			const end = endOf(await this.store.from(head.seq + 1, STRETCH), head);
			if (end.seq < head.seq + STRETCH) return end;
			head = end;
		}
	}

	#remember(events: readonly Pick<AuditDraft, "eventId">[]): void {
		for (const { eventId } of events) this.#appended.add(eventId);
		for (const oldest of this.#appended) {
			if (this.#appended.size <= REMEMBERED) break;
			this.#appended.delete(oldest);
		}
	}
}

/** The last link that follows `head` without a gap. */
function endOf(stretch: readonly AuditEvent[], head: AuditHead): AuditHead {
	let end = head;
	for (const { seq, hash } of stretch) {
		if (seq !== end.seq + 1) break;
		end = { seq, hash };
	}
	return end;
}
