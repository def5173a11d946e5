export { countersignReport } from "./countersign-report.js";
export { verifyVehicle } from "./verify-vehicle.js";
