import type { Command } from 'commander';
import { accessRights, principals, type Right } from '../../topology/graph/index.ts';
import { grantCommand } from '../../topology/refusal.ts';
import { UsageError } from '../errors.ts';

const HELP = `
Examples:
  $ npx telco-twin access                                   every right, who needs it and for which edge of the topology
  $ npx telco-twin access cdr-generator --json
  $ npx telco-twin access --prefix demo. --kafka-acls       commands for Kafka's own tool, a line each

Nothing is connected to and nothing is granted. Each processor logs in as a principal of its own name; where yours are named
otherwise, change the names in what this prints. A right is what its edge can't do without: Describe comes with Read and Write.`;

interface AccessCommandOptions {
  readonly prefix: string;
  readonly topicsExist?: true;
  readonly kafkaAcls?: true;
  readonly json?: true;
}

export function register(program: Command): void {
  program.command('access')
    .description('the Kafka rights that the twin needs, derived from the topology')
    .argument('[principal...]', `only these: ${principals().join(', ')}`)
    .option('--prefix <text>', 'prefix of topics, groups and transactional ids (TWIN_PREFIX)', process.env.TWIN_PREFIX ?? '')
    .option('--topics-exist', 'somebody else creates the topics, so nobody needs to')
    .option('--kafka-acls', 'print kafka-acls.sh commands')
    .option('--json', 'print a JSON array')
    .addHelpText('after', HELP)
    .action(run);
}

function run(wanted: readonly string[], { prefix, topicsExist, kafkaAcls, json }: AccessCommandOptions): void {
  const unknown = wanted.find((name) => !principals().includes(name));
  if (unknown !== undefined) throw new UsageError(`there is no principal '${unknown}'; there are ${principals().join(', ')}`);
  const rights = accessRights({ prefix, topicsCreatedBy: topicsExist === true ? 'others' : 'job' })
    .filter(({ principal }) => wanted.length === 0 || wanted.includes(principal));
  if (json === true) console.log(JSON.stringify(rights));
  else if (kafkaAcls === true) console.log(rights.map(grantCommand).join('\n'));
  else console.log(table(rights));
}

function table(rights: readonly Right[]): string {
  const rows = [
    ['PRINCIPAL', 'OPERATION', 'RESOURCE', 'EDGE'],
    ...rights.map(({ principal, operation, resource, edge }) => [
      principal, operation, `${resource.type} ${resource.name}${resource.patternType === 'prefix' ? '*' : ''}`, edge,
    ]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((text, column) => text.padEnd(widths[column])).join('  ').trimEnd()).join('\n');
}
