import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { EXIT_FAILURE, EXIT_OK, EXIT_USAGE, UsageError } from './errors.ts';

/** What a module in `cli/commands/` exports. `register` adds the command of the file's name to the program. */
export interface CommandModule {
  readonly register: (program: Command) => void;
}

const COMMANDS = join(import.meta.dirname, 'commands');

const HELP = `
Examples:
  $ npm start                                                  the whole twin on this machine
  $ npm start -- --subscribers 20000 --start 2026-03-01        a month of history, then live
  $ npx telco-twin sample --stream cdrs --minutes 30           records without Kafka, to stdout
  $ npx telco-twin <command> --help                            options and examples of a command

Environment:
  KAFKA_BROKERS        comma-separated host:port of an existing cluster
  SCHEMA_REGISTRY_URL  Confluent-compatible API of an existing registry
  TWIN_PREFIX          prefix of topics, groups and transactional ids, so that twins share a cluster
  LOG_LEVEL            trace, debug, info, warn or error; debug adds stack traces to errors

Exit status: 0 done, 1 failed, 2 wrong usage.`;

/** Names of all commands: one file each in `cli/commands/`. */
export function commandNames(): string[] {
  return readdirSync(COMMANDS).filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -3)).sort();
}

/**
 * Runs the command line and returns its exit code; prints errors to stderr.
 * @param argv arguments after the program's name
 */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    const program = await createProgram(argv);
    await program.parseAsync(argv, { from: 'user' });
    return EXIT_OK;
  } catch (error) {
    return report(error);
  }
}

/** Only the module of the command at hand is imported: start-up time does not grow with the number of commands. */
async function createProgram(argv: readonly string[]): Promise<Command> {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')) as { version: string };
  const program = new Command('telco-twin')
    .description('A live digital twin of a mobile operator on Apache Kafka.')
    .version(version)
    .showHelpAfterError('(add --help for options and examples)')
    .exitOverride()
    .addHelpText('after', HELP);
  const names = commandNames();
  const wanted = argv[0] !== undefined && names.includes(argv[0]) ? [argv[0]] : names;
  for (const name of wanted) {
    const module = (await import(join(COMMANDS, `${name}.ts`))) as CommandModule;
    module.register(program);
  }
  inheritExitOverride(program);
  return program;
}

/** `addCommand` does not hand settings down, unlike `command`. */
function inheritExitOverride(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    inheritExitOverride(child);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
  if (error instanceof UsageError) {
    console.error(`error: ${error.message}`);
    return EXIT_USAGE;
  }
  const { LOG_LEVEL } = process.env;
  const verbose = LOG_LEVEL === 'debug' || LOG_LEVEL === 'trace';
  console.error(error instanceof Error && !verbose ? `error: ${error.message}` : error);
  return EXIT_FAILURE;
}
