import { hostname } from "node:os";
import type { ReaderReport } from "../contracts/reader-report.js";
import type { OpenedNetwork } from "../vision/onnx-session.js";

/** What this machine's worker runs its readers on, for the page of models. Its next start replaces it. */
export function readerReport(
	networks: readonly OpenedNetwork[],
	readers: Readonly<Record<string, string>>,
	startedAt: Date,
): ReaderReport {
	return {
		worker: hostname(),
		startedAt: startedAt.toISOString(),
		networks: networks
			.map(({ refused, ...network }) => ({ ...network, refused: [...refused] }))
			.toSorted((a, b) => (a.model < b.model ? -1 : 1)),
		readers: { ...readers },
	};
}
