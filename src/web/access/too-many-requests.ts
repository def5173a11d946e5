import { VinspectError } from "../../domain/errors.js";

/** A refusal that says when it is worth to ask again. */
export class TooManyRequests extends VinspectError {
	constructor(
		message: string,
		readonly retryAfterSeconds: number,
	) {
		super("too_many_requests", message);
	}
}
