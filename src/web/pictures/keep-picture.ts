import type { CaptureImage } from "../../contracts/capture.js";
import type { WebDeps } from "../deps.js";

/** Takes a stored file in as a picture. Errors: the `picture_*` codes. */
export async function keepPicture(deps: WebDeps, sha256: string): Promise<CaptureImage> {
	const image = await deps.probePicture(await deps.captures.get(sha256));
	await deps.store.captures.save(image);
	return image;
}
