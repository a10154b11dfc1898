import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../../../../deploy/local/ports.ts';
import { waitUntilServed } from './endpoint.ts';
import { nodeIds, parseJunit, reportOf, type TierReport } from './report.ts';
import { sdkPython, sdkTests } from './venv.ts';
import { tiers } from './tiers.ts';

/*
 * Runs the tests that VAST ships with its Python SDK against vastdb-local, and compares the results with tiers.ts.
 *   node test/integration/vast/sdk/run.ts [--all] [--tier 5] [--endpoint http://127.0.0.1:9090]
 * --all also runs the test that sleeps five minutes. Exit status 1 when a required tier is not whole.
 */

const PROGRAM = join(import.meta.dirname, '../../../../cli/telco-twin.ts');
const KEYS = { access: 'local', secret: 'local-secret' };
const SLOW = 'test_elysium_splits';

const { values } = parseArgs({ options: { all: { type: 'boolean', default: false }, tier: { type: 'string' }, endpoint: { type: 'string' } } });
const wanted = tiers.filter(({ name, tests }) => (values.tier === undefined || name.startsWith(values.tier))
  && (values.all || !tests.some(({ functions }) => functions?.includes(SLOW))));

const folder = await mkdtemp(join(tmpdir(), 'telco-twin-vast-sdk-run-'));
let endpoint: ChildProcess | undefined;
try {
  const url = values.endpoint ?? await startEndpoint();
  const reports = await runTests(url);
  for (const { tier, passed, total, problems } of reports) {
    console.log(`${tier.name}: ${passed} of ${total} passed${tier.required ? '' : ' (reported only)'}`);
    for (const problem of problems) console.log(`  ${problem}`);
  }
  const regressions = reports.filter(({ tier, problems }) => tier.required && problems.length > 0);
  if (regressions.length > 0) process.exitCode = 1;
} finally {
  await stopEndpoint();
  await rm(folder, { recursive: true, force: true });
}

async function startEndpoint(): Promise<string> {
  const port = await freePort();
  endpoint = spawn(process.execPath, [PROGRAM, 'vastdb', '--port', String(port), '--data-dir', join(folder, 'data')], {
    stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, LOG_LEVEL: 'warn' },
  });
  const url = `http://127.0.0.1:${port}`;
  await waitUntilServed(url, endpoint);
  return url;
}

/** A clean end is part of what is tested. */
async function stopEndpoint(): Promise<void> {
  if (endpoint === undefined || endpoint.exitCode !== null) return;
  endpoint.kill('SIGTERM');
  const [code] = (await once(endpoint, 'exit')) as [number | null];
  if (code !== 0) {
    console.log(`vastdb-local ended with ${code} on SIGTERM`);
    process.exitCode = 1;
  }
}

async function runTests(url: string): Promise<TierReport[]> {
  const python = await sdkPython();
  const tests = await sdkTests(python);
  const junit = join(folder, 'results.xml');
  const ids = new Set(wanted.flatMap((tier) => tier.tests.flatMap((selection) => nodeIds(tests, selection))));
  const pytest = spawn(python, [
    '-m', 'pytest', '--quiet', '--no-header', '--disable-warnings', '-p', 'no:cacheprovider', '--tb=line', `--junitxml=${junit}`, ...ids,
    '--tabular-endpoint-url', url, '--tabular-access-key', KEYS.access, '--tabular-secret-key', KEYS.secret, '--tabular-bucket-name', 'vastdb',
  ], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  await once(pytest, 'exit');
  const results = parseJunit(await readFile(junit, 'utf8'));
  return wanted.map((tier) => reportOf(tier, results));
}
