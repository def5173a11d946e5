import { Command } from "commander";
import { loadSettings } from "../config/settings.js";
import { createProgress } from "../embedded/progress.js";
import { runService } from "../supervision/service.js";

export function command(): Command {
	return new Command("start")
		.description("run servers, worker and web on this machine until Ctrl-C · 启动全部服务")
		.action(async () => {
			await runService(loadSettings(process.env), createProgress());
			process.exit(0);
		});
}
