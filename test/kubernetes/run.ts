import { Command, InvalidArgumentError } from 'commander';
import { GROUPS, type CheckGroup } from './checks/groups.ts';
import { Session } from './session.ts';
import { Report } from './support/report.ts';

const ON_DEMAND = GROUPS.filter(({ onDemand }) => onDemand !== undefined);
const NAMES = GROUPS.map(({ name }) => name).join(', ');

const program = new Command('node test/kubernetes/run.ts')
  .description(`Checks the deployment on a real Kubernetes control plane with simulated nodes.

The servers are built from Go modules the first time, into the cache of the local stack (~/.cache/telco-twin), which takes some
six minutes on two cores. Everything listens on 127.0.0.1 (but the figures of KEDA's adapter, which has no option for that) and is gone when the checks end.`)
  .option('--only <groups>', `groups to run, comma-separated, of ${NAMES} (default: all but ${ON_DEMAND.map(({ name }) => name).join(', ')})`, parseGroups)
  .addHelpText('after', '\nExamples:\n  node test/kubernetes/run.ts\n  node test/kubernetes/run.ts --only apply,refusals');

const { only } = program.parse().opts<{ only?: readonly CheckGroup[] }>();
const report = new Report();
const session = new Session(report);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void session.stop().finally(() => process.exit(130)));
}
try {
  await session.run(only ?? GROUPS.filter(({ onDemand }) => onDemand === undefined));
  if (only === undefined) for (const { name, onDemand = '' } of ON_DEMAND) report.skip(name, onDemand);
} catch (error) {
  report.fail('the cluster', error);
}
process.stdout.write(`${report.totals}\n`);
process.exitCode = report.failed > 0 ? 1 : 0;

function parseGroups(text: string): readonly CheckGroup[] {
  const wanted = text.split(',');
  const unknown = wanted.find((name) => !GROUPS.some((group) => group.name === name));
  if (unknown !== undefined) throw new InvalidArgumentError(`There is no group ${unknown}; there are ${NAMES}.`);
  return GROUPS.filter(({ name }) => wanted.includes(name));
}
