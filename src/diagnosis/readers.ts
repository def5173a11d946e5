import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { PROVIDER_NEEDS } from "../config/execution-providers.js";
import { PACKAGE_ROOT } from "../config/package-root.js";
import type { Settings } from "../config/settings.js";
import { versionOf } from "../embedded/tool.js";
import { readContract, readModelFile } from "../vision/model-contract.js";
import type { Diagnosis } from "./diagnosis.js";

/** What every contract says, whatever its task. */
const AnyContract = z.looseObject({
	weights: z.strictObject({ package: z.string().optional(), file: z.string() }),
	sha256: z.string(),
});

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

export async function diagnoseReaders(): Promise<readonly Diagnosis[]> {
	const gpu = await versionOf("nvidia-smi", ["--query-gpu=name,memory.total", "--format=csv,noheader"]);
	const runtime: Diagnosis = await import("onnxruntime-node").then(
		({ listSupportedBackends }) => ({
			name: "onnxruntime",
			state: "ok",
			found: `runs on ${listSupportedBackends()
				.map(({ name, bundled }) => (bundled ? name : `${name} (files not installed)`))
				.join(", ")}`,
		}),
		(error: unknown) => ({
			name: "onnxruntime",
			state: "missing",
			found: reasonOf(error),
			mend: "install the packages again: npm ci",
		}),
	);
	return [
		runtime,
		{ name: "gpu", state: gpu ? "ok" : "optional", found: gpu ?? "none; the readers use the processor" },
	];
}

/**
 * Proves each model's weights against its contract, opens it as a worker would, and says what it runs on and
 * why nothing better was to be had.
 */
export async function diagnoseModels({
	executionProviders: providers,
}: Pick<Settings, "executionProviders">): Promise<readonly Diagnosis[]> {
	const entries = await readdir(join(PACKAGE_ROOT, "models", "vision"), { withFileTypes: true });
	const models = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
	return Promise.all(
		models.map(async (model): Promise<Diagnosis> => {
			const name = `model ${model}`;
			try {
				const contract = await readContract(model, AnyContract);
				const bytes = await readModelFile(model, { ...contract.weights, sha256: contract.sha256 });
				// Loaded here, so that a runtime that can't be loaded is a finding too.
				const { openNetwork } = await import("../vision/onnx-session.js");
				const network = await openNetwork({ ...contract, name: model }, { providers });
				await network.close();
				const refused = network.refused.map(
					({ provider, reason }) => `, not on ${provider}: ${reason} (${PROVIDER_NEEDS[provider]})`,
				);
				return {
					name,
					state: "ok",
					found: `${(bytes.length / 1e6).toFixed(1)} MB, digest as in its contract, runs on ${network.provider}${refused.join("")}`,
				};
			} catch (error) {
				return {
					name,
					state: "missing",
					found: reasonOf(error),
					mend: providers.includes("cpu")
						? "npm ci, or git checkout models"
						: "mend what EXECUTION_PROVIDERS names, or add cpu to it",
				};
			}
		}),
	);
}
