import { Router } from "express";
import type { WebDeps } from "../deps.js";

/** The server-rendered pages. */
export function createPages(_deps: WebDeps): Router {
	return Router();
}
