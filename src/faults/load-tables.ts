import { table } from "../terminal/table.js";
import type { LoadResult, Quantiles } from "./load.js";

const ms = (value: number | null): string => (value === null ? "–" : `${Math.round(value)}`);
const quantiles = (name: string, { n, p50, p95, p99, most }: Quantiles): string[] => [
	name,
	String(n),
	ms(p50),
	ms(p95),
	ms(p99),
	ms(most),
];

/** The result for people. */
export function loadTables(result: LoadResult): string {
	const phases = result.phases.map((phase) =>
		[
			`${phase.name}: ${Math.round(phase.askedAnHour)} checks an hour asked for ${phase.seconds.toFixed(0)} s, ${Math.round(phase.judgedAnHour)} an hour judged; of ${phase.sent} captures of ${phase.vehicles} vehicles; ${phase.refused} requests refused with 503 or 429, ${phase.notLetIn} captures not sent for it, ${phase.failed} failed; ${phase.sealed} vehicles sealed with ${phase.decided} decisions of people; at most ${phase.mostWaiting} waited for a reader; not ready at ${phase.notReady} looks`,
			table([
				["milliseconds", "n", "p50", "p95", "p99", "most"],
				quantiles("track-in", phase.trackIn),
				quantiles("capture taken", phase.capture),
				quantiles("taken → read", phase.reading),
				quantiles("vehicle's last taken → told", phase.verdict),
				quantiles("refused", phase.refusal),
			]),
			`processor milliseconds a judged capture: ${Object.entries(phase.processors)
				.map(([part, used]) => `${part} ${((1000 * used) / Math.max(1, phase.judged)).toFixed(0)}`)
				.join(", ")}`,
		].join("\n"),
	);
	const { burst } = result;
	const memory = result.memory.map(({ process, samples, first, last, most, slope, slopeWithin, plot }) => [
		process,
		String(samples),
		first.toFixed(0),
		last.toFixed(0),
		most.toFixed(0),
		`${slope.toFixed(0)} ± ${slopeWithin.toFixed(0)}`,
		plot,
	]);
	return [
		`${result.cores} cores, load ${result.load.map((load) => load.toFixed(1)).join(" ")}, ${Math.round(result.wishes.readShare * 100)} % read by the readers, ${result.wishes.witnesses} captures a vehicle`,
		...phases,
		burst
			? `burst: ${burst.captures} captures at once, taken in within ${burst.takenInSeconds.toFixed(1)} s, all read after ${burst.drainedInSeconds.toFixed(1)} s, none more than ${burst.mostDisplaced} places from its turn`
			: "",
		table([["memory, MB (steady)", "n", "first", "last", "most", "MB an hour", ""], ...memory]),
		table(Object.entries(result.answers).map(([what, count]) => [what, String(count)])),
		result.defectCount > 0
			? `✗ ${result.defectCount} answers that may not come: ${result.defects.join("; ")}`
			: "✓ no answer of 500, none to come back without saying when",
	]
		.filter((part) => part !== "")
		.join("\n\n");
}
