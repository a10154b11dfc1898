import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { commandNames } from '../../cli/program.ts';

const ROOT = join(import.meta.dirname, '../..');

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in a process of its own, as a user does. */
async function telcoTwin(...args: string[]): Promise<Result> {
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [join(ROOT, 'cli/telco-twin.ts'), ...args])) };
  } catch (error) {
    return error as Result;
  }
}

describe('the command line', () => {
  it('lists every command and shows examples', async () => {
    const { code, stdout } = await telcoTwin('--help');
    expect(code).toBe(0);
    for (const name of commandNames()) expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    expect(stdout).toContain('Examples:');
  });

  it('shows options and examples of each command', async () => {
    for (const name of commandNames()) {
      const { code, stdout } = await telcoTwin(name, '--help');
      expect(code, name).toBe(0);
      expect(stdout, name).toContain('Examples:');
    }
  });

  it('exits 2 on an unknown command and suggests a near one', async () => {
    const { code, stderr } = await telcoTwin('plam');
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean plan?');
  });

  it('exits 2 on a bad option and says what would be right', async () => {
    const { code, stderr } = await telcoTwin('plan', '--subscribers', '-5');
    expect(code).toBe(2);
    expect(stderr).toContain('whole number from 1');
  });

  it('refuses before anything is started or kept what could only fail later', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'telco-twin-refused-'));
    const outage = join(folder, 'outage.json');
    writeFileSync(outage, JSON.stringify({ scenario_id: 'a', kind: 'cell_outage', effective_at: '2026-03-02T08:05Z', intensty: 0.5 }));
    const dataDir = join(folder, 'twin');
    const refused: [string[], string][] = [
      [['up', '--data-dir', dataDir, '--region', 'ZZ'], 'unknown region "ZZ"'],
      [['up', '--data-dir', dataDir, '--kafka-port', '9999', '--vast-port', '9999'], '--kafka-port and --vast-port are both 9999'],
      [['up', '--data-dir', dataDir, '--start', '2026-03-02', '--until', '2026-03-01'], "--until 2026-03-01T00:00:00.000Z is not after the twin's start"],
      [['up', '--data-dir', dataDir, '--start', '2999-01-01'], '--start 2999-01-01T00:00:00.000Z is in the future: at speed 1'],
      ...['0.009', '10001', ''].map((speed): [string[], string] => [['up', '--data-dir', dataDir, '--speed', speed], 'It must be a number from 0.01 to 10000.']),
      [['up', '--reset', '--data-dir', folder], 'and was not made by telco-twin up'],
      [['bench', 'speed'], "there is no benchmark 'speed'; benchmarks: throughput, together"],
      [['bench', 'live', '--seconds', 'abc'], "'abc' is invalid. It must be a whole number from 1"],
      [['bench', 'live', '--region', 'ZZ'], 'unknown region "ZZ"'],
      [['sample', '--stream', 'cdrs', '--scenario', outage], 'there is no field intensty; fields: scenario_id, kind'],
      [['sample', '--stream', 'cdrs', '--from', '2026-02-30'], "'2026-02-30' is invalid. It must be an ISO 8601 date or time that exists"],
      [['scenario', 'start', 'cell_outage', '--target', 'cell:1', '--difficulty', 'insane'], 'easy, medium, hard'],
    ];
    try {
      for (const [args, reason] of refused) {
        const { code, stderr } = await telcoTwin(...args);
        expect([args, code]).toEqual([args, 2]);
        expect(stderr).toContain(reason);
      }
      expect(existsSync(join(dataDir, 'twin.json'))).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.runIf(existsSync('/dev/full'))('fails in one line when its output has no room', async () => {
    const full = openSync('/dev/full', 'w');
    try {
      const child = spawn(process.execPath, [join(ROOT, 'cli/telco-twin.ts'), 'plan', '--json'], { stdio: ['ignore', full, 'pipe'] });
      const stderr: string[] = [];
      child.stderr!.on('data', (chunk: Buffer) => stderr.push(chunk.toString()));
      expect(await once(child, 'close')).toEqual([1, null]);
      expect(stderr.join('')).toMatch(/^error: the output can't be written: ENOSPC.*\n$/);
    } finally {
      closeSync(full);
    }
  });

  it('prints one JSON object with --json', async () => {
    const { code, stdout } = await telcoTwin('plan', '--subscribers', '20000', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ settings: { subscribers: 20_000 } });
  });

  it('runs on the Node that the project brings when the machine has an older one', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', `
      Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } });
      process.argv = [process.argv[0], 'bin.mjs', 'plan', '--json'];
      await import(${JSON.stringify(join(ROOT, 'cli/bin.mjs'))});
    `]);
    expect(JSON.parse(stdout)).toMatchObject({ settings: { subscribers: 100_000 } });
  });
});
