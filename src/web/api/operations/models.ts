import { ModelList } from "../../../contracts/model.js";
import type { WebDeps } from "../../deps.js";
import { readAccuracy, readModels } from "../../registry/model-files.js";
import { jsonOperation, type Operation } from "../operation.js";

/** Models of the readers: what they are, what the workers run them on, how accurate they were measured to be. */
export function modelOperations(deps: WebDeps): Operation[] {
	return [
		jsonOperation({
			method: "get",
			path: "/models",
			operationId: "listModels",
			summary: "The readers' models with their cards, what runs them, and their measured accuracy",
			tag: "models",
			roles: ["auditor", "engineer", "administrator"],
			answers: { 200: { schema: ModelList, description: "Every model, by name." } },
			errors: [],
			async handle() {
				const [items, workers, accuracy] = await Promise.all([
					readModels(),
					deps.store.readerReports.list(),
					readAccuracy(),
				]);
				return { status: 200, body: { items: [...items], workers: [...workers], accuracy } };
			},
		}),
	];
}
