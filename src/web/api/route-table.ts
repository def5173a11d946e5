import type { WebDeps } from "../deps.js";
import type { Live } from "../live/live.js";
import type { Operation } from "./operation.js";
import { accessOperations } from "./operations/access.js";
import { agreementOperations } from "./operations/agreement.js";
import { accountOperations } from "./operations/accounts.js";
import { auditOperations } from "./operations/audit.js";
import { exceptionOperations } from "./operations/exceptions.js";
import { lineOperations } from "./operations/line.js";
import { liveOperations } from "./operations/live.js";
import { modelOperations } from "./operations/models.js";
import { pictureOperations } from "./operations/pictures.js";
import { planOperations } from "./operations/plans.js";
import { plantAuditOperations } from "./operations/plant-audit.js";
import { recordImportOperations } from "./operations/record-imports.js";
import { recordOperations } from "./operations/records.js";
import { reportOperations } from "./operations/reports.js";
import { stationOperations } from "./operations/stations.js";
import { statisticsOperations } from "./operations/statistics.js";

/** Every operation of the API: what is not here is not routed, not allowed and not described. */
export function routeTable(deps: WebDeps, live: Live): readonly Operation[] {
	return [
		...lineOperations(deps, live),
		...liveOperations(deps, live),
		...exceptionOperations(deps, live),
		...reportOperations(deps),
		...pictureOperations(deps),
		...recordOperations(deps),
		...planOperations(deps),
		...statisticsOperations(deps),
		...agreementOperations(deps),
		...accessOperations(deps),
		...accountOperations(deps),
		...auditOperations(deps),
		...plantAuditOperations(deps),
		...stationOperations(deps),
		...recordImportOperations(deps),
		...modelOperations(deps),
	];
}
