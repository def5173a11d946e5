import { type RequestHandler, Router } from "express";
import helmet from "helmet";

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** What no page of ours asks of a device. */
const PERMISSIONS = [
	"camera",
	"microphone",
	"geolocation",
	"display-capture",
	"payment",
	"usb",
	"serial",
	"hid",
]
	.map((feature) => `${feature}=()`)
	.join(", ");

/**
 * Headers of every answer, after the OWASP HTTP Headers Cheat Sheet. Nothing inline, nothing from elsewhere; a report
 * may be framed by our own pages alone. `Strict-Transport-Security` and `upgrade-insecure-requests` would break plants
 * that serve plain HTTP on their own network, so they are sent only where cookies travel over HTTPS. What is answered
 * may not be kept anywhere unless a route says otherwise; style and scripts may.
 */
export function securityHeaders(secure: boolean): RequestHandler {
	const router = Router();
	router.use(
		helmet({
			contentSecurityPolicy: {
				useDefaults: false,
				directives: {
					defaultSrc: ["'self'"],
					scriptSrc: ["'self'"],
					imgSrc: ["'self'", "data:"],
					objectSrc: ["'none'"],
					baseUri: ["'none'"],
					formAction: ["'self'"],
					frameAncestors: ["'self'"],
					...(secure ? { upgradeInsecureRequests: [] } : {}),
				},
			},
			strictTransportSecurity: secure ? { maxAge: YEAR_SECONDS, includeSubDomains: false } : false,
			xFrameOptions: { action: "sameorigin" },
			referrerPolicy: { policy: "same-origin" },
			crossOriginOpenerPolicy: { policy: "same-origin" },
			crossOriginResourcePolicy: { policy: "same-origin" },
		}),
		(request, response, next) => {
			response.setHeader("Permissions-Policy", PERMISSIONS);
			if (!request.path.startsWith("/static/")) response.setHeader("Cache-Control", "no-store");
			next();
		},
	);
	return router;
}
