import type { AuditEvent, AuditHead, BrokenLink, ChainFault } from "../contracts/audit.js";
import { hashOfEvent } from "./plant-chain.js";

/** How far an event that was moved and numbered anew is looked for. */
const REACH = 1000;

/** A head that is vouched for, and the report it was signed into; none where it was signed by itself. */
export interface NamedHead extends AuditHead {
	readonly report?: string;
}

const said = (seq: number, fault: ChainFault, en: string, zh: string): BrokenLink => ({
	seq,
	fault,
	explanation: { en, zh },
});

export const malformed = (seq: number): BrokenLink =>
	said(
		seq,
		"malformed",
		`What stands in place of event ${seq} is no event of this chain.`,
		`第 ${seq} 个事件处不是本审计链的事件。`,
	);

/** An event came whose number is not the next one. `seenLater`: the missing number comes further on. */
export function outOfTurn(expected: number, found: number, seenLater: boolean): BrokenLink {
	if (found < expected)
		return said(
			found,
			"inserted",
			`A second event with number ${found} was inserted.`,
			`插入了第二个编号为 ${found} 的事件。`,
		);
	if (seenLater)
		return said(
			expected,
			"reordered",
			`Event ${found} stands where event ${expected} belongs.`,
			`事件 ${found} 占据了事件 ${expected} 的位置。`,
		);
	const last = found - 1;
	const range = last === expected ? `Event ${expected} is` : `Events ${expected} to ${last} are`;
	return said(
		expected,
		"missing",
		`${range} missing; event ${found} is there.`,
		`缺失事件 ${expected}${last === expected ? "" : ` 至 ${last}`}，其后的事件 ${found} 仍在。`,
	);
}

/** The number under which an event's hash holds; null where under none near it. */
function numberedAs(event: AuditEvent): number | null {
	const { hash, ...link } = event;
	for (let away = 1; away <= REACH; away += 1) {
		for (const seq of [event.seq - away, event.seq + away]) {
			if (seq > 0 && hashOfEvent({ ...link, seq }) === hash) return seq;
		}
	}
	return null;
}

/** An event whose hash is not that of its content. */
export function wrongHash(event: AuditEvent, before: AuditHead): BrokenLink {
	const { seq } = event;
	const was = numberedAs(event);
	if (was === null)
		return said(
			seq,
			"changed",
			`Event ${seq} was changed: its content is not what was hashed.`,
			`事件 ${seq} 已被更改：其内容与哈希值不符。`,
		);
	if (was === seq + 1 && event.prev !== before.hash)
		return said(
			seq,
			"missing",
			`Event ${seq} was taken out: what stands in its place was event ${was} and was numbered anew.`,
			`事件 ${seq} 已被移除：原事件 ${was} 被重新编号后占据其位置。`,
		);
	if (was === seq - 1)
		return said(
			seq - 1,
			"inserted",
			`Event ${seq - 1} was inserted: the true one stands behind it, numbered anew.`,
			`事件 ${seq - 1} 是插入的：真实事件被重新编号后排在其后。`,
		);
	return said(
		seq,
		"reordered",
		`In place of event ${seq} stands what was event ${was}, numbered anew.`,
		`事件 ${seq} 的位置上是被重新编号的原事件 ${was}。`,
	);
}

/** An event that holds in itself but is chained to something else than what stands before it. */
export function wrongPredecessor(event: AuditEvent): BrokenLink {
	const before = event.seq - 1;
	if (before === 0)
		return said(
			1,
			"replaced",
			"The first event is not chained to this plant's beginning.",
			"首个事件未与本工厂审计链的起点相连。",
		);
	return said(
		before,
		"replaced",
		`Event ${before} was replaced: event ${event.seq} is chained to another one.`,
		`事件 ${before} 已被替换：事件 ${event.seq} 所链接的是另一个事件。`,
	);
}

/** The chain ends before an event that a signed head vouches for, or that the store noted (null). */
export function cutOff(last: number, promised: number, signed: NamedHead | null): BrokenLink {
	const report = signed?.report;
	const en = report
		? `report ${report} vouches for`
		: signed
			? "a signed head vouches for"
			: "the store noted";
	const zh = report ? `报告 ${report} 证明曾有` : signed ? "已签名的链首证明曾有" : "存储记录曾有";
	return {
		...said(
			last + 1,
			"cut_off",
			`The chain ends with event ${last}, but ${en} ${promised}: the end was cut off.`,
			`审计链止于事件 ${last}，但${zh}事件 ${promised}：末尾已被截断。`,
		),
		...(report && { report }),
	};
}

/** The chain holds in itself, and has another event where one was signed, by itself or into a report. */
export function rewritten({ seq, report }: NamedHead, lastGood: number): BrokenLink {
	const from = lastGood + 1;
	return {
		...said(
			from,
			"rewritten",
			`The chain holds in itself, but event ${seq} is not the one that was signed${report ? ` into report ${report}` : ""}: events ${from} to ${seq} were rewritten.`,
			`审计链自身连贯，但事件 ${seq} 并非${report ? `报告 ${report} ` : ""}签名时的事件：事件 ${from} 至 ${seq} 被重写。`,
		),
		...(report && { report }),
	};
}

/** A report that can vouch for nothing, because it does not verify or is another plant's. */
export const reportForged = (
	report: string,
	why: { readonly en: string; readonly zh: string },
): BrokenLink => ({
	...said(
		0,
		"head_forged",
		`The report ${report} vouches for nothing: ${why.en}`,
		`报告 ${report} 不能作证：${why.zh}`,
	),
	report,
});

export const headForged = (seq: number, why: { readonly en: string; readonly zh: string }): BrokenLink =>
	said(
		seq,
		"head_forged",
		`The signed head on event ${seq} does not hold: ${why.en}`,
		`事件 ${seq} 上的签名链首无效：${why.zh}`,
	);

export const surplus = (last: number, more: number): BrokenLink =>
	said(
		last + 1,
		"inserted",
		`The store holds ${more} more event(s) than the chain has numbers: they were inserted beside it.`,
		`存储中的事件比审计链编号多 ${more} 个：这些事件是另行插入的。`,
	);
