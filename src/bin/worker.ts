import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import pino, { type Logger } from "pino";
import { connectAuditedStore } from "../audit/audited-store.js";
import { plantCalendar } from "../config/plant-calendar.js";
import { loadSettings, type Settings } from "../config/settings.js";
import { readerReport } from "../diagnosis/reader-report.js";
import { serveOperations } from "../health/operations-server.js";
import { createRegistry } from "../metrics/registry.js";
import { createWorkerMetrics, watchKeys } from "../metrics/worker-metrics.js";
import type { Store } from "../persistence/store.js";
import { createReportSealer } from "../reporting/create-report-sealer.js";
import { createReportCountersigner } from "../reporting/report-countersigner.js";
import { openSigner, type Signer } from "../signing/signer.js";
import { openContentStores } from "../storage/open-content-stores.js";
import { live, report, untilAskedToStop } from "../supervision/child-life.js";
import { requireServers } from "../supervision/required-servers.js";
import { publishTrustedRoots } from "../supervision/trusted-root.js";
import { scheduleAudit } from "../temporal/audit-schedules.js";
import { ownBuildId } from "../temporal/build-id.js";
import { openBacklogs } from "../temporal/task-queue-backlog.js";
import { runWorkers } from "../temporal/workers.js";
import { createInspector } from "../vision/create-inspector.js";
import type { OpenedNetwork } from "../vision/onnx-session.js";

/** The keys reports are signed with; only a process that serves the queue `reports` opens them. */
async function openKeys(settings: Settings) {
	const plantKeys = { folder: join(settings.dataDir, "keys"), plant: settings.plant };
	const signer = await openSigner(settings.signer ?? plantKeys);
	// A plant that signs with its own key has its own auditor's, or none.
	const auditorKey = settings.auditor ?? (settings.signer ? null : { ...plantKeys, who: "auditor" as const });
	const auditor = auditorKey && (await openSigner(auditorKey));
	const roots = [signer, auditor].flatMap((one) => one?.certificates.at(-1) ?? []);
	await publishTrustedRoots(settings.dataDir, roots);
	return { signer, auditor, roots };
}

function validTo({ certificates: [own] }: Signer): () => Date {
	const end = own === undefined ? new Date(0) : new Date(new X509Certificate(own).validTo);
	return () => end;
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
	const logger = pino({ name: "worker", level: settings.logLevel });
	const { store, log } = await connectAuditedStore(mongoUri, settings.plant);
	const contents = await openContentStores(settings);
	const keys = settings.workerQueues.includes("reports") ? await openKeys(settings) : null;
	const temporal = { address: temporalAddress, namespace: settings.temporalNamespace };
	const backlogs = openBacklogs(temporal);
	const parts = {
		store: () => store.ping(),
		workflow: () => backlogs.ping(),
		pictures: () => contents.captures.ping(),
		...(keys && { signing_key: async () => keys.signer.assertValidAt(new Date()) }),
	};
	const registry = createRegistry(parts);
	if (keys)
		watchKeys(
			registry,
			new Map([
				["inspector", validTo(keys.signer)],
				...(keys.auditor ? ([["auditor", validTo(keys.auditor)]] as const) : []),
			]),
		);
	const operations = settings.metrics && (await serveOperations(settings.metrics, registry, parts));
	const sealer = keys && createReportSealer({ signer: keys.signer });
	const workers = await runWorkers({
		...temporal,
		store,
		captures: contents.captures,
		reports: contents.reports,
		inspector: openInspector(settings, store, logger),
		sealer,
		calendar: plantCalendar(settings),
		countersigner: keys?.auditor ? createReportCountersigner(keys.auditor, keys.roots) : null,
		...(keys && {
			audit: { log, signer: keys.signer, plant: settings.plant, dataDir: settings.dataDir },
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
	await sealer?.close();
	await backlogs.close();
	await operations?.close();
	await store.close();
});
