import { componentOf, type RunningPod } from './pods.ts';
import type { Node } from './node.ts';

const LINES = 15;

/** Prints what one wants to know after a failure: pods, the latest events, and the last words of whatever is not ready. */
export async function diagnose(node: Node, workspace: string): Promise<void> {
  const { kubectl } = node;
  console.log(`\nlogs of the node's programs: ${workspace}/logs`);
  console.log((await kubectl.try(['get', 'pods', '--output=wide'])).stdout);
  console.log((await kubectl.try(['get', 'events', '--sort-by=.lastTimestamp'])).stdout.split('\n').slice(-LINES * 2).join('\n'));
  for (const pod of await kubectl.list<RunningPod>('pods')) {
    const status = pod.status.containerStatuses?.[0];
    if (status === undefined || (status.ready && status.restartCount === 0) || pod.status.phase === 'Succeeded') continue;
    console.log(`--- ${componentOf(pod)}: ${JSON.stringify(status.state)} ${JSON.stringify(status.lastState)}`);
    for (const previous of ['--previous=true', '--previous=false']) {
      console.log((await kubectl.try(['logs', pod.metadata.name, `--tail=${LINES}`, previous])).stdout);
    }
  }
}
