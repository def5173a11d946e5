import type { Connection, QueryFilter } from "mongoose";
import { EXCEPTION_QUERIES, type ExceptionDocument } from "../../../models/records/exception.js";
import { decodeCursor, encodeCursor, pageOf } from "../page-cursor.js";
import type { ClaimedException, Exceptions } from "../store.js";
import { beyond } from "./beyond.js";

function claimed({ _id, version, claim, ...exception }: ExceptionDocument): ClaimedException {
	const held = claim !== undefined && claim.expiresAt > new Date().toISOString();
	return { ...exception, claim: held ? claim : null };
}

const byDeadline = (a: ClaimedException, b: ClaimedException): number =>
	a.deadline === b.deadline ? (a.exceptionId < b.exceptionId ? -1 : 1) : a.deadline < b.deadline ? -1 : 1;

/** Reads the exceptions projected by the inspections, and holds who is working on which. */
export function mongoExceptions(connection: Connection): Exceptions {
	const Projection = connection.model<ExceptionDocument>("Exception");
	return {
		async get(exceptionId) {
			const found = await Projection.findById(exceptionId).lean();
			return found ? claimed(found) : null;
		},
		async queue(statuses, after, limit, { escalated } = {}) {
			const behind: QueryFilter<ExceptionDocument> =
				after === null ? {} : beyond("deadline", 1, ...decodeCursor(after));
			const only: QueryFilter<ExceptionDocument> = escalated === undefined ? {} : { escalated };
			const shape = escalated === undefined ? EXCEPTION_QUERIES.queue : EXCEPTION_QUERIES.escalatedQueue;
			const lists = await Promise.all(
				statuses.map((status) =>
					Projection.find({ status, ...only, ...behind })
						.sort(shape.order)
						.limit(limit + 1)
						.lean(),
				),
			);
			const merged = lists.flat().map(claimed).sort(byDeadline);
			return pageOf(merged, limit, (last) => encodeCursor([last.deadline, last.exceptionId]));
		},
		async claim(exceptionId, by, seconds) {
			const now = new Date();
			const claim = { by, expiresAt: new Date(now.getTime() + seconds * 1000).toISOString() };
			const found = await Projection.findOneAndUpdate(
				{
					_id: exceptionId,
					$or: [
						{ claim: { $exists: false } },
						{ "claim.by": by },
						{ "claim.expiresAt": { $lte: now.toISOString() } },
					],
				},
				{ $set: { claim } },
			).lean();
			return found ? claim : null;
		},
		async release(exceptionId, by) {
			await Projection.updateOne({ _id: exceptionId, "claim.by": by }, { $unset: { claim: "" } });
		},
	};
}
