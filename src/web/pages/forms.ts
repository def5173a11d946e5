import express, { type Request, type RequestHandler } from "express";
import { z } from "zod";
import { checkCsrf } from "../access/sessions.js";

const FORM_BYTES = "64kb";

/** Reads an urlencoded form; lists and objects have no meaning in one. */
export const readForm: RequestHandler = express.urlencoded({ extended: false, limit: FORM_BYTES });

const Form = z.record(z.string(), z.string());

/** The form's fields as sent. What is not text counts as left out. */
export function formOf(request: Request): Readonly<Record<string, string>> {
	const body: unknown = request.body;
	if (typeof body !== "object" || body === null) return {};
	return Form.parse(
		Object.fromEntries(Object.entries(body).filter(([, value]) => typeof value === "string")),
	);
}

/** Refuses a form that does not carry its session's CSRF token, as hidden field or as header. */
export const requireCsrf: RequestHandler = (request, _response, next) => {
	checkCsrf(request, formOf(request)._csrf ?? request.get("x-csrf-token"));
	next();
};
