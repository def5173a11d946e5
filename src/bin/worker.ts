import { join } from "node:path";
import { connectAuditedStore } from "../audit/audited-store.js";
import { plantCalendar } from "../config/plant-calendar.js";
import { loadSettings } from "../config/settings.js";
import { readerReport } from "../diagnosis/reader-report.js";
import { createLogger } from "../logging/create-logger.js";
import { createReportSealer } from "../reporting/create-report-sealer.js";
import { createReportCountersigner } from "../reporting/report-countersigner.js";
import { openSigner } from "../signing/signer.js";
import { createFileContentStore } from "../storage/file-content-store.js";
import { live, report, untilAskedToStop } from "../supervision/child-life.js";
import { requireServers } from "../supervision/required-servers.js";
import { publishTrustedRoots } from "../supervision/trusted-root.js";
import { scheduleAudit } from "../temporal/audit-schedules.js";
import { runWorkers } from "../temporal/workers.js";
import { createInspector } from "../vision/create-inspector.js";
import type { OpenedNetwork } from "../vision/onnx-session.js";

/** The worker process: workflows, readers and reports. */
await live(async () => {
	const settings = loadSettings(process.env);
	const { mongoUri, temporalAddress } = requireServers(settings);
	const asked = untilAskedToStop();
	const { store, log } = await connectAuditedStore(mongoUri, settings.plant);
	const plantKeys = { folder: join(settings.dataDir, "keys"), plant: settings.plant };
	const signer = await openSigner(settings.signer ?? plantKeys);
	// A plant that signs with its own key has its own auditor's, or none.
	const auditorKey = settings.auditor ?? (settings.signer ? null : { ...plantKeys, who: "auditor" as const });
	const auditor = auditorKey && (await openSigner(auditorKey));
	const roots = [signer, auditor].flatMap((one) => one?.certificates.at(-1) ?? []);
	await publishTrustedRoots(settings.dataDir, roots);
	const sealer = createReportSealer({ signer });
	const logger = createLogger("worker", settings.logLevel);
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
		calendar: plantCalendar(settings),
		countersigner: auditor && createReportCountersigner(auditor, roots),
		audit: { log, signer, plant: settings.plant, dataDir: settings.dataDir },
		logger,
	});
	await scheduleAudit(
		{ address: temporalAddress, namespace: settings.temporalNamespace },
		{ plant: settings.plant, signEveryMinutes: settings.auditHeadMinutes },
	);
	report({ state: "ready" });
	// Inspections from before there was a search; the line goes on meanwhile, and the next start tries again.
	store.search.fill().then(
		(filled) => filled > 0 && logger.info({ filled }, "made earlier inspections findable"),
		(error: unknown) => logger.warn({ err: error }, "earlier inspections are not all findable yet"),
	);
	await asked;
	await workers.shutdown();
	await sealer.close();
	await store.close();
});
