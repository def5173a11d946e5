import { once } from "node:events";
import { join } from "node:path";
import pino from "pino";
import { loadSettings } from "../config/settings.js";
import { importVehicleRecords } from "../importing/vehicle-records.js";
import { connectStore } from "../persistence/mongo-store.js";
import { verifyReport } from "../signing/verify-report.js";
import { createFileContentStore } from "../storage/file-content-store.js";
import { live, report, untilAskedToStop } from "../supervision/child-life.js";
import { requireServers } from "../supervision/required-servers.js";
import { connectGateway } from "../temporal/temporal-gateway.js";
import { probePicture } from "../vision/decode-picture.js";
import { createWeb } from "../web/app.js";

/** Answers under way may end; live event streams and long-polls are cut after this. */
const DRAIN_MS = 3_000;

/** The web process: API and pages. */
await live(async () => {
	const settings = loadSettings(process.env);
	const { mongoUri, temporalAddress } = requireServers(settings);
	const asked = untilAskedToStop();
	const store = await connectStore(mongoUri);
	const gateway = await connectGateway({ address: temporalAddress, namespace: settings.temporalNamespace });
	const app = createWeb({
		store,
		gateway,
		captures: await createFileContentStore(join(settings.dataDir, "captures")),
		reports: await createFileContentStore(join(settings.dataDir, "reports")),
		probePicture,
		importVehicleRecords,
		verifyReport: (pdf) => verifyReport(pdf),
		plant: settings.plant,
		secureCookies: settings.secureCookies,
		trustProxy: settings.trustProxy,
		logger: pino({ name: "web", level: settings.logLevel }),
	});
	const server = app.listen(settings.port, settings.host);
	await once(server, "listening");
	const bound = server.address();
	const port = bound && typeof bound === "object" ? bound.port : settings.port;
	const anywhere = settings.host === "0.0.0.0" || settings.host === "::";
	const host = anywhere ? "127.0.0.1" : settings.host;
	report({ state: "ready", address: `http://${host.includes(":") ? `[${host}]` : host}:${port}` });
	await asked;
	const closed = once(server, "close");
	server.close();
	const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
	server.closeIdleConnections();
	await closed;
	clearTimeout(cut);
	await gateway.close();
	await store.close();
});
