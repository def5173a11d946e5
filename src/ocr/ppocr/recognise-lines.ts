import type { RecognitionContract } from "../../vision/model-contract.js";
import { tensorOf } from "../../vision/network-input.js";
import type { Network } from "../../vision/onnx-session.js";
import type { Picture } from "../../vision/picture.js";
import type { Posterior } from "./ctc.js";

/** Lines of one call; more gain nothing on two cores and pad more. */
const BATCH = 6;

/**
 * Class probabilities of rectified lines, each `input.height` pixels high, in the order given. Lines of like
 * width run together, so that little of a batch is padding.
 */
export async function recogniseLines(
	lines: readonly Picture[],
	network: Network,
	{ input }: RecognitionContract,
): Promise<Posterior[]> {
	const order = [...lines.keys()].sort((a, b) => (lines[a]?.width ?? 0) - (lines[b]?.width ?? 0));
	const posteriors = new Map<number, Posterior>();
	for (let start = 0; start < order.length; start += BATCH) {
		const indices = order.slice(start, start + BATCH);
		const batch = indices.flatMap((index) => lines[index] ?? []);
		const width = Math.max(input.minWidth, ...batch.map((line) => line.width));
		const { data, shape } = tensorOf(batch, input, Math.ceil(width / input.columnWidth) * input.columnWidth);
		const output = await network.run(data, shape);
		const [, columns = 0, classes = 0] = output.shape;
		for (const [slot, index] of indices.entries()) {
			// Columns over the padding are dropped: a place along the columns is a place along the line.
			const own = Math.min(columns, Math.ceil((lines[index]?.width ?? 0) / input.columnWidth));
			const start = slot * columns * classes;
			posteriors.set(index, { columns: own, classes, p: output.data.subarray(start, start + own * classes) });
		}
	}
	return lines.map((_, index) => posteriors.get(index) ?? { columns: 0, classes: 0, p: new Float32Array() });
}
