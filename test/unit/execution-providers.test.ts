import { InferenceSession } from "onnxruntime-node";
import { afterEach, describe, expect, test, vi } from "vitest";
import { loadSettings } from "../../src/config/settings.js";
import { diagnoseModels } from "../../src/diagnosis/readers.js";
import { VinspectError } from "../../src/domain/errors.js";
import { OrientationContract, readContract } from "../../src/vision/model-contract.js";
import { openNetwork } from "../../src/vision/onnx-session.js";

/** A machine without a GPU, wherever the test runs. */
function withoutGpu(): void {
	const create = InferenceSession.create.bind(InferenceSession);
	vi.spyOn(InferenceSession, "create").mockImplementation((async (
		weights: Uint8Array,
		options: InferenceSession.SessionOptions,
	) => {
		if (options.executionProviders?.[0] !== "cpu")
			throw new Error("no such device\n  at a line of the runtime's own source");
		return create(weights, options);
	}) as typeof InferenceSession.create);
}

const contract = () => readContract("ppocr-v2-orientation", OrientationContract);

afterEach(() => vi.restoreAllMocks());

describe("execution providers", () => {
	test("are read in their order and strictly", () => {
		expect(loadSettings({}).executionProviders).toEqual(["cpu"]);
		expect(loadSettings({ EXECUTION_PROVIDERS: "cuda, cpu" }).executionProviders).toEqual(["cuda", "cpu"]);
		for (const wrong of ["gpu", "cuda,,cpu", "cpu,cpu", "CUDA"])
			expect(() => loadSettings({ EXECUTION_PROVIDERS: wrong })).toThrow(/EXECUTION_PROVIDERS: expected one/);
	});

	test("the processor stands in where it is allowed to, and says so", async () => {
		withoutGpu();
		const heard: string[] = [];
		const network = await openNetwork(await contract(), {
			providers: ["cuda", "webgpu", "cpu"],
			warn: (sentence) => heard.push(sentence),
		});
		expect(network.provider).toBe("cpu");
		expect(network.refused).toEqual([
			{ provider: "cuda", reason: "no such device" },
			{ provider: "webgpu", reason: "no such device" },
		]);
		expect(heard).toEqual([
			"Model ppocr-v2-orientation runs on cpu, not on cuda: no such device.",
			"Model ppocr-v2-orientation runs on cpu, not on webgpu: no such device.",
		]);
		const { data } = await network.run(new Float32Array(3 * 48 * 192), [1, 3, 48, 192]);
		expect(data).toHaveLength(2);
		await network.close();
	});

	test("nothing stands in where the processor is not named, and the error says how to allow it", async () => {
		withoutGpu();
		const opening = openNetwork(await contract(), { providers: ["cuda"] });
		await expect(opening).rejects.toBeInstanceOf(VinspectError);
		await expect(opening).rejects.toMatchObject({ code: "reader_unavailable" });
		await expect(opening).rejects.toThrow(/not on cuda: no such device .*EXECUTION_PROVIDERS=cuda,cpu lets/);
	});

	test("doctor names what each model runs on and what it can't run on", async () => {
		withoutGpu();
		for (const { state, found } of await diagnoseModels({ executionProviders: ["webgpu", "cpu"] })) {
			expect(state).toBe("ok");
			expect(found).toContain("runs on cpu, not on webgpu: no such device");
		}
		for (const { state, found, mend } of await diagnoseModels({ executionProviders: ["cuda"] })) {
			expect(state).toBe("missing");
			expect(found).toContain("not on cuda: no such device");
			expect(mend).toContain("add cpu");
		}
	});
});
