import {
	RotatedStationKey,
	RotateStationInput,
	SilenceLimitInput,
	StationInput,
	StationKey,
	StationKeys,
	StationList,
	StationParams,
} from "../../../contracts/api.js";
import { StationItem } from "../../../contracts/station.js";
import type { Role } from "../../../persistence/store.js";
import type { WebDeps } from "../../deps.js";
import {
	createStationKey,
	endFormerKeys,
	rotateStationKey,
	setSilenceLimit,
	setStationDisabled,
	stationItem,
	stationItems,
	stationKeys,
} from "../../registry/stations.js";
import { jsonBody } from "../bodies.js";
import { emptyOperation, jsonOperation, type Operation } from "../operation.js";

const KEEPERS: readonly Role[] = ["administrator", "engineer"];

/** Stations: their keys, their last capture, and whether they have fallen silent. */
export function stationOperations(deps: WebDeps): Operation[] {
	const switching = (operationId: "disableStation" | "enableStation", summary: string, disabled: boolean) =>
		jsonOperation({
			method: "post",
			path: `/stations/{name}/${disabled ? "disable" : "enable"}`,
			operationId,
			summary,
			tag: "access",
			roles: KEEPERS,
			params: StationParams,
			answers: { 200: { schema: StationItem, description: "The station as it is now." } },
			errors: ["station_missing"],
			async handle({ params: { name }, actor }) {
				await setStationDisabled(deps, name, disabled, actor.name);
				return { status: 200, body: await stationItem(deps, name) };
			},
		});
	return [
		jsonOperation({
			method: "get",
			path: "/stations",
			operationId: "listStations",
			summary: "Stations that plans name or that have a key, with their last capture",
			tag: "access",
			roles: KEEPERS,
			answers: { 200: { schema: StationList, description: "Every station, by name." } },
			errors: [],
			async handle() {
				return { status: 200, body: { items: [...(await stationItems(deps))] } };
			},
		}),
		jsonOperation({
			method: "post",
			path: "/stations",
			operationId: "createStation",
			summary: "Make a key for a station; shown this once",
			tag: "access",
			roles: KEEPERS,
			body: jsonBody(StationInput),
			answers: { 201: { schema: StationKey, description: "The station and its key." } },
			errors: ["name_taken"],
			async handle({ body: { name, displayName = name }, actor }) {
				return { status: 201, body: await createStationKey(deps, { name, displayName }, actor.name) };
			},
		}),
		jsonOperation({
			method: "post",
			path: "/stations/{name}/key",
			operationId: "rotateStationKey",
			summary: "Replace a station's key; the one before stays valid for the overlap",
			tag: "access",
			roles: KEEPERS,
			params: StationParams,
			body: jsonBody(RotateStationInput),
			answers: { 201: { schema: RotatedStationKey, description: "The new key; shown this once." } },
			errors: ["station_missing", "revision_conflict"],
			async handle({ params: { name }, body, actor }) {
				return { status: 201, body: await rotateStationKey(deps, name, body.overlapMinutes, actor.name) };
			},
		}),
		jsonOperation({
			method: "get",
			path: "/stations/{name}/keys",
			operationId: "listStationKeys",
			summary: "A station's keys and when each was last used",
			tag: "access",
			roles: KEEPERS,
			params: StationParams,
			answers: {
				200: { schema: StationKeys, description: "The one in force first; never the keys themselves." },
			},
			errors: ["station_missing"],
			async handle({ params: { name } }) {
				const keys = await stationKeys(deps, (await stationItem(deps, name)).name);
				const items = keys.map(({ until, usedAt }) => ({
					until: until?.toISOString() ?? null,
					usedAt: usedAt?.toISOString() ?? null,
				}));
				return { status: 200, body: { items } };
			},
		}),
		emptyOperation({
			method: "delete",
			path: "/stations/{name}/former-keys",
			operationId: "endFormerKeys",
			summary: "End a station's replaced keys before their time",
			tag: "access",
			roles: KEEPERS,
			params: StationParams,
			description: "Only the key in force is taken.",
			errors: ["station_missing"],
			handle: ({ params: { name }, actor }) => endFormerKeys(deps, name, actor.name),
		}),
		switching("disableStation", "Take all of a station's keys out of use", true),
		switching("enableStation", "Take a disabled station's key back into use", false),
		jsonOperation({
			method: "put",
			path: "/stations/{name}/silence-limit",
			operationId: "setSilenceLimit",
			summary: "Set after how many minutes without a capture a station counts as silent",
			tag: "access",
			roles: KEEPERS,
			params: StationParams,
			body: jsonBody(SilenceLimitInput),
			answers: { 200: { schema: StationItem, description: "The station as it is now." } },
			errors: ["station_missing"],
			async handle({ params: { name }, body, actor }) {
				await setSilenceLimit(deps, name, body.minutes, actor.name);
				return { status: 200, body: await stationItem(deps, name) };
			},
		}),
	];
}
