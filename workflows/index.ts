export { verifyVehicle } from "./verify-vehicle.js";
