export { alsLayout, type AlsLayout, type AlsShape } from './als/als-layout.js';
export { alsObjective } from './als/als-objective.js';
export { fitAls, type AlsFactors, type AlsOptions, type AlsSettings } from './als/fit-als.js';
export { pairsOf, type AlsPairs, type AlsRows } from './als/als-pairs.js';
