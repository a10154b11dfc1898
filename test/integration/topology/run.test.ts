import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

const PROGRAM = join(import.meta.dirname, '../../../cli/telco-twin.ts');
/** The discard port of the loopback interface: nothing listens there. */
const NOWHERE = '127.0.0.1:9';

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return spawn(process.execPath, [PROGRAM, 'run', ...args], { env: { ...process.env, KAFKA_BROKERS: NOWHERE, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function outcome(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<{ code: number | null; stderr: string }> {
  const child = run(args, env);
  child.stdout.resume();
  const closed = once(child, 'close');
  const stderr = await text(child.stderr);
  await closed;
  return { code: child.exitCode, stderr };
}

describe('telco-twin run', () => {
  it('names the processors there are when it is asked for another, and sends jobs elsewhere', async () => {
    const unknown = await outcome(['billing-generator']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain("there is no processor 'billing-generator'; there are scenario-injector, cdr-generator");
    const job = await outcome(['seeder']);
    expect(job.code).toBe(2);
    expect(job.stderr).toContain('seeder is a job: telco-twin seed');
  });

  it('names the variable that is wrong', async () => {
    const { code, stderr } = await outcome(['cdr-generator'], { COMMIT_INTERVAL_MS: 'soon' });
    expect(code).toBe(1);
    expect(stderr).toContain("COMMIT_INTERVAL_MS is 'soon'; use a whole number from 0 up");
  });

  it('logs JSON, answers while it waits for a broker, and ends with status 0 on SIGTERM', async () => {
    const child = run(['cdr-generator', 'location-generator']);
    child.stderr.resume();
    const closed = once(child, 'close');
    let health = '';
    for await (const line of createInterface({ input: child.stdout })) {
      const entry = JSON.parse(line) as { msg: string; url?: string };
      if (entry.url !== undefined) health = entry.url;
      if (entry.msg.startsWith(`waiting for a broker at ${NOWHERE}`)) break;
    }
    expect((await fetch(`${health}/livez`)).status).toBe(200);
    expect(await (await fetch(`${health}/readyz`)).text()).toContain(`waiting for a broker at ${NOWHERE}`);
    child.stdout.resume();
    child.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
  });
});
