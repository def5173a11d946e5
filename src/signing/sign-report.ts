import { PDFDocument, PDFHexString, PDFName, type PDFObject, type PDFRef, PDFString } from "@cantoo/pdf-lib";
import { encodeSignedData, signedAttributes } from "./cms.js";
import { toDer } from "./ecdsa.js";
import { appendUpdate } from "./incremental-update.js";
import {
	CONTAINER_BYTES,
	fillContainer,
	locatePlaceholder,
	RANGE_PLACEHOLDER,
	STAMPED_CONTAINER_BYTES,
	signedDigest,
} from "./signature-placeholder.js";
import type { Signer } from "./signer.js";
import type { TimeStamps } from "./time-stamp-authority.js";

/** The field the inspector certifies in, and the empty one left for the auditor's counter-signature. */
export const INSPECTOR_FIELD = "Inspector";
export const AUDITOR_FIELD = "Auditor";

/** Where a signature field stands: page from 1, corner top left, in points from the top left of the page. */
export interface FieldPlace {
	readonly page: number;
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

export interface SignatureRequest {
	readonly signer: Signer;
	readonly signedAt: Date;
	readonly plant: string;
	readonly reason: string;
	readonly inspector: FieldPlace;
	readonly auditor: FieldPlace;
	/** Where the signature is to be time-stamped (PAdES-B-T). */
	readonly timeStamps?: TimeStamps | null;
}

/** Widget flags Print and Locked (ISO 32000-1, table 165); PDF/A wants Print on every annotation. */
const WIDGET_FLAGS = 4 | 128;
/** SignaturesExist and AppendOnly (ISO 32000-1, table 219). */
const SIGNATURE_FLAGS = 1 | 2;
/** After certification only form fields may be filled and signatures added (ISO 32000-1, table 254). */
export const FILL_AND_SIGN_ONLY = 2;

/** `D:YYYYMMDDHHmmSSZ` (ISO 32000-1, 7.9.4), to the second. */
export function pdfDate(instant: Date): string {
	return `D:${instant
		.toISOString()
		.replace(/\.\d+Z$/, "Z")
		.replace(/[-:T]/g, "")}`;
}

/** Adds objects to a parsed document and remembers which were added or changed. */
class Revision {
	readonly changed = new Set<PDFRef>();
	constructor(readonly document: PDFDocument) {}

	add(object: PDFObject): PDFRef {
		const ref = this.document.context.register(object);
		this.changed.add(ref);
		return ref;
	}

	touch(ref: PDFRef): void {
		this.changed.add(ref);
	}
}

function addField(revision: Revision, name: string, place: FieldPlace, value: PDFRef | null): PDFRef {
	const { document } = revision;
	const { context } = document;
	const page = document.getPage(place.page - 1);
	const top = page.getHeight() - place.y;
	// The page itself shows what a person reads there; PDF/A asks for an appearance, so it is an empty one.
	const appearance = revision.add(
		context.stream("", { Type: "XObject", Subtype: "Form", BBox: [0, 0, place.width, place.height] }),
	);
	const field = context.obj({
		Type: "Annot",
		Subtype: "Widget",
		FT: "Sig",
		T: PDFString.of(name),
		F: WIDGET_FLAGS,
		P: page.ref,
		Rect: [place.x, top - place.height, place.x + place.width, top],
		AP: { N: appearance },
		...(value ? { V: value } : {}),
	});
	const ref = revision.add(field);
	page.node.set(PDFName.of("Annots"), context.obj([...(page.node.Annots()?.asArray() ?? []), ref]));
	revision.touch(page.ref);
	return ref;
}

/** What stands in a signature's dictionary beside the signature itself: who, where, when and why. */
export interface SignatureStatement {
	/** Common name of the signing certificate. */
	readonly name: string;
	readonly signedAt: Date;
	readonly plant: string;
	readonly reason: string;
}

/** Entries of a signature dictionary (ISO 32000-1, table 252), with room for byte range and container. */
export function signatureEntries(
	{ name, signedAt, plant, reason }: SignatureStatement,
	containerBytes: number,
) {
	return {
		Type: "Sig",
		Filter: "Adobe.PPKLite",
		SubFilter: "ETSI.CAdES.detached",
		ByteRange: [0, RANGE_PLACEHOLDER, RANGE_PLACEHOLDER, RANGE_PLACEHOLDER],
		Contents: PDFHexString.of("0".repeat(2 * containerBytes)),
		M: PDFString.of(pdfDate(signedAt)),
		Name: PDFHexString.fromText(name),
		Location: PDFHexString.fromText(plant),
		Reason: PDFHexString.fromText(reason),
	};
}

function prepare(revision: Revision, request: SignatureRequest, containerBytes: number): void {
	const { context, catalog } = revision.document;
	const parameters = { Type: "TransformParams", P: FILL_AND_SIGN_ONLY, V: PDFName.of("1.2") };
	const signature = revision.add(
		context.obj({
			...signatureEntries({ ...request, name: request.signer.name }, containerBytes),
			Reference: [{ Type: "SigRef", TransformMethod: "DocMDP", TransformParams: parameters }],
		}),
	);
	const fields = [
		addField(revision, INSPECTOR_FIELD, request.inspector, signature),
		addField(revision, AUDITOR_FIELD, request.auditor, null),
	];
	const form = revision.add(context.obj({ Fields: fields, SigFlags: SIGNATURE_FLAGS }));
	catalog.set(PDFName.of("AcroForm"), form);
	catalog.set(PDFName.of("Perms"), context.obj({ DocMDP: signature }));
	const ref = context.getObjectRef(catalog);
	if (!ref) throw new Error("the PDF's catalog is no object of its own");
	revision.touch(ref);
}

interface Signed {
	readonly file: Buffer;
	readonly start: number;
	readonly attributes: Buffer;
	readonly signature: Uint8Array;
}

/** Writes the byte range and signs everything around the container, which is still empty. */
async function signAround(file: Buffer, containerBytes: number, signer: Signer): Promise<Signed> {
	const range = locatePlaceholder(file, containerBytes);
	const attributes = signedAttributes(signedDigest(file, range), signer.certificates);
	return { file, start: range.start, attributes, signature: await signer.sign(attributes) };
}

/**
 * Signs a file that is prepared anew for the room its container takes: more with a time stamp than without. So
 * a time stamp that somebody takes out is missed.
 * @param prepared the file with an empty container of so many bytes; the same each time but for those
 */
export async function signPrepared(
	prepared: (containerBytes: number) => Promise<Buffer>,
	signer: Signer,
	signedAt: Date,
	timeStamps: TimeStamps | null = null,
): Promise<Buffer> {
	const filled = ({ file, start, attributes, signature }: Signed, room: number, token: Buffer | null) => {
		const container = encodeSignedData(signer.certificates, attributes, signature, token);
		file.write(fillContainer(container, room), start, "latin1");
		return file;
	};
	if (timeStamps) {
		const room = STAMPED_CONTAINER_BYTES;
		const signed = await signAround(await prepared(room), room, signer);
		const token = await timeStamps.over(toDer(signed.signature), signedAt);
		if (token) return filled(signed, room, token);
	}
	const room = CONTAINER_BYTES;
	return filled(await signAround(await prepared(room), room, signer), room, null);
}

/**
 * Certifies a rendered report for the inspector (PAdES-B-B, with a time stamp B-T; EN 319 142-1) and leaves an
 * empty field for the auditor. The time of signing stands in /M. Errors: `signing_key_expired`,
 * `time_stamp_unavailable`.
 * @param pdf a PDF without signatures, ended by a cross-reference table
 */
export async function signReport(pdf: Uint8Array, request: SignatureRequest): Promise<Buffer> {
	const { signer, signedAt, timeStamps } = request;
	signer.assertValidAt(signedAt);
	const prepared = async (containerBytes: number): Promise<Buffer> => {
		const document = await PDFDocument.load(pdf, { updateMetadata: false });
		const revision = new Revision(document);
		prepare(revision, request, containerBytes);
		return appendUpdate(pdf, document, revision.changed);
	};
	return signPrepared(prepared, signer, signedAt, timeStamps);
}
