import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Argument, Command } from "commander";
import { loadSettings, type Settings } from "../config/settings.js";
import { VinspectError } from "../domain/errors.js";
import { commonNameOf, validityOf } from "../signing/certificate-chain.js";
import { daysLeft, EXPIRY_WARNING_DAYS } from "../signing/certificate-expiry.js";
import {
	type ListedCertificate,
	listPlantCertificates,
	revokePlantCertificate,
	rotatePlantSigner,
} from "../signing/plant-key-rotation.js";
import { AUTHORITY_FILES, type PlantSigner } from "../signing/plant-keys.js";
import { openSigner } from "../signing/signer.js";
import { publishRevocations } from "../supervision/trusted-root.js";
import { table } from "../terminal/table.js";

type Row = Omit<ListedCertificate, "use"> & { readonly use: string };

const folderOf = (settings: Settings): string => join(settings.dataDir, "keys");

async function ownCertificates(settings: Settings): Promise<Row[]> {
	const rows: Row[] = [];
	for (const [use, source] of [
		["inspector (SIGNER_P12)", settings.signer],
		["auditor (AUDITOR_P12)", settings.auditor],
	] as const) {
		if (!source) continue;
		const { certificates } = await openSigner(source);
		for (const [i, raw] of certificates.entries())
			rows.push({
				use: i === 0 ? use : `issuer of ${use}`,
				state: "in use",
				certificate: new X509Certificate(raw),
			});
	}
	return rows;
}

function shown({ use, state, certificate }: Row, now: Date) {
	return {
		use,
		state,
		name: commonNameOf(certificate),
		serial: certificate.serialNumber,
		validTo: validityOf(certificate).to.toISOString(),
		daysLeft: daysLeft(certificate, now),
	};
}

async function list(options: { json?: true }): Promise<void> {
	const settings = loadSettings(process.env);
	const now = new Date();
	const rows = [
		...(await ownCertificates(settings)),
		...(await listPlantCertificates(folderOf(settings))),
	].map((row) => shown(row, now));
	if (options.json) {
		process.stdout.write(`${JSON.stringify(rows)}\n`);
		return;
	}
	if (rows.length === 0) {
		process.stdout.write("No keys yet: the first start makes the plant's own. 尚无密钥，首次启动时生成。\n");
		return;
	}
	const marked = rows.map(({ use, state, name, serial, validTo, daysLeft: days }) => [
		use,
		state,
		name,
		serial,
		validTo.slice(0, 10),
		`${days} days${state === "in use" && days < EXPIRY_WARNING_DAYS ? " !" : ""}`,
	]);
	process.stdout.write(`${table(marked)}\n`);
}

function assertPlantSigns(settings: Settings, who: PlantSigner): void {
	const own = who === "inspector" ? settings.signer : settings.auditor;
	const variable = who === "inspector" ? "SIGNER_P12" : "AUDITOR_P12";
	if (own)
		throw new VinspectError(
			"request_invalid",
			`The ${who} signs with ${variable}: ask its authority for a new key, and put its file in the place of ${own.p12}; running workers take it up with the next report.`,
		);
}

/** Pages refuse what a revoked key signed from now on, without waiting for a worker. */
async function publishList(settings: Settings): Promise<void> {
	await publishRevocations(settings.dataDir, await readFile(join(folderOf(settings), AUTHORITY_FILES.crl)));
}

async function rotate(who: PlantSigner, options: { revoke?: true }): Promise<void> {
	const settings = loadSettings(process.env);
	assertPlantSigns(settings, who);
	const now = new Date();
	const { before, after } = await rotatePlantSigner(
		folderOf(settings),
		settings.plant,
		who,
		options.revoke ?? false,
		now,
	);
	if (options.revoke) await publishList(settings);
	const end = validityOf(after).to.toISOString().slice(0, 10);
	process.stdout.write(
		`${commonNameOf(after)}: new key, serial number ${after.serialNumber}, valid to ${end}\n`,
	);
	if (before)
		process.stdout.write(
			options.revoke
				? `serial number ${before.serialNumber} is revoked: what it signed counts only where a time stamp proves it older\n`
				: `serial number ${before.serialNumber} is retired: what it signed verifies as before\n`,
		);
	process.stdout.write("running workers take the new key up with their next report\n");
}

async function revoke(serial: string): Promise<void> {
	const settings = loadSettings(process.env);
	const revoked = await revokePlantCertificate(folderOf(settings), serial, new Date());
	await publishList(settings);
	process.stdout.write(
		`${commonNameOf(revoked)}, serial number ${revoked.serialNumber}, is revoked; the list is ${join(folderOf(settings), "plant-ca.crl")}\n`,
	);
}

/** `vinspect keys list|rotate|revoke`: the certificates that sign reports. */
export function command(): Command {
	const keys = new Command("keys").description(
		"list, rotate and revoke the keys and certificates that sign reports · 签名密钥",
	);
	keys
		.command("list", { isDefault: true })
		.description("every certificate with its days left")
		.option("--json", "print as JSON")
		.action(list);
	keys
		.command("rotate")
		.description("make a new key and certificate; reports signed by the old one verify as before")
		.addArgument(new Argument("[who]", "whose").choices(["inspector", "auditor"]).default("inspector"))
		.option("--revoke", "revoke the old certificate, as after a theft")
		.action(rotate);
	keys
		.command("revoke")
		.description("revoke a retired certificate")
		.argument("<serial>", "serial number, as keys list shows it")
		.action(revoke);
	return keys;
}
