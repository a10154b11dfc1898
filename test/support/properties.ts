import fc from 'fast-check';

/**
 * Property tests draw the same examples in every run, so that a change fails because of what it changed. Others are looked for on
 * purpose: `PROPERTY_SEED=random npm test`, or the seed that a report names.
 */
const { PROPERTY_SEED = '20261201' } = process.env;

fc.configureGlobal({
  ...(PROPERTY_SEED === 'random' ? {} : { seed: Number(PROPERTY_SEED) }),
  // A counterexample without its error tells little, and reporters write down messages but not causes.
  includeErrorInReport: true,
});
