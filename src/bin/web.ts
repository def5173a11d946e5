import { join } from "node:path";
import pino from "pino";
import { connectAuditedStore } from "../audit/audited-store.js";
import { plantCalendar } from "../config/plant-calendar.js";
import { loadSettings } from "../config/settings.js";
import { importVehicleRecords } from "../importing/vehicle-records.js";
import { verifyReport } from "../signing/verify-report.js";
import { createFileContentStore } from "../storage/file-content-store.js";
import { live, report, untilAskedToStop } from "../supervision/child-life.js";
import { requireServers } from "../supervision/required-servers.js";
import { readTrustedRoots } from "../supervision/trusted-root.js";
import { connectGateway } from "../temporal/temporal-gateway.js";
import { decodePicture } from "../vision/decode-picture.js";
import { PictureGuard } from "../vision/picture-guard.js";
import { createWeb } from "../web/app.js";
import { renderReportPage } from "../web/report-page.js";
import { listen } from "../web/server.js";

/** The web process: API and pages. */
await live(async () => {
	const settings = loadSettings(process.env);
	const { mongoUri, temporalAddress } = requireServers(settings);
	const asked = untilAskedToStop();
	const { store, log } = await connectAuditedStore(mongoUri, settings.plant);
	const gateway = await connectGateway({ address: temporalAddress, namespace: settings.temporalNamespace });
	const pictures = new PictureGuard();
	const app = createWeb({
		store,
		audit: log,
		gateway,
		captures: await createFileContentStore(join(settings.dataDir, "captures")),
		reports: await createFileContentStore(join(settings.dataDir, "reports")),
		imports: await createFileContentStore(join(settings.dataDir, "imports")),
		probePicture: (picture) => pictures.probe(picture),
		decodePicture,
		importVehicleRecords,
		verifyReport: async (pdf, locale = "en") => {
			const trustedRoots = await readTrustedRoots(settings.dataDir);
			return verifyReport(pdf, { locale, ...(trustedRoots.length > 0 ? { trustedRoots } : {}) });
		},
		renderReportHtml: renderReportPage,
		workflowService: `Temporal ${temporalAddress}`,
		plant: settings.plant,
		calendar: plantCalendar(settings),
		secureCookies: settings.secureCookies,
		trustProxy: settings.trustProxy,
		logger: pino({ name: "web", level: settings.logLevel }),
	});
	const listening = await listen(app, { host: settings.host, port: settings.port });
	const anywhere = settings.host === "0.0.0.0" || settings.host === "::";
	report({ state: "ready", address: anywhere ? `http://127.0.0.1:${listening.port}` : listening.url });
	await asked;
	await listening.close();
	pictures.close();
	await gateway.close();
	await store.close();
});
