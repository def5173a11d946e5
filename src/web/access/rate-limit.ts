import type { RequestHandler } from "express";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { WebDeps } from "../deps.js";
import { identityOf } from "../request-context.js";
import { accessOf } from "./policy.js";
import { TooManyRequests } from "./too-many-requests.js";

/** Requests are counted over this many seconds, so that a burst of captures passes and a flood does not. */
const WINDOW_SECONDS = 60;

interface Limiters {
	readonly address: RateLimiterMemory | null;
	readonly account: RateLimiterMemory | null;
	readonly signIn: RateLimiterMemory | null;
}

function limiter(points: number): RateLimiterMemory | null {
	return points === 0 ? null : new RateLimiterMemory({ points, duration: WINDOW_SECONDS });
}

/** One set an application, found by what it logs to: pages and API see different stores. */
const limiters = new WeakMap<WebDeps["logger"], Limiters>();

function limitersOf(deps: WebDeps): Limiters {
	const known = limiters.get(deps.logger);
	if (known) return known;
	const { requestsPerAddress, requestsPerAccount, signInsPerAddress } = accessOf(deps);
	const made = {
		address: limiter(requestsPerAddress),
		account: limiter(requestsPerAccount),
		signIn: limiter(signInsPerAddress),
	};
	limiters.set(deps.logger, made);
	return made;
}

async function take(limit: RateLimiterMemory | null, key: string, what: string): Promise<void> {
	if (limit === null) return;
	try {
		await limit.consume(key);
	} catch (refused) {
		if (!(refused instanceof RateLimiterRes)) throw refused;
		const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
		throw new TooManyRequests(`More than ${limit.points} ${what} in a minute; wait ${seconds} s.`, seconds);
	}
}

/** Refuses a network address that asks too often, before anything is looked up for it. */
export function limitAddress(deps: WebDeps): RequestHandler {
	return async (request, _response, next) => {
		await take(limitersOf(deps).address, request.ip ?? "", "requests from this address");
		next();
	};
}

/** Refuses an account or key that asks too often, from wherever. */
export function limitAccount(deps: WebDeps): RequestHandler {
	return async (request, _response, next) => {
		const identity = identityOf(request);
		if (identity) await take(limitersOf(deps).account, identity.name, `requests of ${identity.name}`);
		next();
	};
}

/** Counts one password tried from an address, right or wrong: hashing one is dear. Errors: `too_many_requests`. */
export function takeSignIn(deps: WebDeps, address: string): Promise<void> {
	return take(limitersOf(deps).signIn, address, "sign-ins from this address");
}
