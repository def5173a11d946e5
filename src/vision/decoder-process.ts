import { writeFile } from "node:fs/promises";
import sharp from "sharp";
import { VinspectError } from "../domain/errors.js";
import { probePicture } from "./decode-picture.js";
import type { DecoderAnswer } from "./picture-guard.js";

/**
 * The process in which pictures of strangers are decoded first. It takes one picture at a time and tells what
 * it is or why it is refused.
 */

// Nothing that was decoded before is of use, and only what intake takes in may be opened at all.
sharp.cache(false);
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
	operation: ["Jpeg", "Png", "Webp", "Tiff"].map((format) => `VipsForeignLoad${format}`),
});

// Where memory ends, Linux ends this process before any other.
await writeFile("/proc/self/oom_score_adj", "1000").catch(() => undefined);

async function answerTo(bytes: Uint8Array): Promise<DecoderAnswer> {
	try {
		return { image: await probePicture(bytes) };
	} catch (error) {
		if (error instanceof VinspectError) return { error: { code: error.code, message: error.message } };
		return { error: { code: "unnamed", message: error instanceof Error ? error.message : String(error) } };
	}
}

process.on("message", async ({ bytes }: { bytes: Uint8Array }) => {
	process.send?.(await answerTo(bytes));
});
process.send?.({ ready: true } satisfies DecoderAnswer);
process.on("disconnect", () => process.exit(0));
