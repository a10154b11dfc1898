import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');

/**
 * A Python with VAST's SDK and what its tests need: VAST_SDK_PYTHON, or a virtual environment from PyPI, made once for each list of
 * requirements and kept among the temporary files.
 */
export async function sdkPython(): Promise<string> {
  if (process.env.VAST_SDK_PYTHON) return process.env.VAST_SDK_PYTHON;
  const digest = createHash('sha256').update(await readFile(REQUIREMENTS)).digest('hex').slice(0, 12);
  const folder = join(tmpdir(), `telco-twin-vast-sdk-${digest}`);
  const python = join(folder, 'bin', 'python');
  const complete = join(folder, 'complete');
  if (!existsSync(complete)) {
    await command('python3', ['-m', 'venv', '--clear', folder], 'Python 3.10 to 3.13 with the module venv is needed');
    await command(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS], 'the SDK cannot be installed');
    await writeFile(complete, '');
  }
  return python;
}

/** Runs a script with the SDK and returns what it printed. @throws Error with its output when it fails */
export async function runSdk(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { stdout } = await run(await sdkPython(), [script, ...args], { maxBuffer: 64 << 20, env: { ...process.env, ...env } });
  return stdout;
}

/** Folder of the tests in the SDK's own package. */
export async function sdkTests(python: string): Promise<string> {
  const { stdout } = await run(python, ['-c', 'import vastdb, os; print(os.path.dirname(vastdb.__file__))']);
  return join(stdout.trim(), 'tests');
}

async function command(program: string, args: readonly string[], problem: string): Promise<void> {
  try {
    await run(program, args);
  } catch (error) {
    throw new Error(`${problem}: ${program} ${args.join(' ')}: ${(error as { stderr?: string }).stderr ?? String(error)}`, { cause: error });
  }
}
