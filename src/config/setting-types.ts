import { z } from "zod";

/** A variable's name is part of every sentence about it, so messages say only what was expected. */
export const text = (expected: string) =>
	z.string({ error: `expected ${expected}` }).min(1, `expected ${expected}`);

export const wholeNumber = (least: number, most: number) => {
	const expected = `expected a whole number from ${least} to ${most}`;
	return z
		.string()
		.regex(/^\d+$/, expected)
		.transform(Number)
		.pipe(z.int().min(least, expected).max(most, expected));
};

export const oneOf = <const T extends readonly [string, ...string[]]>(...choices: T) =>
	z.enum(choices, { error: `expected one of ${choices.join(", ")}` });

export const onOff = () => oneOf("on", "off").transform((value) => value === "on");

/** One or more of the choices, each once, in the order they are named. */
export const someOf = <const T extends string>(choices: readonly T[]) => {
	const expected = `expected one or more of ${choices.join(", ")}, each once, parted by commas`;
	return z
		.string()
		.transform((value) => value.split(",").map((name) => name.trim()))
		.pipe(z.array(z.enum(choices, expected), expected))
		.refine((names) => new Set(names).size === names.length, expected);
};
