import { userInfo } from 'node:os';
import { Option, type Command } from 'commander';
import { DIFFICULTIES } from '../../processors/scenario-injector/control/validate.ts';
import { MAX_INTENSITY, scenarioKinds } from '../../twin/scenarios/index.ts';
import { apiToken } from '../api-token.ts';
import { instant } from '../options.ts';
import { ApiClient } from '../scenario/api-client.ts';
import { duration, intensity, keyValue, target, type Target } from '../scenario/arguments.ts';
import type { Outcome, ScenarioClient } from '../scenario/client.ts';
import { kindText, scenarioTable, sentText } from '../scenario/format.ts';
import { KafkaClient } from '../scenario/kafka-client.ts';
import { contextFrom } from '../../topology/telemetry/propagation.ts';
import { SpanKind, Traced } from '../../topology/telemetry/spans.ts';
import { startTracing } from '../../topology/telemetry/tracing.ts';

const HELP = `
Examples:
  $ npx telco-twin scenario kinds
  $ npx telco-twin scenario start cell_outage --target cell:1234567 --for 30m
  $ npx telco-twin scenario start flash_crowd --target site:S00042 --for 3h --id match-day
  $ npx telco-twin scenario stop match-day
  $ npx telco-twin scenario list --json
  $ npx telco-twin scenario start cell_outage --target cell:1234567 --brokers kafka:9092

Goes through the REST API (--api, by default http://127.0.0.1:8080, token in API_TOKEN, or in the file that API_TOKEN_FILE names), or with
--brokers straight to the control topic (registry in SCHEMA_REGISTRY_URL, twin in TWIN_PREFIX, log-in in KAFKA_SASL_* and KAFKA_SSL_*).
With OTEL_EXPORTER_OTLP_ENDPOINT the command begins a trace, or goes on in that of TRACEPARENT; it prints the trace's id.`;

const START_HELP = `
Examples:
  $ npx telco-twin scenario start site_outage --target site:S00042 --for 45m --difficulty hard
  $ npx telco-twin scenario start flash_crowd --target site:S00042 --at 2026-03-02T18:00Z --param attendance=2000 --id match-day

Site and cell ids: npx telco-twin peek network_state --from-beginning --no-follow`;

const DEFAULT_API = 'http://127.0.0.1:8080';

interface ConnectionOptions {
  readonly api?: string;
  readonly brokers?: string;
  readonly json?: true;
}

interface StartOptions extends ConnectionOptions {
  readonly target: Target;
  readonly id?: string;
  readonly at?: number;
  readonly for?: number;
  readonly intensity?: number;
  readonly difficulty?: string;
  readonly param: Readonly<Record<string, string>>;
}

export function register(program: Command): void {
  const command = program.command('scenario').description('start, stop and list scenarios of a running twin').addHelpText('after', HELP);

  connected(command.command('start').description('start a scenario'))
    .argument('<kind>', 'what happens; see telco-twin scenario kinds')
    .requiredOption('--target <type:ids>', 'where it happens, such as cell:123,124 or fraction:0.01', target)
    .option('--id <id>', 'name of the scenario (default: the kind and a random suffix)')
    .option('--at <time>', 'event time at which it begins, ISO 8601 (default: now)', instant)
    .option('--for <duration>', 'how long, in event time: 90s, 30m, 2h, 1d (default: as telco-twin scenario kinds says)', duration)
    .option('--intensity <x>', `how strong, above 0 and at most ${MAX_INTENSITY} (default: 1)`, intensity)
    .addOption(new Option('--difficulty <level>', 'how hard to detect (default: medium)').choices(DIFFICULTIES))
    .addOption(new Option('--param <name=value>', 'parameter of the kind; may be repeated').argParser(keyValue).default({}, 'what the kind says'))
    .addHelpText('after', START_HELP)
    .action((kind: string, options: StartOptions) => withClient(options, async (client) => {
      say(...await traced('start', () => client.start({
        kind, target: options.target, parameters: options.param, issued_by: issuer(),
        ...(options.id === undefined ? {} : { scenario_id: options.id }),
        ...(options.at === undefined ? {} : { effective_at: new Date(options.at).toISOString() }),
        ...(options.for === undefined ? {} : { duration_s: options.for / 1_000 }),
        ...(options.intensity === undefined ? {} : { intensity: options.intensity }),
        ...(options.difficulty === undefined ? {} : { difficulty: options.difficulty }),
      })), 'started', options);
    }));

  connected(command.command('stop').description('end a scenario now'))
    .argument('<id>', 'name of the scenario')
    .action((id: string, options: ConnectionOptions) => withClient(options, async (client) => {
      say(...await traced('stop', () => client.stop(id, issuer())), 'stopped', options);
    }));

  connected(command.command('list').description('list all scenarios'))
    .action((options: ConnectionOptions) => withClient(options, async (client) => {
      const scenarios = await client.list();
      console.log(options.json === true ? JSON.stringify(scenarios) : scenarioTable(scenarios));
    }));

  command.command('kinds').description('list the kinds of scenario, what they aim at and what can be set')
    .option('--json', 'print JSON')
    .action((options: ConnectionOptions) => {
      const described = scenarioKinds.map(({ kind, title, description, targets, parameters, defaultDurationMs }) =>
        ({ kind, title, description, targets, parameters, default_duration_s: defaultDurationMs === null ? null : defaultDurationMs / 1_000 }));
      console.log(options.json === true ? JSON.stringify(described) : kindText(scenarioKinds));
    });
}

function connected(command: Command): Command {
  return command
    .option('--api <url>', `REST API of the twin (default: ${DEFAULT_API})`)
    .option('--brokers <host:port,…>', 'write to the control topic instead')
    .option('--json', 'print JSON');
}

async function withClient(options: ConnectionOptions, use: (client: ScenarioClient) => Promise<void>): Promise<void> {
  const client = options.brokers === undefined
    ? new ApiClient(options.api ?? DEFAULT_API, apiToken(process.env))
    : await KafkaClient.connect({ ...process.env, KAFKA_BROKERS: options.brokers });
  try {
    await use(client);
  } finally {
    await client.close();
  }
}

/** Runs a command in a span of its own, or within the one that TRACEPARENT names. With the trace's id, if it is exported. */
async function traced(command: string, work: () => Promise<Outcome>): Promise<[Outcome, string | null]> {
  const tracing = await startTracing(process.env, 'telco-twin-cli', { warn: (_detail: unknown, message?: string) => { console.error(message); } });
  const span = new Traced(`scenario ${command}`, SpanKind.CLIENT, contextFrom({ traceparent: process.env.TRACEPARENT, tracestate: process.env.TRACESTATE }), {});
  try {
    const outcome = await span.run(work);
    span.set({ 'telco.scenario_id': outcome.scenario_id });
    const traceId = span.isRecording ? span.traceId : null;
    span.end();
    return [outcome, traceId];
  } catch (error) {
    span.end(error);
    throw error;
  } finally {
    await tracing.shutdown();
  }
}

function say({ scenario_id, applied, scenario }: Outcome, traceId: string | null, done: 'started' | 'stopped', options: ConnectionOptions): void {
  if (options.json === true) {
    console.log(JSON.stringify({ ...scenario, scenario_id, applied, ...(traceId === null ? {} : { trace_id: traceId }) }));
    return;
  }
  const from = done === 'started' && scenario.applied_from !== undefined ? ` (acts from ${scenario.applied_from})` : '';
  if (applied) console.log(`${done} ${scenario_id}${from}`);
  else console.log(sentText(scenario_id, options));
  if (traceId !== null) console.log(`trace ${traceId}`);
}

function issuer(): string {
  try {
    return `cli:${userInfo().username}`;
  } catch {
    // In a container a user may be a number without a name.
    return `cli:${process.getuid?.() ?? 'unknown'}`;
  }
}
