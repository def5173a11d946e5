import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";
import { PACKAGE_ROOT } from "../config/package-root.js";
import { Sha256 } from "../contracts/primitives.js";
import { VinspectError } from "../domain/errors.js";

const require = createRequire(import.meta.url);

/** A file beside the contract, or inside an installed package. */
const FileReference = z.strictObject({ package: z.string().optional(), file: z.string() });

const Channels = z.tuple([z.number(), z.number(), z.number()]);

/** How pixels enter a network: `(value / 255 - mean) / deviation`, channels in the order named. */
const Normalisation = z.object({
	colourOrder: z.enum(["rgb", "bgr"]),
	mean: Channels,
	deviation: Channels,
});
export type Normalisation = z.infer<typeof Normalisation>;

const common = { name: z.string(), weights: FileReference, sha256: Sha256 };

export const DetectionContract = z.strictObject({
	...common,
	task: z.literal("text-detection"),
	input: Normalisation.extend({
		/** Both sides are multiples of this. */
		sideMultiple: z.int().positive(),
		/** Pictures are scaled until the short side has this many pixels … */
		shortSide: z.int().positive(),
		/** … unless the long side would pass this. */
		longSide: z.int().positive(),
	}),
	/** A pixel is text above `pixel`; a region counts above `region`; it grows by area × `unclip` / perimeter. */
	thresholds: z.strictObject({ pixel: z.number(), region: z.number(), unclip: z.number() }),
});
export type DetectionContract = z.infer<typeof DetectionContract>;

export const RecognitionContract = z.strictObject({
	...common,
	task: z.literal("text-recognition"),
	/** One key a line; class `blank` comes first, a space last where `trailingSpace`. */
	alphabet: FileReference.extend({ sha256: Sha256, blank: z.int(), trailingSpace: z.boolean() }),
	input: Normalisation.extend({
		height: z.int().positive(),
		minWidth: z.int().positive(),
		maxWidth: z.int().positive(),
		/** Input pixels one output column stands for. */
		columnWidth: z.int().positive(),
	}),
	/** Confidence from which this reader is believed alone: for a VIN in all renditions, for other text. */
	acceptance: z.strictObject({ textLine: z.number() }),
});
export type RecognitionContract = z.infer<typeof RecognitionContract>;

export const OrientationContract = z.strictObject({
	...common,
	task: z.literal("text-orientation"),
	input: Normalisation.extend({ height: z.int().positive(), width: z.int().positive() }),
	thresholds: z.strictObject({ inverted: z.number() }),
});
export type OrientationContract = z.infer<typeof OrientationContract>;

export const VinReaderContract = z.strictObject({
	...common,
	task: z.literal("vin-reading"),
	/** One character a class, in the order of the classes after the blank, which is class 0. */
	symbols: z.string(),
	/** Grey, 0..255; every line is drawn at this size whatever its own proportions. */
	input: z.strictObject({ width: z.int().positive(), height: z.int().positive() }),
	/** How a found line is grown before it is drawn, in shares of its height and width: one rendition each. */
	looks: z.array(z.strictObject({ across: z.number(), along: z.number() })).min(2),
	/**
	 * Probability of the whole string from which this reader is believed: `unasked` without asking another,
	 * `undenied` where another was asked and is not sure of something else.
	 */
	acceptance: z.strictObject({ unasked: z.number(), undenied: z.number() }),
});
export type VinReaderContract = z.infer<typeof VinReaderContract>;

function unavailable(model: string, message: string, cause?: unknown): VinspectError {
	return new VinspectError("reader_unavailable", `Model ${model}: ${message}`, [], { cause });
}

function locate(folder: string, { package: name, file }: z.infer<typeof FileReference>): string {
	if (name === undefined) return join(folder, file);
	// The package's own manifest is not exported by every package, so its folder is found on the search paths.
	for (const path of require.resolve.paths(name) ?? []) {
		try {
			return require.resolve(join(path, name, file));
		} catch {
			// next search path
		}
	}
	throw new Error(`package ${name} is not installed; run npm install`);
}

/**
 * Reads a file a contract names and proves its digest. Errors: `reader_unavailable` when it is missing or is
 * not the file the contract was written for.
 */
export async function readModelFile(
	model: string,
	reference: z.infer<typeof FileReference> & { sha256: string },
): Promise<Buffer> {
	const folder = join(PACKAGE_ROOT, "models", "vision", model);
	let bytes: Buffer;
	try {
		bytes = await readFile(locate(folder, { package: reference.package, file: reference.file }));
	} catch (error) {
		throw unavailable(
			model,
			`${reference.file} can't be read (${error instanceof Error ? error.message : error})`,
			error,
		);
	}
	const digest = createHash("sha256").update(bytes).digest("hex");
	if (digest !== reference.sha256)
		throw unavailable(
			model,
			`${reference.file} has SHA-256 ${digest}, its contract says ${reference.sha256}; reinstall with npm ci`,
		);
	return bytes;
}

/** Reads `models/vision/<model>/contract.json`. Errors: `reader_unavailable`. */
export async function readContract<T>(model: string, schema: z.ZodType<T>): Promise<T> {
	const path = join(PACKAGE_ROOT, "models", "vision", model, "contract.json");
	try {
		return schema.parse(JSON.parse(await readFile(path, "utf8")));
	} catch (error) {
		throw unavailable(
			model,
			`contract.json can't be used (${error instanceof Error ? error.message : error})`,
			error,
		);
	}
}
