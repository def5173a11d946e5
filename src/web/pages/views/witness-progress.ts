import { WitnessState } from "../../../contracts/inspection-row.js";

export type { WitnessProgress, WitnessState } from "../../../contracts/inspection-row.js";
export { progressOf, stateOfWitness } from "../../../domain/inspection-row.js";

/** Every state has words in both languages. */
export const WITNESS_STATES = WitnessState.options;
