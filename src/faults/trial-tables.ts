import { table } from "../terminal/table.js";
import type { Befallen } from "./chaos.js";
import type { TrialResult } from "./trial.js";

const SHOWN = 5;
const seconds = (value: number | null): string => (value === null ? "–" : `${value.toFixed(1)} s`);

function quantile(sorted: readonly number[], share: number): number | null {
	return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
}

/** Faults of a kind together: how often, and how long until everything answered and a vehicle was through again. */
function befallenTable(befallen: readonly Befallen[]): string {
	const kinds = [...new Set(befallen.map(({ fault }) => fault))].sort();
	const rows = kinds.map((kind) => {
		const all = befallen.filter(({ fault }) => fault === kind);
		const of = (pick: (one: Befallen) => number | null) =>
			all.flatMap((one) => pick(one) ?? []).sort((a, b) => a - b);
		const [ready, vehicle] = [of((one) => one.ready), of((one) => one.vehicle)];
		return [
			kind,
			String(all.length),
			seconds(quantile(ready, 0.5)),
			seconds(ready.at(-1) ?? null),
			seconds(quantile(vehicle, 0.5)),
			seconds(vehicle.at(-1) ?? null),
		];
	});
	return table([["fault", "times", "ready: median", "longest", "next vehicle: median", "longest"], ...rows]);
}

/** The whole result for people. */
export function trialTables(result: TrialResult): string {
	const { wishes, proof, answers, captures, decisions, befallen } = result;
	const claims = proof.claims.map(({ claim, checked, broken }) => [
		broken.length === 0 ? "✓" : "✗",
		claim,
		String(checked),
		broken.length === 0 ? "" : `${broken.length} broken: ${broken.slice(0, SHOWN).join("; ")}`,
	]);
	return [
		`${result.vehicles} vehicles in ${result.minutes.toFixed(1)} minutes (${((result.vehicles / result.minutes) * 60).toFixed(0)} an hour), ${wishes.atOnce} at once, ${Math.round(wishes.readShare * 100)} % read by the readers, seed ${wishes.seed}; load ${result.load.map((load) => load.toFixed(1)).join(" ")}`,
		`${captures.accepted} captures answered 202, ${captures.repeats} of them repeats; ${decisions.taken} decisions taken, ${decisions.races} races of two people, ${decisions.undone} taken back`,
		`outcomes: ${Object.entries(proof.dispositions)
			.map(([name, count]) => `${name} ${count}`)
			.join(", ")}; signed reports nobody was given: ${proof.unnamedReports}`,
		result.diskCouldFill ? "" : "the disk was not filled: this process may not mount a small volume",
		befallen.length > 0 ? `\n${befallenTable(befallen)}` : "",
		`\n${table([["answer", "times"], ...Object.entries(answers).map(([what, count]) => [what, String(count)])])}`,
		`\n${table([["", "claim", "checked", ""], ...claims])}`,
		result.supervisorLived ? "" : "✗ the supervisor did not survive",
		result.defectCount > 0
			? `\n${result.defectCount} answers that may not come, among them:\n${result.defects.join("\n")}`
			: "\nno answer of 500, none without a problem document, none to come back without saying when",
	]
		.filter((line) => line !== "")
		.join("\n");
}
