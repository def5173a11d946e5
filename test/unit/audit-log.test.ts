import { describe, expect, it } from "vitest";
import { ChainedAuditLog } from "../../src/audit/audit-log.js";
import { storedChain } from "../../src/audit/verify-audit.js";
import { verifyChain } from "../../src/audit/verify-chain.js";
import { AUDITED_PLANT, draftNumbered } from "../support/audit-drafts.js";
import { MemoryAudit } from "../support/memory-audit.js";

const verified = async (store: MemoryAudit) => verifyChain(AUDITED_PLANT, await storedChain(store), []);
const numbers = (from: number, to: number) =>
	Array.from({ length: to - from + 1 }, (_, i) => draftNumbered(from + i));

describe("telling the audit chain", () => {
	it("appends what is told again once, by the same writer and by another one", async () => {
		const store = new MemoryAudit();
		const [one, other] = [
			new ChainedAuditLog(store, AUDITED_PLANT),
			new ChainedAuditLog(store, AUDITED_PLANT),
		];
		await one.append(numbers(1, 5));
		await one.append(numbers(3, 7));
		await other.append(numbers(1, 9));
		await other.append(numbers(9, 9));
		expect(await verified(store)).toMatchObject({ events: 9, broken: null });
		expect([...store.events.values()].map(({ eventId }) => eventId)).toEqual(
			numbers(1, 9).map(({ eventId }) => eventId),
		);
	});

	it("loses nothing and doubles nothing where many tell at once", async () => {
		const store = new MemoryAudit();
		const logs = Array.from({ length: 4 }, () => new ChainedAuditLog(store, AUDITED_PLANT));
		await Promise.all(
			Array.from({ length: 400 }, (_, i) => logs[i % 4]?.append([draftNumbered(i), draftNumbered(i + 1)])),
		);
		expect(await verified(store)).toMatchObject({ events: 401, broken: null });
	});

	it("goes on from the store's end where the store lost its last moment", async () => {
		const store = new MemoryAudit();
		const log = new ChainedAuditLog(store, AUDITED_PLANT);
		await log.append(numbers(1, 5));
		store.lose(2);
		await log.append(numbers(4, 6));
		expect(await verified(store)).toMatchObject({ events: 6, broken: null });
	});

	it("tells who asked where the store is away, and goes on afterwards", async () => {
		const store = new MemoryAudit();
		const log = new ChainedAuditLog(store, AUDITED_PLANT);
		const insert = store.insert.bind(store);
		store.insert = () => Promise.reject(new Error("away"));
		await expect(log.append(numbers(1, 2))).rejects.toThrow("away");
		store.insert = insert;
		await log.append(numbers(1, 3));
		expect(await verified(store)).toMatchObject({ events: 3, broken: null });
	});
});
