import { X509Certificate } from "node:crypto";
import type { Logger } from "pino";
import { connectAuditedStore } from "../audit/audited-store.js";
import { plantCalendar } from "../config/plant-calendar.js";
import { loadSettings, type Settings } from "../config/settings.js";
import { readerReport } from "../diagnosis/reader-report.js";
import { serveOperations } from "../health/operations-server.js";
import { createLogger } from "../logging/create-logger.js";
import { createRegistry } from "../metrics/registry.js";
import { createWorkerMetrics, watchKeys } from "../metrics/worker-metrics.js";
import type { Store } from "../persistence/store.js";
import { createReportSealer } from "../reporting/create-report-sealer.js";
import { createReportCountersigner } from "../reporting/report-countersigner.js";
import type { CurrentSigner } from "../signing/signer.js";
import { openTimeStamping } from "../signing/time-stamping.js";
import { openContentStores } from "../storage/open-content-stores.js";
import { live, report, untilAskedToStop } from "../supervision/child-life.js";
import { openReportSigners } from "../supervision/report-signers.js";
import { requireServers } from "../supervision/required-servers.js";
import { publishTimeStampRoots } from "../supervision/trusted-root.js";
import { scheduleAudit } from "../temporal/audit-schedules.js";
import { ownBuildId } from "../temporal/build-id.js";
import { openBacklogs } from "../temporal/task-queue-backlog.js";
import { runWorkers } from "../temporal/workers.js";
import { createInspector } from "../vision/create-inspector.js";
import type { OpenedNetwork } from "../vision/onnx-session.js";

/** When the certificate that signs now runs out. */
function validTo(current: CurrentSigner): () => Promise<Date> {
	return async () => {
		const [own] = (await current()).certificates;
		return own === undefined ? new Date(0) : new Date(new X509Certificate(own).validTo);
	};
}

function openInspector(settings: Settings, store: Store, logger: Logger) {
	return async () => {
		const networks: OpenedNetwork[] = [];
		const inspector = await createInspector({
			...(settings.readerThreads === null ? {} : { threads: settings.readerThreads }),
			providers: settings.executionProviders,
			warn: (sentence) => logger.warn(sentence),
			opened: (network) => networks.push(network),
		});
		await store.readerReports.save(readerReport(networks, inspector.readers, new Date()));
		return inspector;
	};
}

/** The worker process: workflows, readers and reports, or those of them whose queues it is to serve. */
await live(async () => {
	const settings = loadSettings(process.env);
	const { mongoUri, temporalAddress } = requireServers(settings);
	const asked = untilAskedToStop();
	const logger = createLogger("worker", settings.logLevel);
	const { store, log } = await connectAuditedStore(mongoUri, settings.plant);
	const contents = await openContentStores(settings);
	const keys = settings.workerQueues.includes("reports") ? await openReportSigners(settings, logger) : null;
	const temporal = { address: temporalAddress, namespace: settings.temporalNamespace };
	const backlogs = openBacklogs(temporal);
	const parts = {
		store: () => store.ping(),
		workflow: () => backlogs.ping(),
		pictures: () => contents.captures.ping(),
		...(keys && { signing_key: async () => (await keys.inspector()).assertValidAt(new Date()) }),
	};
	const registry = createRegistry(parts);
	if (keys)
		watchKeys(
			registry,
			new Map([
				["inspector", validTo(keys.inspector)],
				...(keys.auditor ? ([["auditor", validTo(keys.auditor)]] as const) : []),
			]),
		);
	const operations = settings.metrics && (await serveOperations(settings.metrics, registry, parts));
	const timeStamping =
		keys && (await openTimeStamping(settings.timeStamps, (sentence) => logger.warn(sentence)));
	if (keys) await publishTimeStampRoots(settings.dataDir, timeStamping?.roots ?? []);
	const sealer = keys && createReportSealer({ signer: keys.inspector, timeStamping });
	const workers = await runWorkers({
		...temporal,
		store,
		captures: contents.captures,
		reports: contents.reports,
		inspector: openInspector(settings, store, logger),
		sealer,
		calendar: plantCalendar(settings),
		countersigner: keys?.auditor
			? createReportCountersigner(keys.auditor, keys.roots, () => new Date(), timeStamping)
			: null,
		...(keys && {
			audit: { log, signer: keys.inspector, plant: settings.plant, dataDir: settings.dataDir },
		}),
		logger,
		queues: settings.workerQueues,
		metrics: createWorkerMetrics(registry),
		buildId: settings.workerVersioning ? await ownBuildId() : null,
	});
	if (keys)
		await scheduleAudit(temporal, { plant: settings.plant, signEveryMinutes: settings.auditHeadMinutes });
	operations?.enter("serving");
	report({ state: "ready" });
	// Inspections from before there was a search; the line goes on meanwhile, and the next start tries again.
	if (settings.workerQueues.includes("records"))
		store.search.fill().then(
			(filled) => filled > 0 && logger.info({ filled }, "made earlier inspections findable"),
			(error: unknown) => logger.warn({ err: error }, "earlier inspections are not all findable yet"),
		);
	await asked;
	operations?.enter("draining");
	await workers.shutdown();
	keys?.close();
	await sealer?.close();
	await backlogs.close();
	await operations?.close();
	await store.close();
});
