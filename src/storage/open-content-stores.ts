import { join } from "node:path";
import type { Settings } from "../config/settings.js";
import type { OwnContentStore } from "./content-store.js";
import { createFileContentStore } from "./file-content-store.js";
import { createS3ContentStore } from "./s3-content-store.js";

/** What is kept by digest, each kind apart. */
export const CONTENT_KINDS = ["captures", "reports", "imports"] as const;
export type ContentKind = (typeof CONTENT_KINDS)[number];

/**
 * The stores of pictures, reports and uploaded records: a bucket where one is set, else folders of the data folder.
 * The space that is kept for work begun is there for reports.
 */
export async function openContentStores(
	settings: Pick<Settings, "s3" | "dataDir"> & Partial<Pick<Settings, "diskReserveBytes">>,
): Promise<Readonly<Record<ContentKind, OwnContentStore>>> {
	const { s3, dataDir, diskReserveBytes = 0 } = settings;
	const open = async (kind: ContentKind) =>
		s3
			? createS3ContentStore(s3, kind)
			: createFileContentStore(join(dataDir, kind), kind === "reports" ? 0 : diskReserveBytes);
	const [captures, reports, imports] = await Promise.all([
		open("captures"),
		open("reports"),
		open("imports"),
	]);
	return { captures, reports, imports };
}
