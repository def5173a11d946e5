import { clopperPearson, upperBound } from "../domain/binomial.js";
import type { Counts, FusionTally } from "./fusion.js";
import { chanceOfLoss } from "./statistics.js";
import { percent, type TableLanguage, WORDINGS, wrongOf } from "./tables.js";

/** Head and rows: one capture, the surest of each witness's, all of them together, and those that were fused. */
export function fusionRows(tally: FusionTally, language: TableLanguage): string[][] {
	const wording = WORDINGS[language];
	const counted = (part: number, whole: number) => {
		if (whole === 0) return "";
		const { lower, upper } = clopperPearson(part, whole);
		return `${wording.of(part, whole)} (${percent(lower)}–${percent(upper)})`;
	};
	const row = (en: string, zh: string, { exact, accepted, wrong }: Counts, whole: number) => [
		wording.name({ en, zh }),
		counted(exact, whole),
		counted(accepted, whole),
		wrongOf(wrong, accepted),
	];
	const { witnesses, fusible } = tally;
	return [
		[
			"",
			wording.name({ en: "VIN exact", zh: "全对" }),
			wording.name({ en: "accepted", zh: "采信" }),
			wording.name({ en: "accepted wrong", zh: "误采信" }),
		],
		row("first capture", "首张图像", tally.first, witnesses),
		row("surest capture", "置信度最高的图像", tally.best, witnesses),
		row("captures together", "多图合判", tally.together, witnesses),
		row("of these fused", "其中融合", tally.fused, fusible),
	];
}

/** What judging together changed against the surest capture, how far chance explains it, and what escaped. */
export function fusionSentences(tally: FusionTally, language: TableLanguage): string[] {
	const wording = WORDINGS[language];
	const { witnesses, captures, conflicts } = tally;
	const changed = (en: string, zh: string, gained: number, lost: number) => {
		const chance = chanceOfLoss(gained, lost);
		const p = chance < 0.0001 ? "< 0.0001" : chance.toFixed(4);
		return wording.name({
			en: `${en}: ${gained} gained, ${lost} lost (McNemar, one-sided: ${p})`,
			zh: `${zh}：增 ${gained}，减 ${lost}（McNemar 单侧检验：${p}）`,
		});
	};
	return [
		wording.name({
			en: `${captures} captures of ${witnesses} witnesses; ${conflicts} witnesses whose accepted captures contradict each other`,
			zh: `${witnesses} 个载体共 ${captures} 张图像；${conflicts} 个载体的已采信图像相互矛盾`,
		}),
		changed(
			"Exact together against the surest",
			"合判全对（对比置信度最高）",
			tally.exactGained,
			tally.exactLost,
		),
		changed(
			"Accepted together against the surest",
			"合判采信（对比置信度最高）",
			tally.acceptedGained,
			tally.acceptedLost,
		),
	];
}

/** Vehicles accepted as the number that was wrongly ordered, of all that were held against one. */
export function escapeSentence({ escapes, witnesses }: FusionTally, language: TableLanguage): string {
	const bound = percent(upperBound(escapes, witnesses), 2);
	const wording = WORDINGS[language];
	return wording.name({
		en: `Escapes together: ${wording.of(escapes, witnesses)} vehicles held against an order one character off (< ${bound})`,
		zh: `合判漏检：${wording.of(escapes, witnesses)} 辆车与差一个字符的订单比对（< ${bound}）`,
	});
}
