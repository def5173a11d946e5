import fc from "fast-check";

/**
 * Properties are tried on the same cases in every run of `npm test`, so that what fails there is what was changed.
 * PROPERTY_SEED=random (or a number) tries others, PROPERTY_RUNS so many of them where a test asks for no number
 * of its own.
 */
const { PROPERTY_SEED: seed = "20260701", PROPERTY_RUNS: runs } = process.env;

fc.configureGlobal({
	...(seed === "random" ? {} : { seed: Number(seed) }),
	...(runs === undefined ? {} : { numRuns: Number(runs) }),
});
