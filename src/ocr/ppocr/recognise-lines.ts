import type { RecognitionContract } from "../../vision/model-contract.js";
import { tensorOf } from "../../vision/network-input.js";
import type { Network } from "../../vision/onnx-session.js";
import type { Picture } from "../../vision/picture.js";
import type { Posterior } from "./ctc.js";

/**
 * Class probabilities of a rectified line, `input.height` pixels high. Lines run one by one: on a processor a
 * batch only adds its padding (four renditions of one line took 1.6 times as long together as apart).
 */
async function recogniseLine(
	line: Picture,
	network: Network,
	input: RecognitionContract["input"],
): Promise<Posterior> {
	const width = Math.ceil(Math.max(input.minWidth, line.width) / input.columnWidth) * input.columnWidth;
	const { data, shape } = tensorOf([line], input, width);
	const output = await network.run(data, shape);
	const [, columns = 0, classes = 0] = output.shape;
	// Columns over the padding are dropped: a place along the columns is a place along the line.
	const own = Math.min(columns, Math.ceil(line.width / input.columnWidth));
	return { columns: own, classes, p: output.data.subarray(0, own * classes) };
}

/** Class probabilities of rectified lines, in their order. */
export async function recogniseLines(
	lines: readonly Picture[],
	network: Network,
	{ input }: RecognitionContract,
): Promise<Posterior[]> {
	const posteriors: Posterior[] = [];
	for (const line of lines) posteriors.push(await recogniseLine(line, network, input));
	return posteriors;
}
