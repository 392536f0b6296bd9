import fc from 'fast-check';

/**
 * Properties are tried with the same values in every run, so that one commit has one verdict. `LAUREL_PROPERTY_SEED` takes another seed
 * (a 32-bit integer) or `random`, which fast-check prints where a property fails; `LAUREL_PROPERTY_RUNS` the number of values tried.
 */
const { LAUREL_PROPERTY_SEED: seed = '20101201', LAUREL_PROPERTY_RUNS: runs = '100' } = process.env;
fc.configureGlobal({ ...(seed === 'random' ? {} : { seed: Number(seed) }), numRuns: Number(runs) });
