import { setTimeout as delay } from "node:timers/promises";
import { connectAuditedStore } from "../audit/audited-store.js";
import { plantCalendar } from "../config/plant-calendar.js";
import { loadSettings } from "../config/settings.js";
import { serveOperations } from "../health/operations-server.js";
import { importVehicleRecords } from "../importing/vehicle-records.js";
import { createLogger } from "../logging/create-logger.js";
import { createRegistry } from "../metrics/registry.js";
import { createWebMetrics } from "../metrics/web-metrics.js";
import { expiryWarnings } from "../signing/certificate-expiry.js";
import { verifyReport } from "../signing/verify-report.js";
import { openContentStores } from "../storage/open-content-stores.js";
import { live, report, untilAskedToStop } from "../supervision/child-life.js";
import { requireServers } from "../supervision/required-servers.js";
import {
	readRevocations,
	readSigningCertificates,
	readTimeStampRoots,
	readTrustedRoots,
} from "../supervision/trusted-root.js";
import { openBacklogs } from "../temporal/task-queue-backlog.js";
import { connectGateway } from "../temporal/temporal-gateway.js";
import { decodePicture } from "../vision/decode-picture.js";
import { PictureGuard } from "../vision/picture-guard.js";
import { openSingleSignOn } from "../web/access/single-sign-on.js";
import { createWeb } from "../web/app.js";
import { webParts } from "../web/health.js";
import { renderReportPage } from "../web/report-page.js";
import { listen } from "../web/server.js";

/** The web process: API and pages. */
await live(async () => {
	const settings = loadSettings(process.env);
	const { mongoUri, temporalAddress } = requireServers(settings);
	const asked = untilAskedToStop();
	const { store, log } = await connectAuditedStore(mongoUri, settings.plant);
	const gateway = await connectGateway({ address: temporalAddress, namespace: settings.temporalNamespace });
	const contents = await openContentStores(settings);
	const parts = { pictures: () => contents.captures.ping() };
	const registry = createRegistry(webParts({ store, gateway, parts }));
	const backlogs = openBacklogs({ address: temporalAddress, namespace: settings.temporalNamespace });
	const metrics = createWebMetrics(registry, { store, backlogs: backlogs.read });
	const operations =
		settings.metrics &&
		(await serveOperations(settings.metrics, registry, webParts({ store, gateway, parts })));
	const pictures = new PictureGuard();
	const app = createWeb({
		store,
		audit: log,
		gateway,
		...contents,
		parts,
		metrics,
		probePicture: (picture) => pictures.probe(picture),
		decodePicture,
		importVehicleRecords,
		verifyReport: async (pdf, locale = "en") => {
			const { dataDir } = settings;
			const [trustedRoots, timeStampRoots, crls] = await Promise.all([
				readTrustedRoots(dataDir),
				readTimeStampRoots(dataDir),
				readRevocations(dataDir),
			]);
			return verifyReport(pdf, {
				locale,
				...(trustedRoots.length > 0 ? { trustedRoots } : {}),
				...(timeStampRoots.length > 0 ? { timeStampRoots } : {}),
				crls,
				crlsComplete: false,
			});
		},
		signingWarnings: async () => expiryWarnings(await readSigningCertificates(settings.dataDir), new Date()),
		renderReportHtml: renderReportPage,
		workflowService: `Temporal ${temporalAddress}`,
		plant: settings.plant,
		calendar: plantCalendar(settings),
		secureCookies: settings.secureCookies,
		access: settings.access.policy,
		...(settings.access.singleSignOn ? { singleSignOn: openSingleSignOn(settings.access.singleSignOn) } : {}),
		trustProxy: settings.trustProxy,
		logger: createLogger("web", settings.logLevel),
	});
	const listening = await listen(app, { host: settings.host, port: settings.port });
	const anywhere = settings.host === "0.0.0.0" || settings.host === "::";
	report({ state: "ready", address: anywhere ? `http://127.0.0.1:${listening.port}` : listening.url });
	operations?.enter("serving");
	await asked;
	app.emit("draining");
	operations?.enter("draining");
	await delay(settings.drainSeconds * 1000);
	await listening.close();
	await operations?.close();
	await backlogs.close();
	pictures.close();
	await gateway.close();
	await store.close();
});
