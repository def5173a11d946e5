import type { Quad } from "../../contracts/primitives.js";
import type { CharacterReading, Refusal } from "../../contracts/reading.js";
import { quadBetween } from "../../domain/geometry.js";
import { FORBIDDEN_LETTERS, isVin, VIN_LENGTH } from "../../domain/vin.js";
import type { Picture } from "../../vision/picture.js";
import type { Posterior } from "../ppocr/ctc.js";
import { type LikeliestString, likeliestString, placesAlong } from "./string-likelihood.js";
import { MARK, SYMBOLS } from "./symbols.js";
import type { VinRecogniser } from "./vin-recogniser.js";

/** A line that may carry a VIN, read in several renditions. */
export interface VinLine {
	/** As drawn, without frame marks and captions; may hold forbidden letters and any number of characters. */
	readonly text: string;
	/** The 17 characters, forbidden letters taken for the digits they look like; null for any other length. */
	readonly vin: string | null;
	readonly characters: readonly CharacterReading[];
	/** Probability of the whole string over all renditions, 0..1. */
	readonly confidence: number;
	/** Every rendition's own best path is this string. */
	readonly consistent: boolean;
	/** What rules the line out whatever its confidence. */
	readonly refusal: Refusal | null;
	readonly quad: Quad;
}

/** A line the first look finds this many characters from a VIN is none, and not looked at again. */
const MAX_DISTANCE = 3;
/** Room kept beside a cut, in character pitches. */
const MARGIN = 0.85;
/** What a frame mark is read as when it is not seen as a mark. */
const MARK_LOOKALIKES = "*XKHAY";
/** A digit that is a forbidden letter with this probability is not taken for the digit. */
const MAX_FORBIDDEN = 0.2;
/** Captions that run into the number without a mark between. */
const CAPTION = /^(?:V[I1]N(?:N[O0])?|CHASS[I1]SN[O0]|F[I1]NN[O0]?|FRAMEN[O0])(?=.{17}$)/;

interface Span {
	readonly from: number;
	readonly length: number;
}

/** Where the VIN stands in a string with marks and captions; null when the string is nothing but itself. */
function vinSpan(text: string): Span | null {
	const tokens: Span[] = [];
	for (const match of text.matchAll(/[^*]+/g)) tokens.push({ from: match.index, length: match[0].length });
	const whole = tokens.filter(({ length }) => length === VIN_LENGTH);
	const [only] = whole;
	if (only && whole.length === 1) return text.length === VIN_LENGTH ? null : only;
	const caption = CAPTION.exec(text)?.[0];
	if (caption !== undefined) return { from: caption.length, length: VIN_LENGTH };
	const framed =
		text.length === VIN_LENGTH + 2 &&
		MARK_LOOKALIKES.includes(text.charAt(0)) &&
		MARK_LOOKALIKES.includes(text.charAt(VIN_LENGTH + 1));
	return framed ? { from: 1, length: VIN_LENGTH } : null;
}

/** Cuts the quad down to a span of its string, with room for strokes that lean out. */
function cutTo(quad: Quad, rendition: Posterior, symbols: readonly number[], { from, length }: Span): Quad {
	const places = placesAlong(rendition, symbols);
	const first = places[from] ?? 0;
	const last = places[from + length - 1] ?? 1;
	const pitch = (last - first) / Math.max(1, length - 1);
	const before = from > 0 ? ((places[from - 1] ?? 0) + first) / 2 : 0;
	const after = from + length < places.length ? ((places[from + length] ?? 1) + last) / 2 : 1;
	return quadBetween(quad, Math.max(before, first - MARGIN * pitch), Math.min(after, last + MARGIN * pitch));
}

const textOf = (symbols: readonly number[]) => symbols.map((symbol) => SYMBOLS[symbol] ?? "").join("");

function characterOf({ symbol, p, alternatives }: LikeliestString["characters"][number]): CharacterReading {
	const read = { char: SYMBOLS[symbol] ?? "", p };
	const others = alternatives.map((other) => ({ char: SYMBOLS[other.symbol] ?? "", p: other.p }));
	const digit = FORBIDDEN_LETTERS[read.char];
	// Taken for a digit, a forbidden letter is only as sure as the digit was, and stays visible beside it.
	const chosen =
		digit === undefined ? read : { char: digit, p: others.find(({ char }) => char === digit)?.p ?? 0 };
	const rest = (digit === undefined ? others : [read, ...others.filter(({ char }) => char !== digit)])
		.filter((other) => other.p >= 0.001)
		.slice(0, 3);
	return rest.length > 0 ? { ...chosen, alternatives: rest } : chosen;
}

function judgeForm(text: string, characters: readonly CharacterReading[]): Refusal | null {
	if (text.length !== VIN_LENGTH) return "length";
	const forbidden = characters.some(({ alternatives = [] }) =>
		alternatives.some(({ char, p }) => char in FORBIDDEN_LETTERS && p >= MAX_FORBIDDEN),
	);
	if (forbidden || [...text].some((char) => char in FORBIDDEN_LETTERS)) return "forbidden_letter";
	// The last four characters are digits (ISO 3779, VIS); elsewhere a mark or a plate edge was read along.
	return isVin(text) && /\d{4}$/.test(text) ? null : "no_vin";
}

/** What the renditions of one line say together. Null where nothing stands on the line. */
function lineOf(quad: Quad, renditions: readonly Posterior[]): VinLine | null {
	const likeliest = likeliestString(renditions);
	const drawn = textOf(likeliest.symbols);
	const text = drawn.replaceAll(MARK, "");
	// `EXP DATE: 05/24/2018` has 17 characters too, but marks stand between them.
	const interrupted = drawn.replaceAll(/^\*+|\*+$/g, "") !== text;
	if (text === "") return null;
	const read = likeliest.characters.filter(({ symbol }) => SYMBOLS[symbol] !== MARK).map(characterOf);
	const folded = read.map(({ char }) => char).join("");
	return {
		text,
		vin: isVin(folded) && !interrupted ? folded : null,
		characters: read,
		confidence: likeliest.probability,
		consistent: likeliest.agreeing === renditions.length,
		refusal: interrupted ? "no_vin" : judgeForm(text, read),
		quad,
	};
}

/**
 * Reads one line as a VIN. `length` is how many characters a first look saw on it, so that a caption on the
 * same line does not squeeze the number. Null where nothing stands on the line.
 */
export async function readVinLine(
	picture: Picture,
	quad: Quad,
	length: number,
	recogniser: VinRecogniser,
): Promise<VinLine | null> {
	const characters = Math.max(VIN_LENGTH, length);
	const first = await recogniser.look(picture, quad, characters, "first");
	const [look] = first;
	const { symbols } = likeliestString(first);
	const span = vinSpan(textOf(symbols));
	if (span && look) {
		const part = cutTo(quad, look, symbols, span);
		return lineOf(part, [
			...(await recogniser.look(picture, part, VIN_LENGTH, "first")),
			...(await recogniser.look(picture, part, VIN_LENGTH, "further")),
		]);
	}
	if (Math.abs(symbols.length - VIN_LENGTH) > MAX_DISTANCE) return lineOf(quad, first);
	return lineOf(quad, [...first, ...(await recogniser.look(picture, quad, characters, "further"))]);
}
