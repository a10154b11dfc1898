import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Supervised } from '../../../cli/up/supervised.ts';
import { GuardedChild } from '../../../deploy/local/child.ts';

describe('a supervised process', () => {
  let folder: string;
  let supervised: Supervised | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'telco-twin-supervised-'));
  });

  afterEach(async () => {
    await supervised?.stop(0);
    rmSync(folder, { recursive: true, force: true });
  });

  const shell = (script: string) => (): Promise<GuardedChild> =>
    GuardedChild.spawn({ name: 'it', command: '/bin/sh', args: ['-c', script], logFile: join(folder, 'log') });

  it('is started again when it is killed', async () => {
    supervised = new Supervised('it', shell('exec sleep 1000'));
    await supervised.run();
    const first = supervised.child!.pid;
    process.kill(first, 'SIGKILL');
    await vi.waitFor(() => {
      expect(supervised!.state).toBe('RUNNING');
      expect(supervised!.child!.pid).not.toBe(first);
    }, { timeout: 20_000 });
    expect(supervised.restarts).toBe(1);
    expect(supervised.reason).toBe('ended by SIGKILL');
  });

  it('tells the last error it logged', async () => {
    supervised = new Supervised('it', shell(`echo '{"level":30,"msg":"fine"}'; echo '{"level":60,"msg":"wrong password"}'; exit 1`));
    await supervised.run();
    await vi.waitFor(() => expect(supervised!.reason).toBe('wrong password (exit code 1)'), { timeout: 20_000 });
  });

  it('tells why it could not be started', async () => {
    supervised = new Supervised('it', () => Promise.reject(new Error('no such port')));
    await supervised.run();
    expect(supervised).toMatchObject({ state: 'WAITING', reason: 'no such port' });
  });

  it('is not started again after it was stopped, also while it waits', async () => {
    let starts = 0;
    supervised = new Supervised('it', () => {
      starts += 1;
      return shell('exit 3')();
    });
    await supervised.run();
    await vi.waitFor(() => expect(supervised!.state).toBe('WAITING'), { timeout: 20_000 });
    await supervised.stop(0);
    expect(supervised.state).toBe('STOPPED');
    expect(starts).toBe(1);
  });
});
