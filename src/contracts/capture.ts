import { z } from "zod";
import { Identifier, Instant, Sha256 } from "./primitives.js";

/** Still-picture formats that are taken in; everything else is refused by name. */
export const CaptureMediaType = z.enum(["image/jpeg", "image/png", "image/webp", "image/tiff", "image/bmp"]);
export type CaptureMediaType = z.infer<typeof CaptureMediaType>;

/** What the pixels of a stored capture are, found by decoding its header. */
export const CaptureImage = z.strictObject({
	sha256: Sha256,
	mediaType: CaptureMediaType,
	bytes: z.int().positive(),
	/** Width and height of the upright picture (EXIF orientation applied), in pixels. */
	width: z.int().positive(),
	height: z.int().positive(),
});
export type CaptureImage = z.infer<typeof CaptureImage>;

/** One picture as it arrived for one witness of one inspection. */
export const Capture = CaptureImage.extend({
	witness: Identifier,
	station: Identifier,
	/** When the camera took it, as the station says; null when it did not say. */
	capturedAt: Instant.nullable(),
	receivedAt: Instant,
});
export type Capture = z.infer<typeof Capture>;
