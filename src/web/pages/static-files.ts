import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import express, { type Router } from "express";
import { PACKAGE_ROOT } from "../../config/package-root.js";

const { resolve } = createRequire(import.meta.url);

/** Scripts and style taken as they are from their packages. */
const VENDORED = {
	"htmx.js": resolve("htmx.org/dist/htmx.min.js"),
	"htmx-sse.js": resolve("htmx-ext-sse/dist/sse.min.js"),
	"uplot.js": resolve("uplot/dist/uPlot.esm.js"),
	"uplot.css": resolve("uplot/dist/uPlot.min.css"),
	// not named by the package's exports: the one file of it that a browser takes as it is
	"chart.js": join(dirname(resolve("chart.js")), "chart.umd.min.js"),
} as const;

/** Style, scripts and icons: plain files, asked for again only when their ETag changed. */
export function staticFileRoutes(router: Router): void {
	for (const [name, path] of Object.entries(VENDORED)) {
		router.get(`/static/vendor/${name}`, (_request, response) => {
			response.sendFile(basename(path), { root: dirname(path), maxAge: 0 });
		});
	}
	router.use(
		"/static",
		express.static(join(PACKAGE_ROOT, "templates", "static"), { index: false, maxAge: 0 }),
	);
}
