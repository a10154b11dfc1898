import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadPlaces, UnknownRegionError } from '../../processors/places/index.ts';
import { apiToken } from '../api-token.ts';
import { UsageError } from '../errors.ts';
import { freeDisk } from '../plan/disk.ts';
import { count } from '../plan/format.ts';
import { plan, type Plan } from '../plan/figures.ts';
import { putSpeed } from './api.ts';
import { fitDisk } from './disk-check.ts';
import { displayFor } from './display.ts';
import { ProcessorProcess, PROCESSORS, SINK } from './processors.ts';
import { Progress } from './progress.ts';
import { checkMachine, startServers, type Ports, type Servers } from './servers.ts';
import { DEFAULTS, TwinFolder, type TwinRequest } from './settings.ts';
import { StatusReader } from './status.ts';
import { runStep } from './step.ts';
import type { Supervised } from './supervised.ts';
import { localVastUrl, requireSinkSettings, vastEnvironment } from './vast.ts';

export interface UpOptions extends TwinRequest {
  readonly dataDir: string;
  readonly reset: boolean;
  readonly json: boolean;
  /** Whether to land the streams in VAST DB. */
  readonly vast: boolean;
  readonly ports: Ports;
  /** Event time at which the clock ends, ms. */
  readonly until?: number;
  readonly onGap?: string;
  readonly retentionHours?: number;
}

const DRAIN_MS = 30_000;
const SERVER_STOP_MS = 20_000;

/**
 * Brings a twin up, shows it, and takes it down again when `signal` is aborted.
 * Whatever fails or is interrupted on the way, all that was started is stopped in the reverse order.
 */
export async function up(options: UpOptions, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const progress = new Progress();
  requireSound(options, env);
  const folder = TwinFolder.open(options.dataDir, options, options.reset, Date.now());
  const servers: Supervised[] = [];
  const processors: ProcessorProcess[] = [];
  try {
    requireSpan(folder, options, Date.now());
    const figures = await planFor(folder, options, env);
    const java = await checkMachine(options.ports, options.vast, env);
    folder.begin();
    const stack = await startServers(folder, java, options.ports, options.vast, env, progress, signal, (server) => servers.push(server));
    folder.keep();
    const childEnv = environment(env, stack, folder, options);
    await prepare(folder, figures, childEnv, progress, signal);
    for (const name of stack.vast === null ? PROCESSORS : [...PROCESSORS, SINK]) {
      signal.throwIfAborted();
      progress.step('starting processors', name);
      const processor = new ProcessorProcess(name, childEnv, folder.file('logs', `${name}.log`));
      processors.push(processor);
      await processor.supervised.run();
    }
    progress.done(`${processors.length} processors started`);
    await watch(folder, options, stack, processors, env, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await stopAll(servers, processors, progress);
    folder.close();
  }
}

/** What would only be found wrong minutes later, when servers run and topics exist. @throws UsageError */
function requireSound({ region, ports, vast }: UpOptions, env: NodeJS.ProcessEnv): void {
  const [taken, twice] = Object.entries(ports).flatMap(([name, port], k, all) => {
    const other = all.slice(0, k).find(([, earlier]) => earlier === port);
    return other === undefined ? [] : [other[0], name];
  });
  if (twice !== undefined) throw new UsageError(`--${taken}-port and --${twice}-port are both ${ports[twice as keyof typeof ports]}; give each its own`);
  if (vast) requireSinkSettings(env.VAST_ENDPOINT ? env : { ...env, ...vastEnvironment(env, localVastUrl(ports.vast)) });
  if (region === undefined) return;
  try {
    loadPlaces(region);
  } catch (error) {
    throw error instanceof UnknownRegionError ? new UsageError(error.message) : error;
  }
}

/** Event time must have somewhere to go. @throws UsageError */
function requireSpan({ settings: { start }, isNew }: TwinFolder, { until, speed = DEFAULTS.speed }: UpOptions, now: number): void {
  if (until !== undefined && until <= Date.parse(start)) {
    throw new UsageError(`--until ${new Date(until).toISOString()} is not after the twin's start, ${start}`);
  }
  if (isNew && speed === 1 && Date.parse(start) > now) {
    throw new UsageError(
      `--start ${start} is in the future: at speed 1 nothing would happen until then. ` +
        'Leave --start out to begin now, or add a --speed other than 1 to begin there at once.',
    );
  }
}

/** Figures of the twin; on a local broker, bounded such that the disk does not fill up. */
async function planFor(folder: TwinFolder, { speed = DEFAULTS.speed, retentionHours }: UpOptions, env: NodeJS.ProcessEnv): Promise<Plan> {
  const { subscribers, partitions, backfillHours } = folder.settings;
  const settings = { subscribers, partitions, backfillHours, speed };
  if (env.KAFKA_BROKERS) return plan({ ...settings, retentionHours: retentionHours ?? 24 });
  return fitDisk(settings, retentionHours, await freeDisk(folder.path), await sizeOf(folder.file('kafka')));
}

function environment(env: NodeJS.ProcessEnv, servers: Servers, folder: TwinFolder, options: UpOptions): NodeJS.ProcessEnv {
  return {
    ...env,
    ...servers.vast,
    KAFKA_BROKERS: servers.brokers,
    SCHEMA_REGISTRY_URL: servers.registryUrl,
    API_PORT: String(options.ports.api),
    SUBSCRIBER_DB_DIR: folder.file('subscriber-db'),
    SUBSCRIBER_DB_HOST: '127.0.0.1',
    SUBSCRIBER_DB_PORT: String(options.ports.store),
    SUBSCRIBER_DB_URL: `http://127.0.0.1:${options.ports.store}`,
    CLOCK_START: folder.settings.start,
    CLOCK_SPEED: String(options.speed ?? DEFAULTS.speed),
    ...(options.until === undefined ? {} : { CLOCK_UNTIL: new Date(options.until).toISOString() }),
    ...(options.onGap === undefined ? {} : { CLOCK_ON_GAP: options.onGap }),
  };
}

/** Topics, schemas and the twin itself; each command does nothing where its work is done already. */
async function prepare(folder: TwinFolder, figures: Plan, env: NodeJS.ProcessEnv, progress: Progress, signal: AbortSignal): Promise<void> {
  const { subscribers, partitions, region, seed, start } = folder.settings;
  const steps: readonly (readonly [name: string, doing: string, args: readonly string[]])[] = [
    ['topics', 'creating topics', [
      'topics', 'create', '--partitions', String(partitions), '--retention-hours', String(figures.settings.retentionHours),
      '--start', start, '--retention-bytes', String(figures.retentionBytes),
    ]],
    ['schemas', 'registering schemas', ['schemas', 'register']],
    ['seed', `seeding ${count(subscribers)} subscribers`, [
      'seed', '--subscribers', String(subscribers), '--region', region, '--seed', String(seed),
    ]],
  ];
  for (const [name, doing, args] of steps) {
    progress.step(doing);
    await runStep({
      name, args, env, signal, logFile: folder.file('logs', `${name}.log`), onOutput: (line) => progress.step(doing, line),
    });
    progress.done(name);
  }
}

async function watch(
  folder: TwinFolder, options: UpOptions, servers: Servers, processors: readonly ProcessorProcess[],
  env: NodeJS.ProcessEnv, signal: AbortSignal,
): Promise<void> {
  const { subscribers, partitions, region, seed } = folder.settings;
  const api = `http://127.0.0.1:${options.ports.api}/api/v1`;
  const token = apiToken(env);
  const reader = new StatusReader(servers.own, processors, api, token);
  const display = displayFor(process.stdout, options.json, [
    `telco-twin  ${region}, ${count(subscribers)} subscribers, ${partitions} partitions, seed ${seed}`,
    `  Kafka ${servers.brokers}  registry ${servers.registryUrl}`,
    ...vastLine(servers, env),
    `  API ${api}  look-ups http://127.0.0.1:${options.ports.store}/v1`,
    `  logs ${folder.file('logs')}`,
    '  Ctrl-C stops everything; the next start continues here.',
    '',
  ]);
  // CLOCK_SPEED is that of a new twin; one that was there before is told, once.
  let speed = options.speed;
  try {
    while (!signal.aborted) {
      const status = await reader.read();
      display.show(status);
      if (speed !== undefined && status.clock !== undefined && (status.clock.speed === speed || await putSpeed(api, token, speed))) speed = undefined;
      await sleep(display.intervalMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    display.end();
  }
}

/** Where VAST's clients find what lands; the local endpoint is for development and tests, not VAST. */
function vastLine({ vast }: Servers, env: NodeJS.ProcessEnv): string[] {
  if (vast === null) return [];
  return [vast.VAST_ENDPOINT === undefined ? `  VAST ${env.VAST_ENDPOINT}` : `  local VAST endpoint ${vast.VAST_ENDPOINT} (for development and tests, not VAST)`];
}

/** The clock stops first, then the generators drain together, then the sink lands what they wrote, then the servers go in the reverse order of their start. */
async function stopAll(servers: readonly Supervised[], processors: readonly ProcessorProcess[], progress: Progress): Promise<void> {
  const sink = processors.find(({ name }) => name === SINK);
  const [clock, ...generators] = processors.filter((processor) => processor !== sink);
  if (clock !== undefined) {
    progress.step('stopping processors', clock.name);
    await clock.supervised.stop(DRAIN_MS);
    await Promise.all(generators.map(({ supervised }) => supervised.stop(DRAIN_MS)));
    await sink?.supervised.stop(DRAIN_MS);
    progress.done('processors stopped');
  }
  for (const server of [...servers].reverse()) {
    progress.step(`stopping ${server.name}`);
    await server.stop(SERVER_STOP_MS);
    progress.done(`${server.name} stopped`);
  }
}

/** Bytes of the files below a folder; 0 when there is none. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.filter((entry) => entry.isFile()).map(async (entry) => {
      const file = await stat(join(entry.parentPath, entry.name)).catch(() => undefined);
      return file === undefined ? 0 : file.blocks * 512;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
