/** Draws the control charts and the Pareto of the page of statistics; the same figures stand in its tables. */
import uPlot from "/static/vendor/uplot.js";

const language = document.documentElement.lang;
const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
/** Where nothing went wrong the axis of shares ends here, not at 10,000 percent. */
const LOWEST_TOP = 0.05;
const CHART_HEIGHT = 260;
const LOW_HEIGHT = 150;
const DIAMOND = 6;

/** A colour of the style sheet as a canvas understands it, in the theme that holds now. */
function colour(name) {
	const probe = document.createElement("span");
	probe.style.color = `var(--${name})`;
	document.body.append(probe);
	const resolved = getComputedStyle(probe).color;
	probe.remove();
	return resolved;
}

function written(value, unit) {
	if (value === null || value === undefined) return "–";
	if (unit === "percent") return percent.format(value);
	if (unit === "factor") return `× ${number.format(value)}`;
	return number.format(value);
}

/** Violations are a shape as well as a colour. */
function drawMarks(chart, { value, marked }) {
	const { ctx } = chart;
	const size = DIAMOND * devicePixelRatio;
	ctx.save();
	ctx.fillStyle = colour("bad");
	for (const [index, isMarked] of marked.entries()) {
		if (!isMarked) continue;
		const x = chart.valToPos(index, "x", true);
		const y = chart.valToPos(value[index], "y", true);
		ctx.beginPath();
		ctx.moveTo(x, y - size);
		ctx.lineTo(x + size, y);
		ctx.lineTo(x, y + size);
		ctx.lineTo(x - size, y);
		ctx.fill();
	}
	ctx.restore();
}

function controlChart(place) {
	const data = JSON.parse(place.dataset.controlChart);
	const { unit, labels } = data;
	const grid = { stroke: colour("line"), width: 1 };
	const axis = { stroke: colour("faint"), grid, ticks: grid, font: "12px sans-serif" };
	const value = (_, one) => written(one, unit);
	const limit = (label) => ({
		label,
		stroke: colour("warn"),
		width: 1.5,
		dash: [6, 4],
		points: { show: false },
		value,
	});
	const options = {
		width: place.clientWidth,
		height: place.classList.contains("low") ? LOW_HEIGHT : CHART_HEIGHT,
		cursor: { drag: { x: false, y: false } },
		scales: {
			x: { time: false, range: (_, least, most) => [least - 0.5, most + 0.5] },
			// times to decide are judged by their logarithm, and shown so
			y:
				unit === "seconds"
					? { distr: 3, log: 10 }
					: { range: (_, __, most) => [0, Math.max(LOWEST_TOP, 1.05 * (most ?? 0))] },
		},
		axes: [
			{
				...axis,
				space: 110,
				incrs: [1, 2, 5, 10, 20, 50, 100],
				values: (_, splits) => splits.map((at) => labels[at] ?? ""),
			},
			{
				...axis,
				size: 64,
				values: (_, splits) => splits.map((at) => (at === null ? "" : written(at, unit))),
			},
		],
		series: [
			{ label: place.dataset.when, value: (_, at) => labels[at] ?? "–" },
			{
				label: place.dataset.value,
				stroke: colour("accent"),
				width: 2,
				points: { show: true, size: 6 },
				value,
			},
			{ label: place.dataset.centre, stroke: colour("plain"), width: 1.5, points: { show: false }, value },
			limit(place.dataset.lower),
			limit(place.dataset.upper),
		],
		hooks: { draw: [(chart) => drawMarks(chart, data)] },
	};
	const rows = [labels.map((_, index) => index), data.value, data.centre, data.lower, data.upper];
	return new uPlot(options, rows, place);
}

function paretoChart(canvas) {
	const { labels, counts, cumulative } = JSON.parse(canvas.dataset.pareto);
	const text = colour("ink");
	const scale = { ticks: { color: colour("faint") }, grid: { color: colour("line") } };
	return new window.Chart(canvas, {
		data: {
			labels,
			datasets: [
				{
					type: "bar",
					order: 1,
					pointStyle: "rect",
					label: canvas.dataset.count,
					data: counts,
					backgroundColor: colour("accent"),
					xAxisID: "x",
				},
				{
					type: "line",
					order: 0,
					label: canvas.dataset.cumulative,
					data: cumulative,
					borderColor: colour("warn"),
					backgroundColor: colour("warn"),
					borderDash: [6, 4],
					xAxisID: "share",
				},
			],
		},
		options: {
			indexAxis: "y",
			animation: false,
			maintainAspectRatio: false,
			locale: language,
			scales: {
				x: { ...scale, beginAtZero: true, ticks: { ...scale.ticks, precision: 0 } },
				share: {
					...scale,
					position: "top",
					min: 0,
					max: 1,
					grid: { display: false },
					ticks: { ...scale.ticks, callback: (share) => percent.format(share) },
				},
				y: { ...scale, grid: { display: false }, ticks: { color: text, autoSkip: false } },
			},
			plugins: {
				legend: { labels: { color: text, usePointStyle: true } },
				tooltip: {
					callbacks: {
						label: ({ dataset, parsed }) =>
							`${dataset.label}: ${written(parsed.x, dataset.type === "line" ? "percent" : "count")}`,
					},
				},
			},
		},
	});
}

let drawn = [];

function draw() {
	for (const chart of drawn) chart.destroy();
	drawn = [
		...[...document.querySelectorAll("[data-control-chart]")].map(controlChart),
		...[...document.querySelectorAll("[data-pareto]")].map(paretoChart),
	];
	document.body.dataset.charts = String(drawn.length);
}

let waiting = 0;
function drawSoon() {
	clearTimeout(waiting);
	waiting = setTimeout(draw, 150);
}

draw();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
window.addEventListener("resize", drawSoon);
