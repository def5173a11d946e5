import { env, InferenceSession, Tensor } from "onnxruntime-node";
import { type ExecutionProvider, PROVIDER_NEEDS } from "../config/execution-providers.js";
import { VinspectError } from "../domain/errors.js";
import { readModelFile } from "./model-contract.js";

// What goes wrong is thrown too; printed by the runtime itself it would only come twice, and out of place.
env.logLevel = "fatal";

/** How networks run, as the settings have it. */
export interface RuntimeOptions {
	/** Threads of one network call on the processor; 2 where left out. */
	readonly threads?: number;
	/** Tried in this order; the processor alone where left out, and never unless it is named. */
	readonly providers?: readonly ExecutionProvider[];
	/** Hears, in one sentence, of a provider that was asked for and can't be used. */
	readonly warn?: (sentence: string) => void;
	/** Hears of each network that was opened, and what it runs on. */
	readonly opened?: (network: OpenedNetwork) => void;
}

export interface OpenedNetwork {
	readonly model: string;
	readonly sha256: string;
	readonly provider: ExecutionProvider;
	readonly refused: readonly RefusedProvider[];
}

const DEFAULT_THREADS = 2;

/** A provider that was tried and can't run a model. */
export interface RefusedProvider {
	readonly provider: ExecutionProvider;
	readonly reason: string;
}

/** A network that turns one float32 tensor into one float32 tensor. */
export interface Network {
	/** What it runs on. Operators a provider lacks run on the processor. */
	readonly provider: ExecutionProvider;
	/** Providers that come before it in the options, and why they are not used. */
	readonly refused: readonly RefusedProvider[];
	run(
		input: Float32Array,
		shape: readonly number[],
	): Promise<{ data: Float32Array; shape: readonly number[] }>;
	close(): Promise<void>;
}

export interface NetworkReference {
	readonly name: string;
	readonly weights: { readonly package?: string | undefined; readonly file: string };
	readonly sha256: string;
}

/** The first line of what the runtime says, without the path of its own source file in front. */
function reasonOf(error: unknown): string {
	const said = (error instanceof Error ? error.message : String(error)).trim().split("\n")[0] ?? "";
	return said.replace(/^\S+\.(?:cc|cpp|h):\d+ .*? was false\. /, "");
}

/** Opens a session on the first provider that takes the model. */
async function openSession(
	model: string,
	weights: Uint8Array,
	{ threads = DEFAULT_THREADS, providers = ["cpu"] }: RuntimeOptions,
): Promise<{ session: InferenceSession; provider: ExecutionProvider; refused: RefusedProvider[] }> {
	const refused: RefusedProvider[] = [];
	for (const provider of providers) {
		try {
			const session = await InferenceSession.create(weights, {
				executionProviders: [provider],
				intraOpNumThreads: threads,
				interOpNumThreads: 1,
				graphOptimizationLevel: "all",
				// Threads that wait in a loop take the processor from the servers and readers beside them: without
				// it a picture takes a third less processor time, and less time in all on a busy machine.
				extra: { session: { intra_op: { allow_spinning: "0" } } },
			});
			return { session, provider, refused };
		} catch (error) {
			refused.push({ provider, reason: reasonOf(error) });
		}
	}
	const reasons = refused.map(
		({ provider, reason }) => `not on ${provider}: ${reason} (${PROVIDER_NEEDS[provider]})`,
	);
	const allow = providers.includes("cpu")
		? ""
		: `; EXECUTION_PROVIDERS=${[...providers, "cpu"].join(",")} lets the processor stand in`;
	throw new VinspectError(
		"reader_unavailable",
		`Model ${model} can't be loaded: ${reasons.join("; ")}${allow}.`,
	);
}

/**
 * Loads the weights a contract names and opens them on the first provider of `options.providers` that can run
 * them. Errors: `reader_unavailable` where none can, or the weights are not the contract's.
 */
export async function openNetwork(
	{ name, weights: file, sha256 }: NetworkReference,
	options: RuntimeOptions = {},
): Promise<Network> {
	const weights = await readModelFile(name, { ...file, sha256 });
	const { session, provider, refused } = await openSession(name, weights, options);
	for (const { provider: asked, reason } of refused)
		options.warn?.(`Model ${name} runs on ${provider}, not on ${asked}: ${reason}.`);
	options.opened?.({ model: name, sha256, provider, refused });
	const [inputName] = session.inputNames;
	const [outputName] = session.outputNames;
	if (inputName === undefined || outputName === undefined)
		throw new VinspectError("reader_unavailable", `Model ${name} has no input or no output.`);
	return {
		provider,
		refused,
		async run(input, shape) {
			const results = await session.run({ [inputName]: new Tensor("float32", input, shape) });
			const output = results[outputName];
			if (!output || !(output.data instanceof Float32Array))
				throw new VinspectError("reader_unavailable", `Model ${name} gave no float32 output.`);
			return { data: output.data, shape: output.dims };
		},
		close: () => session.release(),
	};
}
