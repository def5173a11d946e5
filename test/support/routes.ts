import type { Express } from "express";
import { z } from "zod";

/** Where routers and folders of files are mounted: Express keeps no mount path, so each is asked what it matches. */
const MOUNTS = ["/api", "/static", "/models/accuracy/images"] as const;

const Layer = z.object({
	name: z.string(),
	slash: z.boolean(),
	handle: z.custom<{ readonly stack?: readonly unknown[] }>((value) => typeof value === "function"),
	match: z.custom<(path: string) => boolean>((value) => typeof value === "function"),
	route: z
		.object({ path: z.string(), stack: z.array(z.object({ method: z.string().optional() })) })
		.optional(),
});

/**
 * Every route an application answers, as `METHOD /path`, read off its routers; `FILES /path` for a folder of files.
 * What only refuses other methods (`router.all`) is left out. Errors: a router mounted where nobody looks for it.
 */
export function routesOf(app: Express): readonly string[] {
	const found = new Set<string>();
	const walk = (stack: readonly unknown[], prefix: string) => {
		for (const entry of stack) {
			// bound to its layer: `match` reads the layer's own matchers
			const layer = Layer.parse(entry);
			const match = (path: string) => layer.match.call(entry, path);
			if (layer.route) {
				for (const { method } of layer.route.stack) {
					if (method) found.add(`${method.toUpperCase()} ${prefix}${layer.route.path}`);
				}
				continue;
			}
			const nested = layer.handle.stack;
			if (!nested && layer.name !== "serveStatic") continue;
			const mount = layer.slash ? "" : MOUNTS.find((path) => match(path));
			if (mount === undefined) throw new Error(`a router stands at a path nobody looks for: ${layer.name}`);
			if (nested) walk(nested, `${prefix}${mount}`);
			else found.add(`FILES ${prefix}${mount}`);
		}
	};
	walk(app.router.stack, "");
	return [...found];
}
