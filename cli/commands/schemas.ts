import type { Command } from 'commander';
import { schemaText } from '../../schemas/codec.ts';
import { RECORD_NAMES, type RecordName } from '../../schemas/generated/records.generated.ts';
import { checkAll, registerAll, registryOptions, type CheckedSubject, type RegistryOptions } from '../../schemas/registry.ts';
import { schemaTopics, subjectOf, topicSchemas } from '../../schemas/subjects.ts';
import { UsageError } from '../errors.ts';

const HELP = `
Examples:
  $ npx telco-twin schemas list                 topics, records and compatibility modes
  $ npx telco-twin schemas print Cdr            the Avro schema of a record, to stdout
  $ npx telco-twin schemas register             put all schemas into the registry; again changes nothing
  $ npx telco-twin schemas check --json         how the registry compares with this release; exit status 1 unless all is registered

Environment:
  SCHEMA_REGISTRY_URL            default http://127.0.0.1:8081/apis/ccompat/v7
  SCHEMA_REGISTRY_USERNAME       and SCHEMA_REGISTRY_PASSWORD or SCHEMA_REGISTRY_PASSWORD_FILE, where it asks for them
  TWIN_PREFIX                    prefix of topics and subjects`;

interface SchemasOptions {
  readonly url?: string;
  readonly prefix: string;
  readonly json?: true;
}

export function register(program: Command): void {
  const schemas = program.command('schemas').description('the Avro schemas of every topic, and the schema registry').addHelpText('after', HELP);

  schemas.command('list')
    .description('topics with their subject, record and compatibility mode')
    .option('--prefix <text>', 'prefix of topics and subjects (TWIN_PREFIX)', process.env['TWIN_PREFIX'] ?? '')
    .option('--json', 'print a JSON array')
    .action(({ prefix, json }: SchemasOptions) => {
      const subjects = schemaTopics.map((topic) => ({ topic: prefix + topic, subject: subjectOf(prefix, topic), ...topicSchemas[topic] }));
      print(subjects, ['topic', 'subject', 'record', 'compatibility'], json);
    });

  schemas.command('print')
    .description('the Avro schema of a record')
    .argument('<record>', `one of ${RECORD_NAMES.join(', ')}`)
    .action((record: string) => {
      if (!(RECORD_NAMES as readonly string[]).includes(record)) {
        throw new UsageError(`there is no record '${record}'; records: ${RECORD_NAMES.join(', ')}`);
      }
      process.stdout.write(schemaText(record as RecordName));
    });

  withRegistry(schemas.command('register'))
    .description('register all schemas and set their compatibility modes')
    .action(async (options: SchemasOptions) => {
      const subjects = await registerAll(connection(options), options.prefix);
      print(subjects, ['subject', 'record', 'id', 'compatibility', 'status'], options.json);
    });

  withRegistry(schemas.command('check'))
    .description('compare the registry with the schemas of this release, changing nothing')
    .action(async (options: SchemasOptions) => {
      const subjects = await checkAll(connection(options), options.prefix);
      print(subjects, ['subject', 'record', 'id', 'compatibility', 'status'], options.json);
      refuseUnlessRegistered(subjects, options.json);
    });
}

function withRegistry(command: Command): Command {
  return command
    .option('--url <address>', 'Confluent-compatible registry API (SCHEMA_REGISTRY_URL)')
    .option('--prefix <text>', 'prefix of topics and subjects (TWIN_PREFIX)', process.env['TWIN_PREFIX'] ?? '')
    .option('--json', 'print a JSON array');
}

function connection({ url }: SchemasOptions): RegistryOptions {
  const options = registryOptions(process.env);
  return { ...options, ...(url === undefined ? {} : { url }), onWait: (message) => console.error(message) };
}

function refuseUnlessRegistered(subjects: readonly CheckedSubject[], json: true | undefined): void {
  const others = subjects.filter(({ status }) => status !== 'registered');
  if (others.length === 0) return;
  process.exitCode = 1;
  if (json) return;
  for (const { subject, differences } of others) for (const line of differences) console.error(`${subject}: ${line}`);
}

/** A table for people, or the objects as they are for programs. */
function print(rows: readonly object[], columns: readonly string[], json: true | undefined): void {
  if (json) {
    console.log(JSON.stringify(rows));
    return;
  }
  const cell = (row: object, column: string) => String((row as Record<string, string | number | null>)[column] ?? '-');
  const widths = columns.map((column) => Math.max(column.length, ...rows.map((row) => cell(row, column).length)));
  const line = (texts: readonly string[]) => texts.map((text, i) => text.padEnd(widths[i] ?? 0)).join('  ').trimEnd();
  console.log([line(columns.map((column) => column.toUpperCase())), ...rows.map((row) => line(columns.map((column) => cell(row, column))))].join('\n'));
}
