import bwipjs from "bwip-js/node";
import { addDust } from "./body.js";
import { add, blurred, createField, grain, smoothNoise, smoothstep, streaks } from "./field.js";
import { coverage, painted, textOutlines } from "./lettering.js";
import type { DrawnScene } from "./plate.js";
import { createRandom } from "./random.js";
import {
	type Colour,
	colour,
	createSurface,
	linear,
	lit,
	modulate,
	raisePixel,
	type Surface,
	shadePixel,
	tintPixel,
} from "./surface.js";

/** Entries of a certificate of conformity 机动车整车出厂合格证 (GB/T 21085). */
export interface CertificateContents {
	readonly certificateNumber: string;
	/** `YYYY-MM-DD`. */
	readonly issueDate: string;
	readonly manufacturer: string;
	readonly brand: string;
	readonly vehicleName: string;
	readonly vehicleModel: string;
	readonly vin: string;
	readonly colour: string;
	readonly engineModel: string;
	readonly engineNumber: string;
	readonly fuel: string;
	/** mL. */
	readonly displacement: number;
	/** kW. */
	readonly enginePower: number;
	readonly emissionStandard: string;
	/** kg. */
	readonly grossMass: number;
	readonly kerbMass: number;
	readonly seats: number;
	/** `YYYY-MM-DD`. */
	readonly manufactureDate: string;
}

export interface CertificateDrawing {
	readonly seed: string;
	readonly contents: CertificateContents;
}

export const CERTIFICATE_SCENE = { width: 1880, height: 1340 } as const;

const PAPER = { width: 1640, height: 1160 } as const;
const PAPER_FINISH = { gloss: 0.08, metal: 0 } as const;
const PAPER_TONE = "#f1efe8";
const INK = "#1d1d22";

type Row = readonly [left: string, leftValue: string, right: string, rightValue: string];

function chineseDate(date: string): string {
	const [year = "", month = "", day = ""] = date.split("-");
	return `${year}年${month}月${day}日`;
}

function rowsOf(c: CertificateContents): readonly Row[] {
	return [
		["1.合格证编号", c.certificateNumber, "2.发证日期", chineseDate(c.issueDate)],
		["3.车辆制造企业名称", c.manufacturer, "4.车辆品牌/车辆名称", `${c.brand}/${c.vehicleName}`],
		["5.车辆型号", c.vehicleModel, "6.车辆识别代号", c.vin],
		["7.车身颜色", c.colour, "8.燃料种类", c.fuel],
		["9.发动机型号", c.engineModel, "10.发动机号", c.engineNumber],
		["11.排量(ml)", String(c.displacement), "12.功率(kW)", String(c.enginePower)],
		["13.排放标准", c.emissionStandard, "14.外廓尺寸(mm)", "4655×1865×1680"],
		["15.轮胎数", "4", "16.轮胎规格", "225/60R18"],
		["17.轴距(mm)", "2710", "18.轴数", "2"],
		["19.总质量(kg)", String(c.grossMass), "20.整备质量(kg)", String(c.kerbMass)],
		["21.额定载客(人)", String(c.seats), "22.转向形式", "方向盘"],
		["23.最高设计车速", "190km/h", "24.车辆制造日期", chineseDate(c.manufactureDate)],
	];
}

const TABLE = { left: 70, top: 196, rowHeight: 64, columns: [70, 366, 806, 1128, 1570] } as const;

function qrCode(text: string, x: number, y: number, size: number): string {
	const drawn = bwipjs.toSVG({ bcid: "qrcode", text, scale: 2 });
	const [, view = "1"] = /viewBox="0 0 (\d+)/.exec(drawn) ?? [];
	const modules = drawn.replace(/^[^>]*>/, "").replace(/<\/svg>\s*$/, "");
	return `<g transform="translate(${x} ${y}) scale(${size / Number(view)})">${modules}</g>`;
}

function printing(contents: CertificateContents): string {
	const text = (words: string, x: number, y: number, size: number, bold = false) =>
		textOutlines(words, x, y, { face: bold ? "songBold" : "song", size, fill: INK });
	const rows = rowsOf(contents);
	const bottom = TABLE.top + rows.length * TABLE.rowHeight;
	const lines = rows.flatMap(([left, leftValue, right, rightValue], row) => {
		const y = TABLE.top + row * TABLE.rowHeight + 43;
		const [a, b, c, d] = TABLE.columns;
		return [
			text(left, a + 10, y, 28),
			text(leftValue, b + 12, y, 30, true),
			text(right, c + 10, y, 28),
			text(rightValue, d + 12, y, 30, true),
		];
	});
	const rules = rows.map(
		(_, row) => `M${TABLE.left} ${TABLE.top + (row + 1) * TABLE.rowHeight}H${TABLE.columns[4]}`,
	);
	const uprights = TABLE.columns.slice(1, 4).map((x) => `M${x} ${TABLE.top}V${bottom}`);
	return [
		`<rect width="${PAPER.width}" height="${PAPER.height}" fill="${PAPER_TONE}"/>`,
		`<rect x="34" y="34" width="${PAPER.width - 68}" height="${PAPER.height - 68}" fill="none" stroke="#7c9a7a" stroke-width="7"/>`,
		`<rect x="46" y="46" width="${PAPER.width - 92}" height="${PAPER.height - 92}" fill="none" stroke="#7c9a7a" stroke-width="2"/>`,
		textOutlines("机动车整车出厂合格证", PAPER.width / 2, 146, {
			face: "songBold",
			size: 66,
			anchor: "middle",
			spacing: 14,
			fill: INK,
		}),
		qrCode(`${contents.certificateNumber},${contents.vin},${contents.engineNumber}`, 1436, 62, 118),
		...lines,
		`<path d="${rules.join("")}${uprights.join("")}" stroke="${INK}" stroke-width="2" fill="none"/>`,
		`<rect x="${TABLE.left}" y="${TABLE.top}" width="${TABLE.columns[4] - TABLE.left}" height="${bottom - TABLE.top}" fill="none" stroke="${INK}" stroke-width="4"/>`,
		text("备注:", TABLE.left + 10, bottom + 50, 28),
		text("本车辆经检验合格,准予出厂。", TABLE.left + 90, bottom + 50, 28),
		text("车辆制造企业(盖章)", TABLE.left + 10, bottom + 112, 28),
	].join("");
}

/** Round company seal: ring, words along it, a five-pointed star. */
function companySeal(words: string, cx: number, cy: number, radius: number): string {
	const letters = [...words].map((char, index) => {
		const angle = -130 + (260 * index) / Math.max(1, words.length - 1);
		return `<g transform="translate(${cx} ${cy}) rotate(${angle.toFixed(1)}) translate(0 ${-radius + 40})">${textOutlines(char, 0, 0, { face: "songBold", size: 27, anchor: "middle" })}</g>`;
	});
	const star = Array.from({ length: 10 }, (_, i) => {
		const r = radius * (i % 2 === 0 ? 0.34 : 0.13);
		const angle = (i * Math.PI) / 5 - Math.PI / 2;
		return `${(cx + r * Math.cos(angle)).toFixed(1)},${(cy + r * Math.sin(angle)).toFixed(1)}`;
	});
	return `<circle cx="${cx}" cy="${cy}" r="${radius}" fill="none" stroke="#fff" stroke-width="6"/><polygon points="${star.join(" ")}" fill="#fff"/>${letters.join("")}`;
}

/** Oval seal of the consistency certificate, left of the company's. */
function ovalSeal(upper: string, lower: string, cx: number, cy: number): string {
	const line = (words: string, y: number) =>
		textOutlines(words, cx, y, { face: "songBold", size: 28, anchor: "middle", spacing: 3 });
	return `<ellipse cx="${cx}" cy="${cy}" rx="132" ry="66" fill="none" stroke="#fff" stroke-width="5"/>${line(upper, cy - 6)}${line(lower, cy + 34)}`;
}

const SEAL_RED: Colour = colour("#c3202b");

/** Seals are inked by hand: uneven, with gaps, in ink that lets the print show through. */
async function addSeals(
	surface: Surface,
	contents: CertificateContents,
	left: number,
	top: number,
	seed: string,
) {
	const random = createRandom(`${seed}/seal`);
	const turn = random.between(-9, 9);
	const shiftX = random.between(-18, 18);
	const drawn = await coverage(
		PAPER.width,
		260,
		`<g transform="rotate(${turn.toFixed(2)} ${1290 + shiftX} 134)">${companySeal(contents.manufacturer, 1290 + shiftX, 134, 104)}</g>` +
			`<g transform="rotate(${(-turn / 2).toFixed(2)} 890 150)">${ovalSeal("合格证专用章", "一致性检验", 890, 150)}</g>`,
	);
	const uneven = smoothNoise(PAPER.width, 260, 38, 30, random);
	const pores = grain(PAPER.width, 260, random);
	const start = top + PAPER.height - 272;
	for (let y = 0; y < 260; y++) {
		for (let x = 0; x < PAPER.width; x++) {
			const from = y * PAPER.width + x;
			const inked = drawn.data[from] ?? 0;
			if (inked === 0) continue;
			const pressed = 0.88 + 0.2 * (uneven.data[from] ?? 0) - ((pores.data[from] ?? 0) > 0.72 ? 0.4 : 0);
			const share = Math.max(0, Math.min(0.94, inked * pressed));
			const i = (start + y) * surface.width + left + x;
			surface.albedo.forEach((channel, c) => {
				const through = (channel.data[i] ?? 0) * (SEAL_RED[c] ?? 0) * 0.95;
				channel.data[i] = (channel.data[i] ?? 0) * (1 - share) + through * share;
			});
		}
	}
}

/** Desk of laminated wood. */
function addDesk(surface: Surface, seed: string): void {
	const { width, height } = surface;
	const random = createRandom(`${seed}/desk`);
	const rings = smoothNoise(width, height, 700, 46, random);
	const fibre = streaks(width, height, 160, random);
	const figure = createField(width, height);
	for (let i = 0; i < figure.data.length; i++) {
		figure.data[i] = Math.sin(9 * (rings.data[i] ?? 0)) * 0.6 + 0.9 * (fibre.data[i] ?? 0);
	}
	modulate(surface, figure, 0.16);
}

/** Draws the certificate lying on a desk. */
export async function drawCertificate({ seed, contents }: CertificateDrawing): Promise<DrawnScene> {
	const { width, height } = CERTIFICATE_SCENE;
	const surface = createSurface(width, height, colour("#7a573b"), 0.28, 0);
	addDesk(surface, seed);
	const random = createRandom(`${seed}/paper`);
	const left = Math.round((width - PAPER.width) / 2 + random.between(-16, 16));
	const top = Math.round((height - PAPER.height) / 2 + random.between(-12, 12));
	const print = await painted(PAPER.width, PAPER.height, printing(contents));
	const shadow = createField(width, height);
	for (let y = top + 8; y < top + PAPER.height + 14; y++) {
		shadow.data.fill(1, y * width + left + 6, y * width + left + PAPER.width + 12);
	}
	const soft = blurred(shadow, 9);
	for (let i = 0; i < soft.data.length; i++) {
		const share = soft.data[i] ?? 0;
		if (share > 0.01) shadePixel(surface, i, 0.62 * share);
	}
	for (let y = 0; y < PAPER.height; y++) {
		for (let x = 0; x < PAPER.width; x++) {
			const from = (y * PAPER.width + x) * 4;
			tintPixel(
				surface,
				(top + y) * width + left + x,
				linear(print[from] ?? 0),
				linear(print[from + 1] ?? 0),
				linear(print[from + 2] ?? 0),
				PAPER_FINISH,
				1,
			);
		}
	}
	await addSeals(surface, contents, left, top, seed);
	const waves = smoothNoise(width, height, 520, 460, random);
	add(surface.relief, waves, 7);
	// The sheet was folded once across its middle and lies almost flat again.
	const fold = left + PAPER.width / 2 + random.between(-3, 3);
	for (let y = top; y < top + PAPER.height; y++) {
		for (let x = left; x < left + PAPER.width; x++) {
			const ridge = 2.4 * (1 - smoothstep(0, 26, Math.abs(x - fold)));
			raisePixel(surface, y * width + x, ridge);
		}
	}
	addDust(surface, 30, random);
	const picture = lit(surface, {
		towards: [random.between(-0.5, 0.2), -0.6, 0.9],
		lamp: 0.5,
		ambient: 0.42,
		beam: { x: width * random.between(0.35, 0.6), y: 420, halfAt: 1900 },
	});
	const [right, bottom] = [left + PAPER.width, top + PAPER.height];
	return {
		picture,
		quad: [
			[left, top],
			[right, top],
			[right, bottom],
			[left, bottom],
		],
	};
}
