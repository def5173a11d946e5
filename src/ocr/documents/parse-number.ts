/** Factor into the field's unit, by the unit as printed, upper case. A unit not listed is not converted. */
const FACTORS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
	kg: { KG: 1, KGS: 1, 千克: 1, 公斤: 1, T: 1000 },
	lb: { LB: 1, LBS: 1, POUNDS: 1 },
	kW: { KW: 1, 千瓦: 1 },
	mL: { ML: 1, 毫升: 1, CC: 1, CM3: 1, L: 1000, 升: 1000 },
	mm: { MM: 1, 毫米: 1, CM: 10 },
	"km/h": { "KM/H": 1, KMH: 1, "公里/小时": 1 },
	"L/100km": { "L/100KM": 1, "升/100公里": 1, "升/百公里": 1 },
	V: { V: 1, 伏: 1 },
	Ah: { AH: 1, A·H: 1, "A.H": 1 },
};
/** Numbers without a unit of their own may be followed by what they count. */
const COUNTED: Readonly<Record<string, number>> = {
	...{ 人: 1, 座: 1, 齿: 1, T: 1, 个: 1, 条: 1, 轴: 1 },
	...{ PERSONS: 1, SEATS: 1 },
};

const UNIT = String.raw`KM/H|L/100KM|升/(?:100|百)公里|公里/小时|A[·.]H|\p{L}[\p{L}\p{N}]*`;
const AMOUNT = new RegExp(String.raw`(\d{1,3}(?:[ ,]\d{3})+|\d+)([.,]\d{1,3})?\s*(${UNIT})?`, "gu");

/**
 * A number in the field's unit. Thousands may be grouped (`2,200`, `2 200`); of several amounts
 * (`2200 KG (4850 LB)`) the one in the field's unit counts. `captionUnit` is the unit the caption names in
 * brackets, which holds where the value has none. Null where there is no such amount or more than one, and
 * where a number bears another unit.
 */
export function parseNumber(text: string, unit: string | null, captionUnit: string | null): number | null {
	const folded = text.normalize("NFKC").toUpperCase().replace(/\.$/u, "").trim();
	const factors = unit === null ? COUNTED : (FACTORS[unit] ?? {});
	const amounts = [...folded.matchAll(AMOUNT)].map((match) => ({
		whole: match[0].trim(),
		decimals: match[2],
		number: Number((match[1] ?? "").replace(/[ ,]/gu, "") + (match[2] ?? "").replace(",", ".")),
		factor: match[3] === undefined ? undefined : factors[match[3]],
		bare: match[3] === undefined,
	}));
	const measured = amounts.filter(({ factor }) => factor !== undefined);
	const [only] = measured;
	if (only !== undefined) {
		return measured.length === 1 &&
			beginsAlone(folded, only.whole) &&
			!isAmbiguous(only.decimals, only.factor)
			? rounded(only.number * (only.factor ?? 1))
			: null;
	}
	const [bare] = amounts;
	if (amounts.length !== 1 || bare === undefined || !bare.bare || bare.whole !== folded) return null;
	const factor = captionUnit === null ? 1 : (factors[captionUnit.normalize("NFKC").toUpperCase()] ?? 1);
	return isAmbiguous(bare.decimals, factor) ? null : rounded(bare.number * factor);
}

/** Whether a number starts where a number can: neither `S200KG` nor `22 00KG` has lost its beginning unseen. */
function beginsAlone(text: string, amount: string): boolean {
	return /(^|[(:/=)]\s*|[\p{L}]\s+)$/u.test(text.slice(0, text.indexOf(amount)));
}

/** `2.200 kg` is 2200 to a European and 2.2 to others: nobody can say which was meant. */
function isAmbiguous(decimals: string | undefined, factor: number | undefined): boolean {
	return decimals?.length === 4 && factor === 1;
}

/** Products like 1.1 × 1000 come back from binary fractions. */
function rounded(value: number): number {
	return Math.round(value * 1e6) / 1e6;
}
