import {
	decodePDFRawStream,
	PDFArray,
	PDFDict,
	PDFDocument,
	PDFHexString,
	PDFName,
	PDFNumber,
	type PDFObject,
	PDFRawStream,
	PDFString,
} from "@cantoo/pdf-lib";
import { printedText } from "./printed-text.js";

/** What a report's PDF says of its signature, and what it carries. */
export interface SignedDocument {
	/** `/M` of the certifying signature. */
	readonly signedAt: Date | null;
	/** Byte range of the signature that the catalog names as certifying. */
	readonly byteRange: readonly number[];
	/** What the certification still allows (ISO 32000-1, table 254); null where nothing is certified. */
	readonly permission: number | null;
	/** Embedded files by name. */
	readonly files: ReadonlyMap<string, Buffer>;
	/** Text of every page without white space. */
	readonly pages: readonly string[];
}

/** The dictionary at the end of a path of names; undefined where one of them leads nowhere. */
export const dictAt = (holder: PDFDict | undefined, ...path: string[]): PDFDict | undefined => {
	let held = holder;
	for (const name of path) {
		const next: PDFObject | undefined = held?.lookup(PDFName.of(name));
		held = next instanceof PDFDict ? next : undefined;
	}
	return held;
};

/** A date as this product writes it (ISO 32000-1, 7.9.4); null for any other. */
export function dateOf(value: PDFObject | undefined): Date | null {
	if (!(value instanceof PDFString)) return null;
	const [, year, month, day, hour, minute, second] =
		/^D:(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(value.asString()) ?? [];
	const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
	return Number.isNaN(date.getTime()) ? null : date;
}

function permissionOf(signature: PDFDict): number | null {
	const references = signature.lookup(PDFName.of("Reference"));
	const reference = references instanceof PDFArray ? references.lookup(0) : undefined;
	if (!(reference instanceof PDFDict)) return null;
	const method = reference.lookup(PDFName.of("TransformMethod"));
	const permission = dictAt(reference, "TransformParams")?.lookup(PDFName.of("P"));
	return method === PDFName.of("DocMDP") && permission instanceof PDFNumber ? permission.asNumber() : null;
}

function filesOf(document: PDFDocument): Map<string, Buffer> {
	const files = new Map<string, Buffer>();
	const names = dictAt(document.catalog, "Names", "EmbeddedFiles")?.lookup(PDFName.of("Names"));
	if (!(names instanceof PDFArray)) return files;
	for (let i = 0; i + 1 < names.size(); i += 2) {
		const name = names.lookup(i);
		const specification = names.lookup(i + 1);
		if (!(name instanceof PDFString || name instanceof PDFHexString)) continue;
		if (!(specification instanceof PDFDict)) continue;
		const content = dictAt(specification, "EF")?.lookup(PDFName.of("F"));
		if (content instanceof PDFRawStream)
			files.set(name.decodeText(), Buffer.from(decodePDFRawStream(content).decode()));
	}
	return files;
}

/** Reads a report whose bytes are known to be as signed. Throws where it is no PDF this product makes. */
export async function readSignedDocument(pdf: Uint8Array): Promise<SignedDocument> {
	const document = await PDFDocument.load(pdf, { updateMetadata: false });
	const signature = dictAt(document.catalog, "Perms", "DocMDP");
	const range = signature?.lookup(PDFName.of("ByteRange"));
	return {
		signedAt: dateOf(signature?.lookup(PDFName.of("M"))),
		byteRange:
			range instanceof PDFArray
				? range.asArray().map((one) => (one instanceof PDFNumber ? one.asNumber() : Number.NaN))
				: [],
		permission: signature ? permissionOf(signature) : null,
		files: filesOf(document),
		pages: document.getPages().map(printedText),
	};
}
