import { checkApply } from './apply.ts';
import type { CheckContext } from './context.ts';
import { checkRefusals } from './refusals.ts';

/** Checks that belong together and can be run alone. */
export interface CheckGroup {
  readonly name: string;
  readonly run: (context: CheckContext) => Promise<void>;
}

/** All groups, in the order in which they run. */
export const GROUPS: readonly CheckGroup[] = [
  { name: 'apply', run: checkApply },
  { name: 'refusals', run: checkRefusals },
];
