import { createHash } from "node:crypto";
import type { PDFDocument, PDFObject, PDFRef } from "@cantoo/pdf-lib";

const ENTRY_BYTES = 10;

function objectBytes(ref: PDFRef, object: PDFObject): Buffer {
	const body = Buffer.alloc(object.sizeInBytes());
	object.copyBytesInto(body, 0);
	return Buffer.concat([
		Buffer.from(`${ref.objectNumber} ${ref.generationNumber} obj\n`),
		body,
		Buffer.from("\nendobj\n"),
	]);
}

function startOfLastXref(pdf: Uint8Array): number {
	const tail = Buffer.from(pdf.subarray(-64)).toString("latin1");
	const offset = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(tail)?.[1];
	if (offset === undefined) throw new Error("the PDF does not end with startxref and %%EOF");
	return Number(offset);
}

/**
 * Appends new and changed objects to a PDF and leaves every byte before them as it is (ISO 32000-1, 7.5.6),
 * which is what keeps earlier signatures valid.
 * @param pdf the file, ended by a cross-reference table (not a stream)
 * @param document the same file, parsed and changed
 * @param changed references of the new and changed objects
 */
export function appendUpdate(pdf: Uint8Array, document: PDFDocument, changed: ReadonlySet<PDFRef>): Buffer {
	const parts: Buffer[] = [Buffer.from(pdf), Buffer.from("\n")];
	let offset = pdf.length + 1;
	const entries: string[] = [];
	for (const ref of [...changed].sort((a, b) => a.objectNumber - b.objectNumber)) {
		const object = document.context.lookup(ref);
		if (!object) throw new Error(`object ${ref.objectNumber} is not in the document`);
		const bytes = objectBytes(ref, object);
		const generation = String(ref.generationNumber).padStart(5, "0");
		entries.push(`${ref.objectNumber} 1\n${String(offset).padStart(ENTRY_BYTES, "0")} ${generation} n \n`);
		parts.push(bytes);
		offset += bytes.length;
	}
	const { Root, Info, ID } = document.context.trailerInfo;
	const original = /<[0-9A-Fa-f]*>|\((?:[^()\\]|\\.)*\)/.exec(ID?.toString() ?? "")?.[0];
	// The second half of /ID names this revision of the file (ISO 32000-1, 14.4).
	const revision = createHash("sha256").update(Buffer.concat(parts)).digest("hex").slice(0, 32).toUpperCase();
	const trailer = [
		`/Size ${document.context.largestObjectNumber + 1}`,
		`/Root ${String(Root)}`,
		...(Info ? [`/Info ${String(Info)}`] : []),
		`/ID [${original ?? `<${revision}>`} <${revision}>]`,
		`/Prev ${startOfLastXref(pdf)}`,
	];
	parts.push(
		Buffer.from(
			`xref\n${entries.join("")}trailer\n<< ${trailer.join(" ")} >>\nstartxref\n${offset}\n%%EOF\n`,
		),
	);
	return Buffer.concat(parts);
}
