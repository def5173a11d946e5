import "reflect-metadata";
import { X509Certificate } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { X509Crl, X509CrlGenerator } from "@peculiar/x509";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Verification } from "../../src/contracts/report.js";
import { createReportSealer } from "../../src/reporting/create-report-sealer.js";
import { createReportCountersigner } from "../../src/reporting/report-countersigner.js";
import { decodeSignedData, encodeSignedData } from "../../src/signing/cms.js";
import {
	CONTAINER_BYTES,
	fillContainer,
	findByteRanges,
	readContainer,
	STAMPED_CONTAINER_BYTES,
} from "../../src/signing/signature-placeholder.js";
import { openSigner } from "../../src/signing/signer.js";
import { openTimeStamping, type TimeStamping } from "../../src/signing/time-stamping.js";
import { verifyReport } from "../../src/signing/verify-report.js";
import { type SampleReport, sampleReport } from "../support/sealed-report.js";
import {
	hasOpensslTs,
	type RunningAuthority,
	startTimeStampAuthority,
} from "../support/time-stamp-authority.js";

const failing = ({ checks }: Verification): string[] =>
	checks
		.filter(({ ok, explanation }) => !ok && !explanation.startsWith("Not examined"))
		.map(({ check }) => check);
const explained = ({ checks }: Verification, check: string): string =>
	checks.find((one) => one.check === check)?.explanation ?? "";

describe.skipIf(!hasOpensslTs)("a time-stamped report (needs openssl)", () => {
	let authority: RunningAuthority;
	let timeStamping: TimeStamping;
	let report: SampleReport;
	let pdf: Buffer;
	let root: X509Certificate;
	const warnings: string[] = [];

	const open = async (required: boolean, url = authority.url) => {
		const opened = await openTimeStamping({ url, ca: authority.root, required }, (sentence) =>
			warnings.push(sentence),
		);
		if (!opened) throw new Error("the settings name an authority");
		return opened;
	};

	beforeAll(async () => {
		authority = await startTimeStampAuthority();
		timeStamping = await open(true);
		report = await sampleReport("pass", timeStamping);
		pdf = Buffer.from(report.sealed.pdf);
		root = new X509Certificate(await readFile(join(report.keys, "plant-ca.pem")));
	});
	afterAll(async () => {
		await authority.close();
		await rm(report.keys, { recursive: true, force: true });
	});

	it("says before when it was signed, by whose word, and whether that is trusted", async () => {
		const trusted = await verifyReport(pdf, { trustedRoots: [root], timeStampRoots: timeStamping.roots });
		expect(failing(trusted)).toEqual([]);
		expect(explained(trusted, "time_stamp")).toMatch(/Time Stamp Unit 1.*trusted through "Time Root"/);
		expect(Math.abs(Date.now() - Date.parse(trusted.timeStampedAt ?? ""))).toBeLessThan(300_000);
		expect(explained(await verifyReport(pdf), "time_stamp")).toContain("no root for time stamps was given");
		const stranger = await verifyReport(pdf, { timeStampRoots: [root] });
		expect(failing(stranger)).toEqual(["time_stamp"]);
	});

	it("is missed where the time stamp was taken out, whichever room is left", async () => {
		const [range] = findByteRanges(pdf);
		const signed = range && decodeSignedData(readContainer(pdf, range) ?? Buffer.alloc(0));
		if (!range || !signed) throw new Error("the report has a container");
		expect(signed.timeStamp).not.toBeNull();
		const raw = signed.certificates.map((certificate) => certificate.raw);
		const bare = encodeSignedData(raw, signed.attributes, signed.signature);
		const stripped = Buffer.from(pdf);
		stripped.write(fillContainer(bare, STAMPED_CONTAINER_BYTES), range.start, "latin1");
		const verification = await verifyReport(stripped);
		expect(failing(verification)).toEqual(["time_stamp"]);
		expect(explained(verification, "time_stamp")).toContain("was removed");
		const narrow = Buffer.concat([
			pdf.subarray(0, range.start),
			Buffer.from(fillContainer(bare, CONTAINER_BYTES), "latin1"),
			pdf.subarray(range.end),
		]);
		expect((await verifyReport(narrow)).valid).toBe(false);
	});

	it("is refused with the time stamp of another report", async () => {
		const other = await sampleReport("concession", timeStamping);
		try {
			const [[here], [there]] = [findByteRanges(pdf), findByteRanges(other.sealed.pdf)];
			const mine = here && decodeSignedData(readContainer(pdf, here) ?? Buffer.alloc(0));
			const theirs = there && decodeSignedData(readContainer(other.sealed.pdf, there) ?? Buffer.alloc(0));
			if (!here || !mine || !theirs) throw new Error("both reports have a container");
			const raw = mine.certificates.map((certificate) => certificate.raw);
			const swapped = Buffer.from(pdf);
			const container = encodeSignedData(raw, mine.attributes, mine.signature, theirs.timeStamp);
			swapped.write(fillContainer(container, STAMPED_CONTAINER_BYTES), here.start, "latin1");
			const verification = await verifyReport(swapped);
			expect(failing(verification)).toEqual(["time_stamp"]);
			expect(explained(verification, "time_stamp")).toContain("another signature");
		} finally {
			await rm(other.keys, { recursive: true, force: true });
		}
	});

	it("is caught, whichever bit of the container flips", { timeout: 120_000 }, async () => {
		const [range] = findByteRanges(pdf);
		const held = range && readContainer(pdf, range);
		if (!range || !held) throw new Error("the report has a container");
		const missed: number[] = [];
		// 211 is prime to the container's length: a different place in every certificate and attribute.
		for (let position = range.start; position < range.start + 2 * held.length; position += 211) {
			const before = pdf.readUInt8(position);
			for (const bit of [1, 4, 32]) {
				pdf.writeUInt8(before ^ bit, position);
				if ((await verifyReport(pdf)).valid) missed.push(position);
			}
			pdf.writeUInt8(before, position);
		}
		expect(missed).toEqual([]);
		expect((await verifyReport(pdf)).valid).toBe(true);
	});

	it("is countersigned with a second time stamp, and verifies as a whole", async () => {
		const auditor = await openSigner({ folder: report.keys, plant: "suzhou-2", who: "auditor" });
		const countersigner = createReportCountersigner(auditor, [root.raw], () => new Date(), timeStamping);
		const made = await countersigner.countersign({ pdf, plant: "suzhou-2", reason: "looked again" });
		const verification = await verifyReport(made.pdf, {
			trustedRoots: [root],
			timeStampRoots: timeStamping.roots,
			expected: { countersigned: true, timeStamped: true },
		});
		expect(failing(verification)).toEqual([]);
		expect(explained(verification, "countersign_time_stamp")).toContain("Time Stamp Unit 1");
	});

	it("keeps counting after its key was revoked, where an untimed one does not", async () => {
		const { crls, later } = await revocation(report);
		const now = later;
		const stamped = { trustedRoots: [root], timeStampRoots: timeStamping.roots, crls, now };
		const verification = await verifyReport(pdf, stamped);
		expect(failing(verification)).toEqual([]);
		expect(explained(verification, "revocation")).toContain("Revoked later");
		// the same report without a root for time stamps: only the signer's word is left
		expect(failing(await verifyReport(pdf, { trustedRoots: [root], crls, now }))).toEqual(["revocation"]);
	});

	async function sealedWith(stamping: TimeStamping): Promise<Verification> {
		const sealer = createReportSealer({ signer: report.signer, timeStamping: stamping });
		try {
			return await verifyReport((await sealer.seal(report.record, report.picture)).pdf);
		} finally {
			await sealer.close();
		}
	}

	it.each(["status", "garbage", "replay"] as const)(
		"is sealed without a time stamp, and says so, where the authority fails by %s",
		async (how) => {
			const optional = await open(false);
			warnings.length = 0;
			authority.fail(how);
			try {
				const verification = await sealedWith(optional);
				expect(verification).toMatchObject({ valid: true, timeStampedAt: null });
				expect(explained(verification, "time_stamp")).toContain("no time stamp");
				expect(warnings).toHaveLength(1);
				// it is left alone for a while, so that the line does not wait each time
				const asked = authority.asked();
				expect((await sealedWith(optional)).valid).toBe(true);
				expect(authority.asked()).toBe(asked);
			} finally {
				authority.answer();
			}
		},
	);

	it("waits for a required time stamp, and is made once the authority is back", async () => {
		authority.fail("status");
		await expect(sealedWith(timeStamping)).rejects.toMatchObject({
			code: "time_stamp_unavailable",
			message: expect.stringContaining("HTTP status 503"),
		});
		authority.answer();
		expect((await sealedWith(timeStamping)).timeStampedAt).not.toBeNull();
	});

	it("is not stamped by an authority of another root", async () => {
		const foreign = await startTimeStampAuthority("ec");
		try {
			await expect(sealedWith(await open(true, foreign.url))).rejects.toMatchObject({
				message: expect.stringContaining("does not lead to a root of TSA_CA"),
			});
			const any = await openTimeStamping({ url: foreign.url, ca: null, required: true }, () => {});
			if (!any) throw new Error("the settings name an authority");
			expect((await sealedWith(any)).timeStampedAt).not.toBeNull();
		} finally {
			await foreign.close();
		}
	});
});

/** A list that revokes the report's signer a minute after it signed, and a time after that. */
async function revocation({ keys, signer }: SampleReport) {
	const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
	const pem = await readFile(join(keys, "plant-ca.key"), "utf8");
	const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
	const [own, issuer] = signer.certificates.map((one) => new X509Certificate(one));
	const current = new X509Crl(await readFile(join(keys, "plant-ca.crl")));
	if (!own || !issuer) throw new Error("a signer has two certificates");
	const revocationDate = new Date(Date.now() + 60_000);
	const crl = await X509CrlGenerator.create({
		issuer: current.issuer,
		thisUpdate: revocationDate,
		nextUpdate: new Date(Date.now() + 3_600_000),
		entries: [{ serialNumber: own.serialNumber, revocationDate }],
		signingAlgorithm: algorithm,
		signingKey: await crypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]),
	});
	return { crls: [crl], later: new Date(Date.now() + 120_000) };
}
