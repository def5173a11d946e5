import { createHash } from "node:crypto";
import { CaptureParams, CaptureQuery } from "../../../contracts/api.js";
import { CaptureMediaType } from "../../../contracts/capture.js";
import { VinspectError } from "../../../domain/errors.js";
import type { WebDeps } from "../../deps.js";
import { renderDerivative } from "../../pictures/derivative.js";
import { DerivativeCache } from "../../pictures/derivative-cache.js";
import { unchanged } from "../entity-tag.js";
import { contentOperation, type Operation } from "../operation.js";

/** Memory for pictures made lately: some hundreds of the sizes the pages ask for. */
const CACHED_BYTES = 96 * 1024 * 1024;

/** What was stored but is no picture is handed out as bytes only: no browser may take it for a page. */
const BYTES = "application/octet-stream";

/** Captures as they arrived, and smaller or cut pictures made of them. */
export function pictureOperations(deps: WebDeps): Operation[] {
	const derivatives = new DerivativeCache(CACHED_BYTES);
	return [
		contentOperation({
			method: "get",
			path: "/captures/{sha256}",
			operationId: "getCapture",
			summary: "A capture as it arrived; with width, box or quality a JPEG made of it",
			tag: "pictures",
			roles: ["operator", "auditor", "engineer", "administrator"],
			params: CaptureParams,
			query: CaptureQuery,
			mediaTypes: [...CaptureMediaType.options, BYTES],
			description: "The picture. Never changes, so it may be kept for ever.",
			errors: ["capture_missing", "picture_undecodable"],
			async handle({ params: { sha256 }, query, request }) {
				const derived = Object.keys(query).length > 0;
				const variant = createHash("sha256")
					.update(JSON.stringify([sha256, query]))
					.digest("hex");
				const headers = {
					ETag: `"${derived ? variant.slice(0, 32) : sha256}"`,
					"Cache-Control": "private, max-age=31536000, immutable",
				};
				if (!(await deps.captures.has(sha256))) {
					throw new VinspectError("capture_missing", `There is no capture ${sha256}.`);
				}
				if (unchanged(request, headers.ETag)) {
					return { status: 304, mediaType: BYTES, content: "", headers };
				}
				const image = await deps.store.captures.get(sha256);
				if (derived) {
					if (!image) {
						throw new VinspectError(
							"picture_undecodable",
							`What is stored as ${sha256} was refused as a picture; get it without width and box.`,
						);
					}
					const content = await derivatives.get(variant, async () =>
						renderDerivative(deps, await deps.captures.get(sha256), image.mediaType, query),
					);
					return { mediaType: "image/jpeg", content, headers };
				}
				const bytes = await deps.captures.get(sha256);
				if (image) return { mediaType: image.mediaType, content: bytes, headers };
				return {
					mediaType: BYTES,
					content: bytes,
					headers: { ...headers, "Content-Disposition": "attachment" },
				};
			},
		}),
	];
}
