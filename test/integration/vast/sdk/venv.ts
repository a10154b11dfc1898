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
 * A Python virtual environment with VAST's SDK and what its tests need, from PyPI. It is made once for each list of requirements and
 * kept among the temporary files.
 * @returns its python
 */
export async function sdkPython(): Promise<string> {
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
