import type { Router } from "express";
import express from "express";
import type { KeptDocument, ModelFact, ModelItem, ModelList } from "../../contracts/model.js";
import type { ReaderReport } from "../../contracts/reader-report.js";
import { VinspectError } from "../../domain/errors.js";
import type { WebDeps } from "../deps.js";
import { type MarkdownPlaces, renderMarkdown } from "../registry/markdown.js";
import {
	ACCURACY_IMAGES,
	inLanguage,
	readAccuracy,
	readAccuracyDocument,
	readModels,
} from "../registry/model-files.js";
import type { Locale } from "./locales.js";
import type { Site } from "./site.js";

/** What the contracts of models/vision say they are for. */
export const MODEL_TASKS = ["text-detection", "text-recognition", "text-orientation", "vin-reading"] as const;

const DIGEST_SHOWN = 12;

const factWords = (locale: Locale, fact: ModelFact): string =>
	Array.isArray(fact)
		? fact.map((one) => factWords(locale, one)).join(" · ")
		: typeof fact === "number"
			? locale.number(fact)
			: String(fact);

const factsOf = (locale: Locale, facts: Readonly<Record<string, ModelFact>>) =>
	Object.entries(facts).map(([name, fact]) => ({ name, value: factWords(locale, fact) }));

/** What each worker runs a model on. */
function runsOn({ name, sha256 }: ModelItem, workers: readonly ReaderReport[]) {
	return workers.flatMap(({ worker, networks }) =>
		networks
			.filter(({ model }) => model === name)
			.map((network) => ({
				worker,
				provider: network.provider,
				sameDigest: network.sha256 === sha256,
				refused: network.refused,
			})),
	);
}

function modelView(
	locale: Locale,
	model: ModelItem,
	workers: readonly ReaderReport[],
	accuracy: ModelList["accuracy"],
) {
	const { name, task, sha256, weights } = model;
	const runs = runsOn(model, workers);
	return {
		name,
		task,
		knownTask: MODEL_TASKS.some((one) => one === task),
		sha256,
		digest: sha256.slice(0, DIGEST_SHOWN),
		weights,
		input: factsOf(locale, model.input),
		thresholds: factsOf(locale, model.thresholds),
		hasThresholds: Object.keys(model.thresholds).length > 0,
		runs,
		isRun: runs.length > 0,
		measured: accuracy?.readers[name] === sha256,
	};
}

/**
 * A document as a page shows it to this reader, without its title; null where there is none. `foreign` where there is
 * only an English one and the reader's language is another.
 */
function documentView(locale: Locale, document: KeptDocument, places: Omit<MarkdownPlaces, "tableLabel">) {
	const kept = inLanguage(document, locale.language);
	return (
		kept && {
			foreign: kept.language !== locale.language,
			html: renderMarkdown(kept.text.replace(/^# .*\n/, ""), {
				...places,
				tableLabel: locale.say("models.table"),
			}),
		}
	);
}

function accuracyView(accuracy: ModelList["accuracy"]) {
	if (accuracy === null) return null;
	const { photographs } = accuracy;
	return {
		...photographs,
		exactShare: photographs.exact / Math.max(1, photographs.withVin),
		acceptedShare: photographs.accepted / Math.max(1, photographs.withVin),
		charactersShare: photographs.charactersRight / Math.max(1, photographs.characters),
	};
}

/** The readers' models: what runs, what each is for, how accurate it was measured to be. */
export function modelRoutes(router: Router, deps: WebDeps, site: Site): void {
	router.get("/models", async (request, response) => {
		const locale = site.localeOf(request);
		const [models, workers, accuracy] = await Promise.all([
			readModels(),
			deps.store.readerReports.list(),
			readAccuracy(),
		]);
		const known = new Set(models.map(({ name }) => name));
		const view = {
			models: models.map((model) => modelView(locale, model, workers, accuracy)),
			workers: workers.map(({ worker, startedAt, readers: versions }) => ({
				worker,
				startedAt,
				others: Object.entries(versions)
					.filter(([name]) => !known.has(name))
					.map(([name, version]) => ({ name, version: version.slice(0, DIGEST_SHOWN) })),
			})),
			noWorker: workers.length === 0,
			accuracy: accuracyView(accuracy),
		};
		await site.show(request, response, "models", view);
	});

	router.use(
		"/models/accuracy/images",
		express.static(ACCURACY_IMAGES, { index: false, extensions: false, maxAge: 0 }),
	);

	router.get("/models/accuracy", async (request, response) => {
		const locale = site.localeOf(request);
		const document = documentView(locale, await readAccuracyDocument(), {
			image: (source) => source.replace(/^images\/accuracy\//, "/models/accuracy/images/"),
			link: (target) =>
				/^\.\.\/models\/vision\/([\w.-]+)\/CARD(?:\.zh)?\.md$/.exec(target)?.[1]?.replace(/^/, "/models/") ??
				null,
		});
		if (document === null) throw new VinspectError("not_found", "The document on accuracy is not installed.");
		await site.show(
			request,
			response,
			"model-document",
			{ heading: locale.say("models.accuracyTitle"), document, model: null },
			{ area: "models" },
		);
	});

	router.get("/models/:name", async (request, response) => {
		const locale = site.localeOf(request);
		const [models, workers, accuracy] = await Promise.all([
			readModels(),
			deps.store.readerReports.list(),
			readAccuracy(),
		]);
		const model = models.find(({ name }) => name === request.params.name);
		if (!model) throw new VinspectError("not_found", "There is no such model.");
		const document = documentView(locale, model.card, { image: () => null, link: () => null });
		await site.show(
			request,
			response,
			"model-document",
			{ heading: model.name, document, model: modelView(locale, model, workers, accuracy) },
			{ area: "models" },
		);
	});
}
