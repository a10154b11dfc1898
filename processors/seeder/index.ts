export { seed, type SeedOptions, type SeedResult, type TwinMaker } from './seed.ts';
export {
  CAPACITY_FACTOR, DEFAULT_REGION, DEFAULT_SEED, DEFAULT_SUBSCRIBERS, TwinMismatchError, type TwinRequest,
} from './twin-config.ts';
export { twinMaker } from './twin-maker.ts';
