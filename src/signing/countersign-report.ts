import { PDFArray, PDFDict, PDFDocument, PDFHexString, PDFName, PDFRef, PDFString } from "@cantoo/pdf-lib";
import { appendUpdate } from "./incremental-update.js";
import { AUDITOR_FIELD, type SignatureStatement, signatureEntries, signPrepared } from "./sign-report.js";
import { locatePlaceholder } from "./signature-placeholder.js";
import { dateOf, dictAt } from "./signed-document.js";
import type { Signer } from "./signer.js";
import type { TimeStamps } from "./time-stamp-authority.js";

const VALUE = PDFName.of("V");

/** The field that was left empty for the auditor. */
function auditorField(document: PDFDocument): { readonly ref: PDFRef; readonly field: PDFDict } | null {
	const fields = dictAt(document.catalog, "AcroForm")?.lookup(PDFName.of("Fields"));
	if (!(fields instanceof PDFArray)) return null;
	for (const ref of fields.asArray()) {
		const field = document.context.lookup(ref);
		if (!(ref instanceof PDFRef) || !(field instanceof PDFDict)) continue;
		const name = field.lookup(PDFName.of("T"));
		if (name instanceof PDFString && name.decodeText() === AUDITOR_FIELD) return { ref, field };
	}
	return null;
}

/**
 * Fills the auditor's field of a sealed report with a signature that still lacks byte range and container.
 * The same statement over the same report gives the same bytes, so that a verifier can tell that nothing else
 * was added. Throws where the report has no such field, or it is taken.
 */
export async function prepareCountersignature(
	pdf: Uint8Array,
	statement: SignatureStatement,
	containerBytes: number,
): Promise<Buffer> {
	const document = await PDFDocument.load(pdf, { updateMetadata: false });
	const auditor = auditorField(document);
	if (!auditor) throw new Error("the report has no field for a counter-signature");
	if (auditor.field.has(VALUE)) throw new Error("the report is countersigned already");
	const { context } = document;
	const signature = context.register(context.obj(signatureEntries(statement, containerBytes)));
	auditor.field.set(VALUE, signature);
	return appendUpdate(pdf, document, new Set([signature, auditor.ref]));
}

/**
 * Adds the auditor's signature (PAdES-B-B, with a time stamp B-T; EN 319 142-1) behind the inspector's; every
 * byte before it stays as it is. Errors: `signing_key_expired`, `time_stamp_unavailable`.
 */
export async function countersignReport(
	pdf: Uint8Array,
	signer: Signer,
	statement: Omit<SignatureStatement, "name">,
	timeStamps: TimeStamps | null = null,
): Promise<Buffer> {
	signer.assertValidAt(statement.signedAt);
	const named = { ...statement, name: signer.name };
	return signPrepared(
		(containerBytes) => prepareCountersignature(pdf, named, containerBytes),
		signer,
		statement.signedAt,
		timeStamps,
	);
}

/** What the counter-signature of a report says of itself; null where its field holds no whole statement. */
export async function readCountersignature(pdf: Uint8Array): Promise<SignatureStatement | null> {
	const document = await PDFDocument.load(pdf, { updateMetadata: false });
	const signature = auditorField(document)?.field.lookup(VALUE);
	if (!(signature instanceof PDFDict)) return null;
	const textAt = (name: string): string | null => {
		const value = signature.lookup(PDFName.of(name));
		return value instanceof PDFHexString ? value.decodeText() : null;
	};
	const [name, plant, reason] = [textAt("Name"), textAt("Location"), textAt("Reason")];
	const signedAt = dateOf(signature.lookup(PDFName.of("M")));
	if (name === null || plant === null || reason === null || signedAt === null) return null;
	return { name, plant, reason, signedAt };
}

/** The prepared bytes with their byte range written, as they stand in a signed file around its container. */
export async function expectedUpdate(
	pdf: Uint8Array,
	statement: SignatureStatement,
	containerBytes: number,
): Promise<Buffer> {
	const prepared = await prepareCountersignature(pdf, statement, containerBytes);
	locatePlaceholder(prepared, containerBytes);
	return prepared;
}
