import bwipjs from "bwip-js/node";
import {
	type CertificateContents,
	type Notation,
	type PrintedItem,
	printedItems,
} from "./certificate-contents.js";
import { type Face, textOutlines, textWidth } from "./lettering.js";
import type { PlacedSeal } from "./seals.js";

/** Ways in which makers print the items of GB/T 21085. */
export const CERTIFICATE_FORMS = ["table", "ledger", "cells", "wrapped"] as const;
export type CertificateForm = (typeof CERTIFICATE_FORMS)[number];

export const PAPER = { width: 1640, height: 1160 } as const;
const PAPER_TONE = "#f1efe8";
const INK = "#1d1d22";

/** A form printed with a vehicle's entries, and where it is sealed. */
export interface PrintedForm {
	readonly content: string;
	readonly seals: readonly PlacedSeal[];
}

interface FormStyle {
	readonly notation: Notation;
	readonly title: { readonly y: number; readonly size: number; readonly spacing: number };
	readonly qr: { readonly x: number; readonly y: number; readonly size: number };
	readonly items: (items: readonly PrintedItem[]) => string;
	/** Base line of the remarks. */
	readonly remarksY: number;
	readonly seals: (manufacturer: string) => readonly PlacedSeal[];
}

const CHINESE_NUMBERS: Readonly<Record<string, string>> = { 2: "二", 3: "三", 4: "四" };
const fullWidth = (text: string) =>
	text.replace(/\d/g, (digit) => String.fromCodePoint((digit.codePointAt(0) ?? 0) + 0xfee0));

/** Text no wider than `room`: squeezed where it would be. */
function fitted(
	words: string,
	x: number,
	y: number,
	room: number,
	style: { face: Face; size: number; spacing?: number; anchor?: "start" | "end" },
): string {
	const width = textWidth(words, style);
	return textOutlines(words, x, y, { ...style, stretch: Math.min(1, room / width), fill: INK });
}

const captionOf = (
	{ number, caption, unit }: PrintedItem,
	numbered: boolean,
	[open, close]: string,
): string => `${numbered ? `${number}.` : ""}${caption}${unit === null ? "" : `${open}${unit}${close}`}`;

/** Two columns of rows between rules, captions numbered. */
function tableItems(items: readonly PrintedItem[]): string {
	const columns = [70, 420, 822, 1172, 1570];
	const [left = 0, , , , right = 0] = columns;
	const [top, pitch] = [152, 47.5];
	const rows = Math.ceil(items.length / 2);
	const bottom = top + rows * pitch;
	const printed = items.map((item, index) => {
		const y = top + (Math.floor(index / 2) + 0.7) * pitch;
		const [from = 0, middle = 0, to = 0] = columns.slice(2 * (index % 2));
		return (
			fitted(captionOf(item, true, "()"), from + 10, y, middle - from - 18, { face: "song", size: 23 }) +
			fitted(item.value, middle + 12, y, to - middle - 22, { face: "songBold", size: 25 })
		);
	});
	const rules = Array.from({ length: rows - 1 }, (_, row) => `M${left} ${top + (row + 1) * pitch}H${right}`);
	const uprights = columns.slice(1, 4).map((x) => `M${x} ${top}V${bottom}`);
	return [
		...printed,
		`<path d="${rules.join("")}${uprights.join("")}" stroke="${INK}" stroke-width="2" fill="none"/>`,
		`<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" fill="none" stroke="${INK}" stroke-width="4"/>`,
	].join("");
}

/** Caption, colon and value in one line, without rules; the left column is filled first. */
function ledgerItems(items: readonly PrintedItem[]): string {
	const rows = Math.ceil(items.length / 2);
	return items
		.map((item, index) => {
			const x = index < rows ? 84 : 852;
			return fitted(
				`${captionOf(item, true, "()")}:${item.value}`,
				...([x, 200 + (index % rows) * 46.5, 720] as const),
				{ face: "song", size: 24 },
			);
		})
		.join("");
}

/** Vehicle first, then drive, then masses, papers last: an order that is not the standard's. */
const CELL_ORDER = [
	...[6, 5, 4, 3, 7, 10, 11, 12, 13, 14, 15, 34, 16, 17, 22, 21, 24, 23],
	...[19, 20, 18, 25, 26, 27, 28, 29, 30, 31, 33, 32, 8, 9, 35, 1, 2],
];

/** Four columns of cells, caption small above its value. */
function cellItems(items: readonly PrintedItem[]): string {
	const [left, top, width, height] = [60, 158, 380, 92];
	return CELL_ORDER.map((number, index) => {
		const item = items[number - 1];
		if (!item) throw new RangeError(`The form has no item ${number}.`);
		const x = left + (index % 4) * width;
		const y = top + Math.floor(index / 4) * height;
		return (
			`<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke="#4c5a6a" stroke-width="1.6"/>` +
			fitted(captionOf(item, false, "()"), x + 10, y + 32, width - 20, { face: "song", size: 21 }) +
			fitted(item.value, x + 14, y + 74, width - 28, { face: "songBold", size: 28 })
		);
	}).join("");
}

/** Captions to the right before their values, the long ones in two lines; a dotted line below each value. */
function wrappedItems(items: readonly PrintedItem[]): string {
	const rows = Math.ceil(items.length / 2);
	return items
		.map((item, index) => {
			const [x, room] = index < rows ? [320, 470] : [1130, 440];
			const y = 196 + (index % rows) * 47;
			const caption = captionOf(item, false, "（）");
			const cut = caption.length > 12 ? Math.ceil(caption.length / 2) : caption.length;
			const lines = [caption.slice(0, cut), caption.slice(cut)].filter((line) => line !== "");
			const words = lines.map((line, at) =>
				textOutlines(line, x - 14, y + (at - (lines.length - 1) / 2) * 23 - (lines.length - 1) * 1, {
					face: "song",
					size: lines.length > 1 ? 19 : 22,
					anchor: "end",
					fill: INK,
				}),
			);
			return (
				words.join("") +
				fitted(item.value, x + 6, y, room - 12, { face: "song", size: 26, spacing: 1.5 }) +
				`<path d="M${x} ${y + 11}h${room}" stroke="${INK}" stroke-width="1.4" stroke-dasharray="2 5"/>`
			);
		})
		.join("");
}

const OVAL = { shape: "oval", upper: "合格证专用章", lower: "一致性检验" } as const;

const STYLES: Readonly<Record<CertificateForm, FormStyle>> = {
	table: {
		notation: {
			blank: "——",
			sizes: (l, w, h) => `${l}×${w}×${h}`,
			date: (y, m, d) => `${y}年${m}月${d}日`,
			group: (axles) => `(${CHINESE_NUMBERS[axles]}轴组)`,
			number: String,
		},
		title: { y: 112, size: 58, spacing: 14 },
		qr: { x: 1468, y: 50, size: 96 },
		items: tableItems,
		remarksY: 1040,
		seals: (words) => [
			{ shape: "round", words, purpose: "", radius: 96, x: 1290, y: 1048 },
			{ ...OVAL, x: 860, y: 1070 },
		],
	},
	ledger: {
		notation: {
			blank: "-",
			sizes: (l, w, h) => `${l} × ${w} × ${h}`,
			date: (y, m, d) => `${y}.${m}.${d}`,
			group: (axles) => `(${CHINESE_NUMBERS[axles]}轴组)`,
			number: String,
		},
		title: { y: 128, size: 62, spacing: 10 },
		qr: { x: 70, y: 58, size: 100 },
		items: ledgerItems,
		remarksY: 1054,
		seals: (words) => [
			{ shape: "round", words, purpose: "", radius: 92, x: 1340, y: 1030 },
			{ ...OVAL, x: 880, y: 1070 },
		],
	},
	cells: {
		notation: {
			blank: "--",
			sizes: (l, w, h) => `${l}  ${w}  ${h}`,
			date: (y, m, d) => `${y}-${m}-${d}`,
			group: (axles) => `(并装${CHINESE_NUMBERS[axles]}轴)`,
			number: String,
		},
		title: { y: 116, size: 54, spacing: 22 },
		qr: { x: 1500, y: 48, size: 92 },
		items: cellItems,
		remarksY: 1032,
		seals: (words) => [
			{ shape: "round", words, purpose: "合格证专用章", radius: 98, x: 1010, y: 1046 },
			{ shape: "round", words, purpose: "", radius: 94, x: 1380, y: 1046 },
		],
	},
	wrapped: {
		notation: {
			blank: "/",
			sizes: (l, w, h) => `长${l} 宽${w} 高${h}`,
			date: (y, m, d) => `${y} 年 ${m} 月 ${d} 日`,
			group: (axles) => `（${CHINESE_NUMBERS[axles]}轴组）`,
			number: (value) => fullWidth(String(value)),
		},
		title: { y: 122, size: 60, spacing: 6 },
		qr: { x: 1450, y: 930, size: 110 },
		items: wrappedItems,
		remarksY: 1062,
		seals: (words) => [
			{ ...OVAL, x: 720, y: 1076 },
			{ shape: "round", words, purpose: "", radius: 90, x: 1120, y: 1052 },
		],
	},
};

function qrCode(text: string, { x, y, size }: FormStyle["qr"]): string {
	const drawn = bwipjs.toSVG({ bcid: "qrcode", text, scale: 2 });
	const [, view = "1"] = /viewBox="0 0 (\d+)/.exec(drawn) ?? [];
	const modules = drawn.replace(/^[^>]*>/, "").replace(/<\/svg>\s*$/, "");
	return `<g transform="translate(${x} ${y}) scale(${size / Number(view)})">${modules}</g>`;
}

/** The seals of a form and their places. */
export const sealsOn = (form: CertificateForm, manufacturer: string): readonly PlacedSeal[] =>
	STYLES[form].seals(manufacturer);

/** Prints a certificate's entries on a form, `PAPER` large. */
export function certificateForm(form: CertificateForm, contents: CertificateContents): PrintedForm {
	const { notation, title, qr, items, remarksY } = STYLES[form];
	const { width, height } = PAPER;
	const frame = (inset: number, stroke: number) =>
		`<rect x="${inset}" y="${inset}" width="${width - 2 * inset}" height="${height - 2 * inset}" fill="none" stroke="#7c9a7a" stroke-width="${stroke}"/>`;
	const small = (words: string, y: number) =>
		textOutlines(words, 80, y, { face: "song", size: 24, fill: INK });
	const standard = contents.enterpriseStandard;
	return {
		content: [
			`<rect width="${width}" height="${height}" fill="${PAPER_TONE}"/>`,
			...[frame(26, 7), frame(38, 2)],
			textOutlines("机动车整车出厂合格证", width / 2, title.y, {
				face: "songBold",
				size: title.size,
				anchor: "middle",
				spacing: title.spacing,
				fill: INK,
			}),
			qrCode(`${contents.certificateNumber},${contents.vin},${contents.engineNumber}`, qr),
			items(printedItems(contents, notation)),
			small("备注:", remarksY),
			small(
				standard ? `本产品经过检验,符合${standard}的要求,准予出厂。` : "本车辆经检验合格,准予出厂。",
				remarksY + 36,
			),
			small("车辆制造企业(盖章)", remarksY + 72),
		].join(""),
		seals: sealsOn(form, contents.manufacturer),
	};
}
