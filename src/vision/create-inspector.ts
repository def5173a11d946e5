import { createHash } from "node:crypto";
import { createCodeReader } from "../codes/create-code-reader.js";
import type {
	CodeReading,
	Detection,
	FieldReading,
	Observation,
	Reading,
	Refusal,
	WitnessKind,
} from "../contracts/reading.js";
import { boundingBox, quadOfBox } from "../domain/geometry.js";
import { readDocument } from "../ocr/documents/read-document.js";
import { createTesseractReader } from "../ocr/tesseract/create-tesseract-reader.js";
import type { TextLine } from "../ocr/text-line.js";
import { findVinLines } from "../ocr/vin/find-vin-lines.js";
import { readVinLine, type VinLine } from "../ocr/vin/read-vin-line.js";
import { createVinReaders } from "./create-vin-readers.js";
import { decodePicture } from "./decode-picture.js";
import { documentLines } from "./document-lines.js";
import { seeGears } from "./gear/see-gear.js";
import type { Inspector } from "./inspector.js";
import type { RuntimeOptions } from "./onnx-session.js";
import type { Picture } from "./picture.js";
import { pictureFault } from "./picture-fault.js";
import { measureQuality } from "./quality.js";
import { readAllLines } from "./read-all-lines.js";
import { readFields } from "./read-fields.js";
import { readSeals } from "./read-seals.js";
import { readVin, type VinResult } from "./read-vin.js";
import { isOnScreen, revoked } from "./screen/on-screen.js";

type DocumentKind = Exclude<WitnessKind, "stamp" | "gear">;
const DOCUMENT_KINDS: readonly DocumentKind[] = ["nameplate", "certificate", "label"];

/** A stamp bears its number and little else; with this many named fields beside it, it is a document. */
const DOCUMENT_FIELDS = 2;

interface Seen {
	readonly kind: WitnessKind;
	readonly lines: readonly TextLine[];
	readonly fields: Readonly<Record<string, FieldReading>>;
	readonly detections: readonly Detection[];
	/** Why there is no reading at all; null where there is one. */
	readonly refusal: Refusal | null;
	/** Where several things of the kind may be in one picture; else there is one reading, of `fields`. */
	readonly readings?: readonly Reading[];
}

/** Box around everything that was read of a witness, as the detection of the witness itself. */
function witnessDetection(
	kind: WitnessKind,
	parts: readonly { box: Detection["box"]; score: number }[],
): Detection[] {
	if (parts.length === 0) return [];
	const box = boundingBox(parts.flatMap((part) => quadOfBox(part.box)));
	return [{ kind, box, quad: quadOfBox(box), score: Math.max(...parts.map(({ score }) => score)) }];
}

/** A code decodes or it doesn't: there is no score between. */
const codeDetection = ({ box, quad }: CodeReading): Detection => ({ kind: "barcode", box, quad, score: 1 });

function readingOf({ kind, fields, refusal }: Seen): Reading[] {
	const values = Object.values(fields);
	const lead = fields.vin ?? values[0];
	if (!lead) return [];
	const vin = fields.vin;
	return [
		{
			kind,
			text: lead.text,
			vin: typeof vin?.value === "string" ? vin.value : null,
			characters: lead.characters,
			confidence: lead.confidence,
			accepted: lead.accepted,
			refusal: lead.accepted ? null : (lead.refusal ?? refusal),
			fields,
			box: boundingBox(values.flatMap(({ box }) => (box === null ? [] : quadOfBox(box)))),
		},
	];
}

/**
 * The product's readers: of VIN lines our own with PP-OCRv4 beside it, of text PP-OCRv4 and tesseract, document
 * layouts, gear measurement. Sessions are opened once and shared. Errors: `reader_unavailable`.
 */
export async function createInspector(options: RuntimeOptions = {}): Promise<Inspector> {
	const [codeReader, vinReaders, latin, chinese] = await Promise.all([
		createCodeReader(),
		createVinReaders(options),
		createTesseractReader({ language: "eng" }),
		createTesseractReader({ language: "chi_sim" }),
	]);
	const { ppocr, own } = vinReaders;
	const readers = {
		...{ ...ppocr.models, [own.name]: own.version, [codeReader.name]: codeReader.version },
		...{ "tesseract-eng": latin.version, "tesseract-chi_sim": chinese.version },
	};
	const vinIn = (picture: Picture, lines: readonly TextLine[]) =>
		readVin(picture, findVinLines(lines), vinReaders);

	const readLikeliestLine = async (picture: Picture): Promise<VinLine | null> => {
		const [likeliest] = findVinLines(await readAllLines(picture, ppocr, "stamp"));
		return likeliest ? readVinLine(picture, likeliest.quad, likeliest.length, own) : null;
	};

	const seeStamp = (lines: readonly TextLine[], vin: VinResult | null): Seen => ({
		kind: "stamp",
		lines,
		fields: vin ? { vin: vin.field } : {},
		detections: [
			...(vin
				? witnessDetection("stamp", [{ box: vin.field.box ?? [0, 0, 0, 0], score: vin.field.confidence }])
				: []),
			...(vin?.detections ?? []),
		],
		refusal: lines.length === 0 ? "no_text" : "no_vin",
	});

	const seeDocument = async (
		kind: DocumentKind,
		picture: Picture,
		lines: readonly TextLine[],
		vin: VinResult | null,
	): Promise<Seen> => {
		const seals = kind === "certificate" ? await readSeals(picture, lines) : {};
		const sealBoxes = Object.values(seals).flatMap(({ box }) => (box === null ? [] : [box]));
		const cells = await documentLines(picture, lines, ppocr, sealBoxes);
		const drafts = readDocument(kind, cells);
		const fields = { ...(await readFields(picture, drafts, { ppocr, latin, chinese })), ...seals };
		// Two different numbers under one caption stay a reason not to believe either.
		const several = drafts.vin?.refusal === "several_vins";
		const vinField: FieldReading | null =
			vin && several ? { ...vin.field, accepted: false, refusal: "several_vins" } : (vin?.field ?? null);
		return {
			kind,
			lines,
			fields: vinField ? { vin: vinField, ...fields } : fields,
			detections: [
				...witnessDetection(
					kind,
					lines.map(({ box, confidence }) => ({ box, score: confidence })),
				),
				...(vin?.detections ?? []),
			],
			refusal: lines.length === 0 ? "no_text" : vin ? null : "no_vin",
		};
	};

	const seeGear = (picture: Picture, lines: readonly TextLine[]): Seen => ({
		kind: "gear",
		lines,
		fields: {},
		...seeGears(picture, lines, ppocr.acceptance.textLine),
	});

	const see = async (
		picture: Picture,
		kind: WitnessKind | "auto",
		lines: readonly TextLine[],
	): Promise<Seen> => {
		if (kind === "gear") return seeGear(picture, lines);
		const vin = await vinIn(picture, lines);
		if (kind === "stamp") return seeStamp(lines, vin);
		if (kind !== "auto") return seeDocument(kind, picture, lines, vin);
		const named = DOCUMENT_KINDS.map((document) => ({
			document,
			count: Object.entries(readDocument(document, lines)).filter(
				([name, draft]) => name !== "vin" && draft.value !== null,
			).length,
		})).sort((a, b) => b.count - a.count);
		const [fullest] = named;
		if (fullest && fullest.count >= DOCUMENT_FIELDS)
			return seeDocument(fullest.document, picture, lines, vin);
		if (vin) return seeStamp(lines, vin);
		const gear = seeGear(picture, lines);
		return gear.refusal === "no_gear" ? seeStamp(lines, null) : gear;
	};

	return {
		readers,
		async inspect(bytes, kind): Promise<Observation> {
			const started = performance.now();
			const picture = await decodePicture(bytes);
			const decoded = performance.now();
			const measured = measureQuality(picture);
			const hopeless = measured.retake !== null && measured.retake !== "blurred";
			const codes = hopeless ? [] : await codeReader.readCodes(picture);
			const decodedCodes = performance.now();
			const lines = hopeless ? [] : await readAllLines(picture, ppocr, kind);
			const detected = performance.now();
			const seen = hopeless ? null : await see(picture, kind, lines);
			const read = seen ? [...(seen.readings ?? readingOf(seen))] : [];
			const onScreen = isOnScreen(picture, { readings: read, codes, lines });
			const readings = onScreen ? revoked(read) : read;
			const readable = readings.some(({ fields }) => Object.values(fields).some(({ accepted }) => accepted));
			const fault =
				seen === null || readable || onScreen
					? null
					: await pictureFault(picture, {
							...{ kind, lines, detections: seen.detections, refusal: seen.refusal },
							hasVin: readings.some(({ vin }) => vin !== null),
							readVinIn: readLikeliestLine,
						});
			const retake = onScreen ? "screen" : readable ? null : (measured.retake ?? fault);
			const finished = performance.now();
			return {
				capture: createHash("sha256").update(bytes).digest("hex"),
				kind: seen?.kind ?? (kind === "auto" ? "stamp" : kind),
				quality: { ...measured, retake },
				detections: [
					...(seen?.detections ?? []),
					...lines.map(({ box, quad, confidence }) => ({
						kind: "text_line" as const,
						box,
						quad,
						score: confidence,
					})),
					...codes.map(codeDetection),
				],
				readings,
				codes: [...codes],
				readers,
				ms: {
					decode: decoded - started,
					codes: decodedCodes - decoded,
					detect: detected - decodedCodes,
					read: finished - detected,
					total: finished - started,
				},
			};
		},
		async close() {
			await Promise.all([vinReaders, latin, chinese].map((reader) => reader.close()));
		},
	};
}
