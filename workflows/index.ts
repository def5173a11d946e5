export { signAuditHead, verifyAuditChain } from "./audit.js";
export { countersignReport } from "./countersign-report.js";
export { tryOut } from "./try-out.js";
export { verifyVehicle } from "./verify-vehicle.js";
