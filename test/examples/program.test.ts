import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const EXAMPLES = join(import.meta.dirname, '../../examples');

interface Ending {
  readonly code: number | null;
  readonly stderr: string;
}

/** Runs Node to its end; its output is closed after the first piece. */
async function node(...args: string[]): Promise<Ending> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const stderr: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk.toString()));
  child.stdout.once('data', () => child.stdout.destroy());
  const [code] = await once(child, 'close') as [number | null];
  return { code, stderr: stderr.join('') };
}

it('an example tells in one line how it is used', async () => {
  expect(await node(join(EXAMPLES, 'control/kafkajs.ts'), 'demo', 'BEGIN', '1')).toEqual({ code: 1, stderr: expect.stringMatching(/^error: usage: .*\n$/) as string });
});

it('an example ends quietly, and leaves its group, when nobody reads on', async () => {
  const { code, stderr } = await node('--input-type=module', '-e', `
    import { program } from ${JSON.stringify(join(EXAMPLES, 'program.ts'))};
    await program(async () => {
      const timer = setInterval(() => console.log('a record'), 1);
      return { stop: async () => { clearInterval(timer); console.error('stopped'); } };
    });
  `);
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'stopped\n' });
});
