#!/usr/bin/env node
// The vinspect command in a checkout: makes itself runnable, then runs.
import { build, checkNode, install, orSay } from "./bootstrap.mjs";

await orSay(async () => {
	checkNode();
	await install();
	await build();
	await import("../dist/src/bin/vinspect.js");
});
