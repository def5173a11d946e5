import { z } from "zod";

/** SHA-256 of a stored byte sequence, lower-case hex; the only name a capture or report has. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "expected 64 lower-case hex digits (SHA-256)");
export type Sha256 = z.infer<typeof Sha256>;

/** Business identifier that is safe in URLs, workflow ids and file names. */
export const Identifier = z
	.string()
	.regex(
		/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/,
		"expected 1 to 80 letters, digits, '.', '_' or '-', starting with a letter or digit",
	);

/** Instant in UTC, ISO 8601. */
export const Instant = z.iso.datetime();

/** A day that a plant can have worked on; `Date` reads years below 100 as of the last century. */
export const Day = z.iso
	.date("expected a day as YYYY-MM-DD")
	.regex(/^(19[7-9]\d|2\d{3})-/, "expected a year from 1970 to 2999");

/** `[x, y, w, h]` in pixels of the upright picture (EXIF orientation applied), origin top left. */
export const Box = z.tuple([z.number(), z.number(), z.number(), z.number()]);
export type Box = z.infer<typeof Box>;

/** A point `[x, y]` in pixels of the upright picture. */
export const Point = z.tuple([z.number(), z.number()]);
export type Point = z.infer<typeof Point>;

/** Four corners, clockwise from the top left of the text as a person reads it. */
export const Quad = z.tuple([Point, Point, Point, Point]);
export type Quad = z.infer<typeof Quad>;

/** Text in both languages of the line. */
export const Bilingual = z.strictObject({ en: z.string().min(1), zh: z.string().min(1) });
export type Bilingual = z.infer<typeof Bilingual>;
