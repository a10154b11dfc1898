import { checkApply } from './apply.ts';
import { checkAutoscaling } from './autoscaling.ts';
import type { CheckContext } from './context.ts';
import { checkDrain } from './drain.ts';
import { checkKeda } from './keda.ts';
import { checkRefusals } from './refusals.ts';
import { checkRights } from './rights.ts';
import { checkRollout } from './rollout.ts';
import { checkVolume } from './volume.ts';

/** Checks that belong together and can be run alone. */
export interface CheckGroup {
  readonly name: string;
  readonly run: (context: CheckContext) => Promise<void>;
  /** Why it is run only when it is asked for. */
  readonly onDemand?: string;
}

/** All groups, in the order in which they run. */
export const GROUPS: readonly CheckGroup[] = [
  { name: 'apply', run: checkApply },
  { name: 'refusals', run: checkRefusals },
  { name: 'rollout', run: checkRollout },
  { name: 'drain', run: checkDrain },
  { name: 'volume', run: checkVolume },
  { name: 'rights', run: checkRights },
  { name: 'autoscaling', run: checkAutoscaling },
  { name: 'keda', run: checkKeda, onDemand: 'it watches for minutes, and builds KEDA first; run it with --only keda' },
];
