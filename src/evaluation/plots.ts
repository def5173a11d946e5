import type { EChartsOption } from "echarts";
import type { Confusion } from "./alignment.js";
import type { AcceptancePoint, Calibration } from "./calibration.js";
import type { StepTime, Summary } from "./summary.js";

const INK = "#1f2328";
const MUTED = "#656d76";
const GRID = "#d0d7de";
const GOOD = "#0969da";
const BAD = "#cf222e";

/** What each colour becomes where the reader's screen is dark. */
const DARK: Readonly<Record<string, string>> = {
	[INK]: "#f0f6fc",
	[MUTED]: "#9198a1",
	[GRID]: "#3d444d",
	[GOOD]: "#4493f8",
	[BAD]: "#f85149",
};

/** Rules win over the attributes a plot is drawn with: one file serves light and dark pages. */
const DARK_STYLE = `<style>@media (prefers-color-scheme: dark) {${Object.entries(DARK)
	.map(([light, dark]) => `[fill="${light}"]{fill:${dark}}[stroke="${light}"]{stroke:${dark}}`)
	.join("")}}</style>`;

interface Plot {
	readonly width: number;
	readonly height: number;
	readonly option: EChartsOption;
}

const axis = (name: string, middle: number) => ({
	name,
	nameLocation: "middle" as const,
	nameGap: middle,
	nameTextStyle: { color: INK },
	axisLabel: { color: MUTED },
	axisLine: { show: true, lineStyle: { color: MUTED } },
	axisTick: { lineStyle: { color: MUTED } },
	splitLine: { lineStyle: { color: GRID } },
});

const titled = (text: string, subtext: string) => ({
	title: {
		text,
		subtext,
		left: 8,
		top: 4,
		textStyle: { color: INK, fontSize: 15 },
		subtextStyle: { color: MUTED },
	},
	legend: { right: 12, top: 48, textStyle: { color: INK } },
	grid: { left: 70, right: 28, top: 84, bottom: 56 },
});

/** Share of characters that were right over the probability they were given; the diagonal is what it should be. */
function reliability({ bins, error, count }: Calibration): Plot {
	const shown = bins.map((bin) => [bin.p, bin.correct]);
	const least = Math.min(0.9, ...bins.flatMap(({ p, correct }) => [p, correct]));
	const from = Math.max(0, Math.floor(least * 10) / 10);
	const interval = (1 - from) / 4;
	return {
		width: 560,
		height: 480,
		option: {
			...titled(
				"Reliability of character probabilities · 字符置信度可靠性",
				`${count} characters, calibration error ${error.toFixed(3)} · ${count} 个字符，校准误差 ${error.toFixed(3)}`,
			),
			xAxis: {
				type: "value",
				min: from,
				max: 1,
				interval,
				...axis("mean probability given · 平均置信度", 30),
			},
			yAxis: { type: "value", min: from, max: 1, interval, ...axis("share that is right · 实际正确率", 44) },
			series: [
				{
					name: "perfect · 理想",
					type: "line",
					symbol: "none",
					color: MUTED,
					lineStyle: { type: "dashed", color: MUTED },
					data: [
						[from, from],
						[1, 1],
					],
				},
				{ name: "read · 实测", type: "line", symbol: "circle", symbolSize: 8, color: GOOD, data: shown },
			],
		},
	};
}

/** How many VINs would have been accepted by confidence alone, and how many of them are wrong. */
function acceptance(points: readonly AcceptancePoint[]): Plot {
	const line = (name: string, color: string, of: (point: AcceptancePoint) => number) => ({
		name,
		type: "line" as const,
		step: "start" as const,
		symbol: "none",
		color,
		data: points.map((point) => [point.threshold, of(point)]),
	});
	return {
		width: 640,
		height: 420,
		option: {
			...titled(
				"Accepted and wrong over the threshold · 采信数与误读数随阈值变化",
				"confidence alone, without the second reader and the rules of form · 仅按置信度，不含第二识别器与格式规则",
			),
			xAxis: { type: "value", min: 0, max: 1, ...axis("threshold · 阈值", 30) },
			yAxis: { type: "value", minInterval: 1, ...axis("VINs · 数量", 44) },
			series: [
				line("accepted · 采信", GOOD, ({ accepted }) => accepted),
				line("wrong among them · 其中误读", BAD, ({ wrong }) => wrong),
			],
		},
	};
}

const NOTHING = "∅";

/** Which characters were read for which others: rows are what is there, columns what was read. */
function confusion(confusions: readonly Confusion[]): Plot {
	const named = confusions.map(({ truth, read, count }) => ({
		truth: truth || NOTHING,
		read: read || NOTHING,
		count,
	}));
	const characters = (of: "truth" | "read") => [...new Set(named.map((each) => each[of]))].sort();
	const [rows, columns] = [characters("truth"), characters("read")];
	const most = Math.max(1, ...named.map(({ count }) => count));
	return {
		width: 150 + 28 * columns.length + 180,
		height: 150 + 24 * rows.length,
		option: {
			...titled("Confused characters · 字符混淆", `${NOTHING}: nothing there, or nothing read · 多读或漏读`),
			xAxis: { type: "category", data: columns, ...axis("read as · 读作", 26), splitArea: { show: false } },
			yAxis: { type: "category", data: rows, inverse: true, ...axis("is · 实际", 36) },
			series: [
				{
					type: "heatmap",
					label: { show: true, color: INK, opacity: 1 },
					data: named.map(({ truth, read, count }) => [columns.indexOf(read), rows.indexOf(truth), count]),
				},
			],
			visualMap: { show: false, min: 0, max: most, inRange: { color: [BAD, BAD], opacity: [0.15, 0.75] } },
		},
	};
}

/** Median and 95th percentile of every step. */
function latency(steps: Readonly<Record<string, StepTime>>): Plot {
	const names = Object.keys(steps);
	const bars = (name: string, color: string, of: (step: StepTime) => number) => ({
		name,
		type: "bar" as const,
		color,
		label: { show: true, position: "right" as const, color: INK },
		data: Object.values(steps).map((step) => Math.round(of(step))),
	});
	return {
		width: 640,
		height: 170 + 48 * names.length,
		option: {
			...titled("Time by step, milliseconds · 各步骤用时（毫秒）", ""),
			xAxis: { type: "value", ...axis("ms · 毫秒", 28) },
			yAxis: { type: "category", data: names, inverse: true, ...axis("", 0) },
			series: [
				bars("median · 中位", GOOD, ({ median }) => median),
				bars("95th percentile · 95 分位", MUTED, ({ p95 }) => p95),
			],
		},
	};
}

/** Draws plots by name as SVG files of English and Chinese words that fit light and dark pages. */
export type DrawPlots = (plots: Readonly<Record<string, Plot>>) => Record<string, string>;

/**
 * Loads the drawing library, which only who evaluates needs: an installation without development packages gives
 * null.
 */
export async function openPlots(): Promise<DrawPlots | null> {
	const echarts = await import("echarts").catch(() => null);
	if (echarts === null) return null;
	return (plots) =>
		Object.fromEntries(
			Object.entries(plots).map(([name, { width, height, option }]) => {
				const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
				chart.setOption({ animation: false, textStyle: { fontFamily: "sans-serif" }, ...option });
				const drawn = chart.renderToSVGString({ useViewBox: true });
				chart.dispose();
				// Names are numbered by how many plots were drawn before, and classes serve a page's own scripts only.
				const still = drawn
					.replaceAll(/ (?:class|pointer-events|ecmeta_[a-z_]+)="[^"]*"/g, "")
					.replaceAll(/\bzr\d+-c/g, "clip")
					.replace(/<style ?>[\s\S]*?<\/style>/, "");
				return [name, `${still.replace(/(<svg[^>]*>)/, `$1\n${DARK_STYLE}`)}\n`];
			}),
		);
}

/** The plots of one summary; those that would be empty are left out. */
export function summaryPlots({
	calibration,
	acceptance: points,
	confusions,
	steps,
}: Summary): Record<string, Plot> {
	return {
		...(calibration.count > 0 ? { reliability: reliability(calibration) } : {}),
		...(points.length > 0 ? { acceptance: acceptance(points) } : {}),
		...(confusions.length > 0 ? { confusion: confusion(confusions) } : {}),
		...latencyPlot(steps),
	};
}

/** The plot of times by step alone. */
export function latencyPlot(steps: Readonly<Record<string, StepTime>>): Record<string, Plot> {
	return Object.keys(steps).length > 0 ? { latency: latency(steps) } : {};
}
