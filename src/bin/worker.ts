import { join } from "node:path";
import pino from "pino";
import { loadSettings } from "../config/settings.js";
import { readerReport } from "../diagnosis/reader-report.js";
import { connectStore } from "../persistence/mongo-store.js";
import { createReportSealer } from "../reporting/create-report-sealer.js";
import { openSigner } from "../signing/signer.js";
import { createFileContentStore } from "../storage/file-content-store.js";
import { live, report, untilAskedToStop } from "../supervision/child-life.js";
import { requireServers } from "../supervision/required-servers.js";
import { publishTrustedRoot } from "../supervision/trusted-root.js";
import { runWorkers } from "../temporal/workers.js";
import { createInspector } from "../vision/create-inspector.js";
import type { OpenedNetwork } from "../vision/onnx-session.js";

/** The worker process: workflows, readers and reports. */
await live(async () => {
	const settings = loadSettings(process.env);
	const { mongoUri, temporalAddress } = requireServers(settings);
	const asked = untilAskedToStop();
	const store = await connectStore(mongoUri);
	const signer = await openSigner(
		settings.signer ?? { folder: join(settings.dataDir, "keys"), plant: settings.plant },
	);
	await publishTrustedRoot(settings.dataDir, signer);
	const sealer = createReportSealer({ signer });
	const logger = pino({ name: "worker", level: settings.logLevel });
	const workers = await runWorkers({
		address: temporalAddress,
		namespace: settings.temporalNamespace,
		store,
		captures: await createFileContentStore(join(settings.dataDir, "captures")),
		reports: await createFileContentStore(join(settings.dataDir, "reports")),
		inspector: async () => {
			const networks: OpenedNetwork[] = [];
			const inspector = await createInspector({
				...(settings.readerThreads === null ? {} : { threads: settings.readerThreads }),
				providers: settings.executionProviders,
				warn: (sentence) => logger.warn(sentence),
				opened: (network) => networks.push(network),
			});
			await store.readerReports.save(readerReport(networks, inspector.readers, new Date()));
			return inspector;
		},
		sealer,
		logger,
	});
	report({ state: "ready" });
	await asked;
	await workers.shutdown();
	await sealer.close();
	await store.close();
});
