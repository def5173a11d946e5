import type { Request, Response, Router } from "express";
import { z } from "zod";
import { Identifier } from "../../contracts/primitives.js";
import { OverlapMinutes, SilenceMinutes, type StationItem } from "../../contracts/station.js";
import { VinspectError } from "../../domain/errors.js";
import { nowOf, type WebDeps } from "../deps.js";
import {
	createStationKey,
	endFormerKeys,
	type NewKey,
	rotateStationKey,
	setSilenceLimit,
	setStationDisabled,
	stationItem,
	stationItems,
	stationKeys,
} from "../registry/stations.js";
import { formOf, readForm, requireCsrf } from "./forms.js";
import { personOf, type Site } from "./site.js";

/** Changes of a station that its page shows, newest first. */
const SHOWN_CHANGES = 50;
/** Overlaps a person can choose from, in minutes: none, an hour, a shift, a day, a week. */
export const OVERLAPS = ["0", "60", "480", "1440", "10080"] as const;
const USUAL_OVERLAP = "60";

const MINUTE = 60_000;

/** What a form of a station's page came back with. */
interface Answer {
	readonly key?: NewKey & { readonly formerUntil: string | null };
	/** Beside which field something is wrong, and what. */
	readonly problem?: { readonly field: "key" | "minutes"; readonly words: string };
	/** What was typed, where it was wrong. */
	readonly minutes?: string;
	/** What was chosen, where the key was not replaced. */
	readonly overlap?: string;
	readonly status?: number;
}

const rowOf = (station: StationItem, now: Date) => ({
	...station,
	isSilent: station.silentSince !== null,
	silentMinutes:
		station.silentSince === null ? 0 : Math.floor((now.getTime() - Date.parse(station.silentSince)) / MINUTE),
});

/** Stations: whether they are alive, and their keys. */
export function stationRoutes(router: Router, deps: WebDeps, site: Site): void {
	const showList = async (
		request: Request,
		response: Response,
		form: { name: string; displayName: string; problem: string | null },
		status = 200,
	) => {
		const now = nowOf(deps);
		const stations = (await stationItems(deps)).map((station) => rowOf(station, now));
		const view = {
			stations,
			silent: stations.filter(({ isSilent }) => isSilent).length,
			empty: stations.length === 0,
			form,
		};
		await site.show(request, response, "stations", view, { status, eventsUrl: "/api/v1/events" });
	};

	const showOne = async (request: Request, response: Response, name: string, answer: Answer = {}) => {
		const station = await stationItem(deps, name);
		const view = {
			station: rowOf(station, nowOf(deps)),
			changes: station.changes.slice(0, SHOWN_CHANGES),
			/** Tells a form of this page from one that somebody else has overtaken. */
			seen: station.changes.length,
			hasKey: station.key !== "none",
			keys: (await stationKeys(deps, name)).map(({ until, usedAt }) => ({
				until: until?.toISOString() ?? null,
				usedAt: usedAt?.toISOString() ?? null,
			})),
			disabled: station.key === "disabled",
			overlaps: OVERLAPS.map((overlap) => ({
				overlap,
				chosen: overlap === (answer.overlap ?? USUAL_OVERLAP),
			})),
			newKey: answer.key ?? null,
			minutes: answer.minutes ?? String(station.silenceMinutes),
			keyProblem: answer.problem?.field === "key" ? answer.problem.words : null,
			minutesProblem: answer.problem?.field === "minutes" ? answer.problem.words : null,
		};
		await site.show(request, response, "station", view, {
			area: "stations",
			status: answer.status ?? 200,
		});
	};

	const nameOf = (request: Request): string => {
		const named = Identifier.safeParse(request.params.name);
		if (named.success) return named.data;
		throw new VinspectError("station_missing", "That is no station's name.");
	};

	router.get("/stations", (request, response) =>
		showList(request, response, { name: "", displayName: "", problem: null }),
	);

	router.post("/stations", readForm, requireCsrf, async (request, response) => {
		const { name = "", displayName = "" } = formOf(request);
		const locale = site.localeOf(request);
		const wrong = (problem: string, status: number) =>
			showList(request, response, { name, displayName, problem }, status);
		const named = Identifier.safeParse(name.trim());
		if (!named.success) return wrong(locale.say("stations.nameForm"), 422);
		try {
			const shown = displayName.trim().slice(0, 80) || named.data;
			const made = await createStationKey(
				deps,
				{ name: named.data, displayName: shown },
				personOf(request).name,
			);
			await showOne(request, response, named.data, { key: { ...made, formerUntil: null }, status: 201 });
		} catch (error) {
			if (!(error instanceof VinspectError) || error.code !== "name_taken") throw error;
			await wrong(error.kind[locale.language], error.kind.status);
		}
	});

	router.get("/stations/:name", (request, response) => showOne(request, response, nameOf(request)));

	router.post("/stations/:name/key", readForm, requireCsrf, async (request, response) => {
		const name = nameOf(request);
		const form = formOf(request);
		const overlap = z.coerce.number().pipe(OverlapMinutes).safeParse(form.overlap);
		const station = await stationItem(deps, name);
		const { language } = site.localeOf(request);
		// a form sent twice, or one that another person's change has overtaken, must not end a fresh key
		if (!overlap.success || String(station.changes.length) !== form.seen) {
			const words = new VinspectError("revision_conflict", "").kind[language];
			const problem = { field: "key", words } as const;
			const chosen = form.overlap ?? USUAL_OVERLAP;
			await showOne(request, response, name, { problem, overlap: chosen, status: 409 });
			return;
		}
		const by = personOf(request).name;
		const key =
			station.key === "none"
				? {
						...(await createStationKey(deps, { name, displayName: station.displayName }, by)),
						formerUntil: null,
					}
				: await rotateStationKey(deps, name, overlap.data, by);
		await showOne(request, response, name, { key, status: 201 });
	});

	router.post("/stations/:name/former-keys/end", readForm, requireCsrf, async (request, response) => {
		const name = nameOf(request);
		await endFormerKeys(deps, name, personOf(request).name);
		response.redirect(303, `/stations/${name}`);
	});

	for (const [action, disabled] of [
		["disable", true],
		["enable", false],
	] as const) {
		router.post(`/stations/:name/${action}`, readForm, requireCsrf, async (request, response) => {
			const name = nameOf(request);
			await setStationDisabled(deps, name, disabled, personOf(request).name);
			response.redirect(303, `/stations/${name}`);
		});
	}

	router.post("/stations/:name/silence-limit", readForm, requireCsrf, async (request, response) => {
		const name = nameOf(request);
		const typed = formOf(request).minutes ?? "";
		const minutes = z.coerce.number().pipe(SilenceMinutes).safeParse(typed);
		if (!minutes.success) {
			const words = site.localeOf(request).say("stations.minutesForm");
			const problem = { field: "minutes", words } as const;
			await showOne(request, response, name, { problem, minutes: typed, status: 422 });
			return;
		}
		await setSilenceLimit(deps, name, minutes.data, personOf(request).name);
		response.redirect(303, `/stations/${name}`);
	});
}
