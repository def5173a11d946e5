import express, { type Request, type RequestHandler } from "express";
import { z } from "zod";
import { checkCsrf } from "../access/sessions.js";

export interface FormSize {
	readonly fields: number;
	readonly bytes: number;
}

/** More than any form has but the editor of plans. */
const FORM: FormSize = { fields: 1000, bytes: 64 * 1024 };

/**
 * Reads an urlencoded form up to a size; lists and objects have no meaning in one. A larger one is refused as
 * `upload_too_large`.
 */
export const formReader = ({ fields, bytes }: FormSize): RequestHandler =>
	express.urlencoded({ extended: false, parameterLimit: fields, limit: bytes });

export const readForm: RequestHandler = formReader(FORM);

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

/** The CSRF token among the text parts of an upload; one that is sent twice, or as something else, counts as none. */
export const UploadedCsrf = z.string().optional().catch(undefined);
