import type { RequestHandler } from "express";
import { actingAs } from "../../audit/acting.js";
import { identityOf } from "../request-context.js";

/** Who is not signed in, for the audit chain. */
const NOBODY = { name: "nobody", role: "public" } as const;

/** What a request changes is told to the audit chain as its person's or station's. */
export const inTheirName: RequestHandler = (request, _response, next) => {
	const { name, role } = identityOf(request) ?? NOBODY;
	actingAs({ name, role }, next);
};
