import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SDK = 'vastdb==2.1.0';
const run = promisify(execFile);

/** A Python that has VAST's SDK: VAST_SDK_PYTHON, or a virtual environment made once per machine. */
export async function sdkPython(): Promise<string> {
  if (process.env.VAST_SDK_PYTHON) return process.env.VAST_SDK_PYTHON;
  const folder = join(homedir(), '.cache', 'telco-twin', SDK.replace('==', '-'));
  const python = join(folder, 'bin', 'python');
  if (!existsSync(join(folder, 'ready'))) {
    await mkdir(folder, { recursive: true });
    await run('python3', ['-m', 'venv', folder]);
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', SDK]);
    await mkdir(join(folder, 'ready'));
  }
  return python;
}

/** Runs a script with the SDK and returns what it printed. @throws Error with its output when it fails */
export async function runSdk(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { stdout } = await run(await sdkPython(), [script, ...args], { maxBuffer: 64 << 20, env: { ...process.env, ...env } });
  return stdout;
}
