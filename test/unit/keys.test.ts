import "reflect-metadata";
import { X509Certificate } from "node:crypto";
import { chmod, cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadSettings } from "../../src/config/settings.js";
import { diagnoseSigner } from "../../src/diagnosis/signer.js";
import { createReportSealer } from "../../src/reporting/create-report-sealer.js";
import { daysLeft, expiryWarnings } from "../../src/signing/certificate-expiry.js";
import { crlsFrom } from "../../src/signing/judge-revocation.js";
import {
	listPlantCertificates,
	revokePlantCertificate,
	rotatePlantSigner,
} from "../../src/signing/plant-key-rotation.js";
import { openSigner } from "../../src/signing/signer.js";
import { verifyReport } from "../../src/signing/verify-report.js";
import { openReportSigners } from "../../src/supervision/report-signers.js";
import {
	readRevocations,
	readSigningCertificates,
	readTrustedRoots,
} from "../../src/supervision/trusted-root.js";
import { type SampleReport, sampleReport } from "../support/sealed-report.js";

const PLANT = "suzhou-2";
const DAY_MS = 24 * 3600 * 1000;
const later = (days: number) => new Date(Date.now() + days * DAY_MS);

let base: string;
let report: SampleReport;
let root: X509Certificate;

beforeAll(async () => {
	base = await mkdtemp(join(tmpdir(), "vinspect-rotation-"));
	report = await sampleReport("pass");
	root = new X509Certificate(await readFile(join(report.keys, "plant-ca.pem")));
});
afterAll(async () => {
	await rm(base, { recursive: true, force: true });
	await rm(report.keys, { recursive: true, force: true });
});

/** The sample report's keys in a folder of their own. */
async function copyOfKeys(name: string): Promise<string> {
	const folder = join(base, name, "keys");
	await cp(report.keys, folder, { recursive: true });
	return folder;
}

const crlOf = async (folder: string) => crlsFrom(await readFile(join(folder, "plant-ca.crl")));
const failing = async (pdf: Uint8Array, folder: string) => {
	const { checks } = await verifyReport(pdf, { trustedRoots: [root], crls: await crlOf(folder) });
	return checks.filter(({ ok }) => !ok).map(({ check }) => check);
};

describe("rotating a signer", () => {
	it("puts in a new key, keeps the old certificate, and old reports verify", async () => {
		const folder = await copyOfKeys("rotated");
		const { before, after } = await rotatePlantSigner(folder, PLANT, "inspector", false, new Date());
		const signer = await openSigner({ folder, plant: PLANT });
		expect(signer.certificates[0]).toEqual(after.raw);
		expect(before?.raw).toEqual(report.signer.certificates[0]);
		expect(await failing(report.sealed.pdf, folder)).toEqual([]);
		const listed = await listPlantCertificates(folder);
		expect(listed.map(({ use, state }) => [use, state])).toEqual([
			["authority", "in use"],
			["inspector", "in use"],
			["inspector", "retired"],
		]);
		// no private key but those in use
		const keys = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".key"));
		expect(keys.sort()).toEqual(["plant-ca.key", "signer.key"]);
	});

	it("revokes the old certificate where it was stolen, and what it signed counts no more", async () => {
		const folder = await copyOfKeys("stolen");
		await rotatePlantSigner(folder, PLANT, "inspector", true, new Date());
		expect(await failing(report.sealed.pdf, folder)).toEqual(["revocation"]);
		expect((await listPlantCertificates(folder)).map(({ state }) => state)).toContain("revoked");
		// the list is kept when it is renewed
		await openSigner({ folder, plant: PLANT }, () => later(300));
		expect((await crlOf(folder))[0]?.entries).toHaveLength(1);
	});

	it("revokes a retired certificate later, but not the one in use", async () => {
		const folder = await copyOfKeys("revoked");
		const { before, after } = await rotatePlantSigner(folder, PLANT, "inspector", false, new Date());
		await expect(revokePlantCertificate(folder, after.serialNumber, new Date())).rejects.toMatchObject({
			code: "request_invalid",
			message: expect.stringContaining("keys rotate inspector --revoke"),
		});
		await expect(revokePlantCertificate(folder, "00", new Date())).rejects.toMatchObject({
			code: "request_invalid",
		});
		await revokePlantCertificate(folder, before?.serialNumber ?? "", new Date());
		expect(await failing(report.sealed.pdf, folder)).toEqual(["revocation"]);
	});

	it("that was interrupted leaves the old pair or the new one", async () => {
		const folder = await copyOfKeys("interrupted");
		const other = await copyOfKeys("other");
		const { after } = await rotatePlantSigner(other, PLANT, "inspector", false, new Date());
		const pending = async () => {
			await cp(join(other, "signer.key"), join(folder, "signer.key.new"));
			await cp(join(other, "signer.pem"), join(folder, "signer.pem.new"));
		};
		await pending();
		const old = await openSigner({ folder, plant: PLANT });
		expect(old.certificates).toEqual(report.signer.certificates);
		await pending();
		await rename(join(folder, "signer.key.new"), join(folder, "signer.key"));
		expect((await openSigner({ folder, plant: PLANT })).certificates[0]).toEqual(after.raw);
		expect((await readdir(folder)).filter((name) => name.endsWith(".new"))).toEqual([]);
	});

	it("is refused where the authority's key is elsewhere", async () => {
		const folder = await copyOfKeys("without-authority");
		await rm(join(folder, "plant-ca.key"));
		await expect(rotatePlantSigner(folder, PLANT, "auditor", false, new Date())).rejects.toMatchObject({
			code: "signing_key_unavailable",
			message: expect.stringContaining("does not hold the key of the plant's certificate authority"),
		});
	});
});

describe("a running worker's signers", () => {
	it("take a rotated key up with the next report, and publish what verifying needs", async () => {
		const dataDir = join(base, "worker");
		const folder = await copyOfKeys("worker");
		const settings = loadSettings({ DATA_DIR: dataDir, PLANT });
		const signers = await openReportSigners(settings, pino({ level: "silent" }));
		const sealer = createReportSealer({ signer: signers.inspector });
		const signerOf = async () => {
			const { pdf } = await sealer.seal(report.record, report.picture);
			const crls = await readRevocations(dataDir);
			const roots = await readTrustedRoots(dataDir);
			const verification = await verifyReport(pdf, { trustedRoots: roots, crls });
			expect(verification.valid).toBe(true);
			return (await signers.inspector()).certificates[0];
		};
		try {
			expect(await signerOf()).toEqual(report.signer.certificates[0]);
			const { after } = await rotatePlantSigner(folder, PLANT, "inspector", true, new Date());
			expect(await signerOf()).toEqual(after.raw);
			const published = await readSigningCertificates(dataDir);
			expect(published.map(({ fingerprint256 }) => fingerprint256)).toContain(after.fingerprint256);
			// the revoked one is refused by processes that have no keys
			const old = await verifyReport(report.sealed.pdf, {
				trustedRoots: await readTrustedRoots(dataDir),
				crls: await readRevocations(dataDir),
				crlsComplete: false,
			});
			expect(old.checks.filter(({ ok }) => !ok).map(({ check }) => check)).toEqual(["revocation"]);
		} finally {
			signers.close();
			await sealer.close();
		}
	});

	it("refuse a broken file that was put in place, and go on once it is mended", async () => {
		const folder = await copyOfKeys("broken");
		const settings = loadSettings({ DATA_DIR: join(base, "broken"), PLANT });
		const signers = await openReportSigners(settings, pino({ level: "silent" }));
		const certificate = await readFile(join(folder, "signer.pem"));
		await writeFile(join(folder, "signer.pem"), "nothing");
		await expect(signers.inspector()).rejects.toMatchObject({ code: "signing_key_unavailable" });
		await writeFile(join(folder, "signer.pem"), certificate);
		expect((await signers.inspector()).certificates).toEqual(report.signer.certificates);
		signers.close();
	});

	it("keep the roots of earlier signers", async () => {
		const dataDir = join(base, "worker");
		const { publishTrustedRoots } = await import("../../src/supervision/trusted-root.js");
		const other = await openSigner({ folder: join(base, "another-plant"), plant: "north" });
		await publishTrustedRoots(dataDir, other.certificates.slice(-1));
		await publishTrustedRoots(dataDir, [root.raw]);
		expect(await readTrustedRoots(dataDir)).toHaveLength(2);
	});
});

describe("a key file", () => {
	it.each([0o640, 0o604, 0o660])("is refused where its mode is %o and it is not root's", async (mode) => {
		const folder = await copyOfKeys(`mode-${mode}`);
		await chmod(join(folder, "signer.key"), mode);
		const opened = openSigner({ folder, plant: PLANT });
		// the group of a file that root owns may read it: so secrets are mounted into containers
		if (mode === 0o640 && process.getuid?.() === 0) expect((await opened).name).toContain("Inspector");
		else
			await expect(opened).rejects.toMatchObject({
				code: "signing_key_unavailable",
				message: expect.stringMatching(/open to others.*chmod 600/),
			});
	});
});

describe("a certificate that runs out", () => {
	it("is told of sixty days ahead, in both languages, and not before", async () => {
		const certificates = report.signer.certificates.slice(0, 1).map((raw) => new X509Certificate(raw));
		const [own] = certificates;
		if (!own) throw new Error("a signer has a certificate");
		const left = daysLeft(own, new Date());
		expect(expiryWarnings(certificates, later(left - 60))).toEqual([]);
		const [soon] = expiryWarnings(certificates, later(left - 59));
		expect(soon?.en).toMatch(/runs out in 59 days/);
		expect(soon?.zh).toMatch(/59 天后/);
		expect(expiryWarnings(certificates, later(left + 2))[0]?.en).toMatch(/ran out on/);
	});

	it("is a warning of doctor's, with the way to mend it", async () => {
		const dataDir = join(base, "doctor");
		const folder = join(dataDir, "keys");
		// made 5 years less 30 days ago
		await openSigner({ folder, plant: PLANT }, () => later(30 - 5 * 365));
		const [diagnosis] = await diagnoseSigner(loadSettings({ DATA_DIR: dataDir, PLANT }));
		expect(diagnosis).toMatchObject({
			state: "warning",
			mend: expect.stringContaining("vinspect keys rotate"),
		});
	});
});
