import { build, checkNode, install, orSay } from "./bootstrap.mjs";

await orSay(async () => {
	checkNode();
	await install();
	await build({ always: true });
});
