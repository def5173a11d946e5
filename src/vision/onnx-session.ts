import { InferenceSession, Tensor } from "onnxruntime-node";
import { VinspectError } from "../domain/errors.js";
import { readModelFile } from "./model-contract.js";

/** A network that turns one float32 tensor into one float32 tensor. */
export interface Network {
	run(
		input: Float32Array,
		shape: readonly number[],
	): Promise<{ data: Float32Array; shape: readonly number[] }>;
	close(): Promise<void>;
}

/** Loads the weights a contract names. `threads` is per call. Errors: `reader_unavailable`. */
export async function openNetwork(
	contract: { name: string; weights: { package?: string | undefined; file: string }; sha256: string },
	threads: number,
): Promise<Network> {
	const weights = await readModelFile(contract.name, { ...contract.weights, sha256: contract.sha256 });
	const session = await InferenceSession.create(weights, {
		executionProviders: ["cpu"],
		intraOpNumThreads: threads,
		interOpNumThreads: 1,
		graphOptimizationLevel: "all",
		// Threads that wait in a loop take the processor from the servers and readers beside them: without
		// it a picture takes a third less processor time, and less time in all on a busy machine.
		extra: { session: { intra_op: { allow_spinning: "0" } } },
	}).catch((error: unknown) => {
		throw new VinspectError("reader_unavailable", `Model ${contract.name} can't be loaded: ${error}`, [], {
			cause: error,
		});
	});
	const [inputName] = session.inputNames;
	const [outputName] = session.outputNames;
	if (inputName === undefined || outputName === undefined)
		throw new VinspectError("reader_unavailable", `Model ${contract.name} has no input or no output.`);
	return {
		async run(input, shape) {
			const results = await session.run({ [inputName]: new Tensor("float32", input, shape) });
			const output = results[outputName];
			if (!output || !(output.data instanceof Float32Array))
				throw new VinspectError("reader_unavailable", `Model ${contract.name} gave no float32 output.`);
			return { data: output.data, shape: output.dims };
		},
		close: () => session.release(),
	};
}
