import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { PACKAGE_ROOT } from "../../config/package-root.js";
import {
	AccuracySummary,
	type KeptDocument,
	ModelFact,
	type ModelItem,
	type ModelList,
} from "../../contracts/model.js";
import { Sha256 } from "../../contracts/primitives.js";

const MODELS = join(PACKAGE_ROOT, "models", "vision");
const DOCS = join(PACKAGE_ROOT, "docs");
/** Plots of the accuracy document. */
export const ACCURACY_IMAGES = join(DOCS, "images", "accuracy");

/** What the pages show of a contract; the readers check the whole of it themselves. */
const ShownContract = z.looseObject({
	name: z.string(),
	task: z.string(),
	weights: z.strictObject({ package: z.string().optional(), file: z.string() }),
	sha256: Sha256,
	input: z.record(z.string(), ModelFact),
	thresholds: z.record(z.string(), ModelFact).optional(),
	acceptance: z.record(z.string(), ModelFact).optional(),
});

const Evaluation = z.looseObject({
	readers: z.record(z.string(), z.string()),
	summaries: z.looseObject({ photographs: AccuracySummary }),
});

/** A file that need not be there: an installation may leave the documents out. */
async function textOf(path: string): Promise<string | null> {
	try {
		return await readFile(path, "utf8");
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
		throw error;
	}
}

/** A document as kept in a folder: `NAME.md` in English, `NAME.zh.md` in Chinese. */
async function documentIn(folder: string, name: string): Promise<KeptDocument> {
	const [en, zh] = await Promise.all([
		textOf(join(folder, `${name}.md`)),
		textOf(join(folder, `${name}.zh.md`)),
	]);
	return { en, zh };
}

async function modelIn(folder: string): Promise<ModelItem | null> {
	const contract = await textOf(join(MODELS, folder, "contract.json"));
	if (contract === null) return null;
	const { name, task, weights, sha256, input, thresholds, acceptance } = ShownContract.parse(
		JSON.parse(contract),
	);
	return {
		name,
		task,
		weights: { package: weights.package ?? null, file: weights.file },
		sha256,
		input,
		thresholds: { ...thresholds, ...acceptance },
		card: await documentIn(join(MODELS, folder), "CARD"),
	};
}

/** The models of the readers by name, as `models/vision` describes them. */
export async function readModels(): Promise<readonly ModelItem[]> {
	const folders = (await readdir(MODELS, { withFileTypes: true })).filter((entry) => entry.isDirectory());
	const models = await Promise.all(folders.map(({ name }) => modelIn(name)));
	return models.flatMap((model) => model ?? []).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The committed result of the evaluation on photographs; null where it is not installed. */
export async function readAccuracy(): Promise<ModelList["accuracy"]> {
	const text = await textOf(join(DOCS, "results", "evaluation-data.json"));
	if (text === null) return null;
	const { readers, summaries } = Evaluation.parse(JSON.parse(text));
	return { readers, photographs: summaries.photographs };
}

/** The document on accuracy; null in a language in which it is not installed. */
export function readAccuracyDocument(): Promise<KeptDocument> {
	return documentIn(DOCS, "accuracy");
}

/** A document in one language, and which: the reader's own where there is one, else English; null where neither. */
export function inLanguage(
	document: KeptDocument,
	language: keyof KeptDocument,
): { readonly text: string; readonly language: keyof KeptDocument } | null {
	const own = document[language];
	if (own !== null) return { text: own, language };
	return document.en === null ? null : { text: document.en, language: "en" };
}
