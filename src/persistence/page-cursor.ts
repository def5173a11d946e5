import { z } from "zod";
import { VinspectError } from "../domain/errors.js";
import type { Page } from "./store.js";

const Keys = z.tuple([z.iso.datetime(), z.string().max(200)]);
/** Instant the list is ordered by, and `_id`, of the last item of a page. */
export type PageKeys = z.infer<typeof Keys>;

/** An opaque `after` for the next page. */
export function encodeCursor(keys: PageKeys): string {
	return Buffer.from(JSON.stringify(keys)).toString("base64url");
}

/** Errors: `request_invalid` for a cursor that no list of ours gave out. */
export function decodeCursor(cursor: string): PageKeys {
	try {
		return Keys.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
	} catch (cause) {
		throw new VinspectError(
			"request_invalid",
			"The page cursor is not one that this list gave out: pass `next` of the page before as `after`.",
			[{ path: "after", message: "unknown page cursor" }],
			{ cause },
		);
	}
}

/** Cuts one page out of `limit + 1` fetched items. */
export function pageOf<Item>(
	fetched: readonly Item[],
	limit: number,
	cursorOf: (last: Item) => string,
): Page<Item> {
	const items = fetched.slice(0, limit);
	const last = items.at(-1);
	return { items, next: fetched.length > limit && last !== undefined ? cursorOf(last) : null };
}
