/** A reproducible stream of numbers; the same seed gives the same stream on every machine. */
export interface Random {
	/** Uniform in [0, 1). */
	next(): number;
	/** Uniform in [low, high). */
	between(low: number, high: number): number;
	/** Whole number in [low, high]. */
	whole(low: number, high: number): number;
	/** Normal with mean 0 and deviation 1. */
	normal(): number;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
	let h = 0x811c9dc5;
	for (let i = 0; i < text.length; i++) {
		h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
	}
	return h >>> 0;
}

/**
 * Stream named by a seed. Every part of a picture takes its own (`seed/camera`, `seed/metal` …), so that
 * changing one part, a character of the text say, leaves all the others as they were.
 * Generator: splitmix32.
 */
export function createRandom(seed: string): Random {
	let state = hash(seed);
	const next = () => {
		state = (state + 0x9e3779b9) >>> 0;
		let z = state;
		z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
		z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
		return ((z ^ (z >>> 15)) >>> 0) / 4294967296;
	};
	return {
		next,
		between: (low, high) => low + (high - low) * next(),
		whole: (low, high) => low + Math.floor((high - low + 1) * next()),
		// Box–Muller; 1 - u keeps the logarithm's argument above zero.
		normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
	};
}
