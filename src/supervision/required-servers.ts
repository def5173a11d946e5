import type { Settings } from "../config/settings.js";
import { VinspectError } from "../domain/errors.js";

/** Addresses that a worker or web of its own must be given. Errors: `configuration_invalid`. */
export function requireServers(settings: Settings): { mongoUri: string; temporalAddress: string } {
	const { mongoUri, temporalAddress } = settings;
	if (mongoUri !== null && temporalAddress !== null) return { mongoUri, temporalAddress };
	const missing = mongoUri === null ? "MONGODB_URI" : "TEMPORAL_ADDRESS";
	throw new VinspectError(
		"configuration_invalid",
		`${missing} is not set: set it to a running server, or use npm start, which starts embedded ones.`,
	);
}
