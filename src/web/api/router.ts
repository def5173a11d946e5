import { Router } from "express";
import type { WebDeps } from "../deps.js";

/** The HTTP API under `/api`. */
export function createApi(_deps: WebDeps): Router {
	return Router();
}
