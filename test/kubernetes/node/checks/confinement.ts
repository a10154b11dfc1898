import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { componentOf, containerId, projectPods } from '../pods.ts';
import { containerPid } from '../servers/containerd.ts';
import type { NodeContext } from './context.ts';

/** What the kernel says of every process of the project, and what happens when it tries to write. */
export async function checkConfinement({ node, report }: NodeContext): Promise<void> {
  await report.check('every process: uid not 0, no capabilities, no new privileges, seccomp, a root that can\'t be written', async () => {
    const pods = await projectPods(node);
    for (const pod of pods) {
      const name = componentOf(pod);
      const status = readFileSync(`/proc/${await containerPid(containerId(pod))}/status`, 'utf8');
      for (const [field, expected] of [['Uid', /^[1-9]\d*(\t[1-9]\d*){3}$/], ['CapEff', /^0+$/], ['CapBnd', /^0+$/], ['NoNewPrivs', /^1$/], ['Seccomp', /^2$/]] as const) {
        const value = new RegExp(`^${field}:\t(.*)$`, 'm').exec(status)?.[1] ?? '';
        assert.match(value, expected, `${name}: ${field} is ${value}`);
      }
      const program = "try { require('fs').writeFileSync('/x', ''); console.log('written') } catch (error) { console.log(error.code) }";
      assert.equal((await node.kubectl.run(['exec', pod.metadata.name, '--', 'node', '--eval', program])).trim(), 'EROFS', name);
    }
    return `${pods.length} pods`;
  });
}
