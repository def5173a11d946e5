/** What networks can run on, by the names onnxruntime has for them. */
export const EXECUTION_PROVIDERS = ["cpu", "cuda", "webgpu"] as const;
export type ExecutionProvider = (typeof EXECUTION_PROVIDERS)[number];

/** What each one needs beyond the packages of the lock file. */
export const PROVIDER_NEEDS: Readonly<Record<ExecutionProvider, string>> = {
	cpu: "reinstall with npm ci",
	cuda: "it needs an NVIDIA driver, CUDA 12, cuDNN 9, and onnxruntime's own files for them: node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12",
	webgpu: "it needs a GPU with a Vulkan driver (libvulkan.so.1)",
};
