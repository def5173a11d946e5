import type { Logger } from "pino";
import type { AuditLog } from "../audit/audit-log.js";
import type { CaptureImage } from "../contracts/capture.js";
import type { Bilingual, Sha256 } from "../contracts/primitives.js";
import type { ImportResult } from "../contracts/record.js";
import type { InspectionRecord, Verification } from "../contracts/report.js";
import type { PlantCalendar } from "../domain/spc/calendar.js";
import type { Parts } from "../health/parts.js";
import type { WebMetrics } from "../metrics/web-metrics.js";
import type { Store, VehicleRecords } from "../persistence/store.js";
import type { ContentStore } from "../storage/content-store.js";
import type { InspectionGateway } from "../temporal/inspection-gateway.js";
import type { AccessPolicy } from "./access/policy.js";
import type { SingleSignOn } from "./access/single-sign-on.js";

/** Bounds of what one request or client may take. */
export interface WebLimits {
	/** Bytes of one capture; more is refused while it arrives. */
	readonly uploadBytes: number;
	/** Bytes of a JSON request. */
	readonly jsonBytes: number;
	/** Bytes of an import of vehicle records. */
	readonly importBytes: number;
	/** Live event streams open at once. */
	readonly eventClients: number;
	/** Track-out requests waiting at once. */
	readonly waitingClients: number;
	/** Seconds a claim holds without being renewed. */
	readonly claimSeconds: number;
}

export const DEFAULT_LIMITS: WebLimits = {
	uploadBytes: 64 * 1024 * 1024,
	jsonBytes: 1024 * 1024,
	importBytes: 20 * 1024 * 1024,
	eventClients: 200,
	waitingClients: 500,
	claimSeconds: 120,
};

/** Everything the web layer needs from outside; the composition root builds it once. */
export interface WebDeps {
	readonly store: Store;
	/** Where the plant's chain is told what no change of the store tells by itself. */
	readonly audit: AuditLog;
	readonly gateway: InspectionGateway;
	readonly captures: ContentStore;
	readonly reports: ContentStore;
	/** Uploaded files of vehicle records, and the previews of what they would do. */
	readonly imports: ContentStore;
	/** Proves a picture decodable. Errors: the `picture_*` codes. */
	readonly probePicture: (picture: Uint8Array) => Promise<CaptureImage>;
	/** Decodes what sharp can't (BMP) for the pictures on the pages: upright, three bytes a pixel. */
	readonly decodePicture: (
		picture: Uint8Array,
	) => Promise<{ readonly width: number; readonly height: number; readonly rgb: Uint8Array }>;
	readonly importVehicleRecords: (
		records: VehicleRecords,
		plant: string,
		content: Uint8Array | string,
		format: "csv" | "json",
		by: string,
	) => Promise<ImportResult>;
	readonly verifyReport: (pdf: Uint8Array, language?: "en" | "zh") => Promise<Verification>;
	/** What engineers and administrators are told about signing certificates that run out; nothing where left out. */
	readonly signingWarnings?: () => Promise<readonly Bilingual[]>;
	/** The HTML page of a sealed report, from its canonical record. */
	readonly renderReportHtml: (
		record: InspectionRecord,
		options: { readonly language: "en" | "zh"; readonly captureUrl: (capture: Sha256) => string },
	) => string;
	readonly plant: string;
	/** When the plant works, for statistics by shift. */
	readonly calendar: PlantCalendar;
	/** Which workflow service this is, for the page footer. */
	readonly workflowService?: string;
	/** Send cookies over HTTPS only; off where the plant's network ends TLS nowhere. */
	readonly secureCookies: boolean;
	/** Addresses or hop count of reverse proxies whose `X-Forwarded-*` is believed; none where left out. */
	readonly trustProxy?: string | number;
	readonly logger: Logger;
	/** What must answer, beside store and workflow service, for the web to be ready. */
	readonly parts?: Parts;
	/** Told of every answer. */
	readonly metrics?: WebMetrics;
	readonly limits?: Partial<WebLimits>;
	readonly access?: Partial<AccessPolicy>;
	/** The plant's own sign-in service; none where left out. */
	readonly singleSignOn?: SingleSignOn;
	readonly now?: () => Date;
}

export function limitsOf(deps: WebDeps): WebLimits {
	return { ...DEFAULT_LIMITS, ...deps.limits };
}

export function nowOf(deps: WebDeps): Date {
	return deps.now?.() ?? new Date();
}
