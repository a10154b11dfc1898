import { GuardedChild } from '../../deploy/local/child.ts';
import { waitUntilReady } from '../../deploy/local/ready.ts';
import { sinkSettings } from '../../processors/vast-sink/settings.ts';
import { checkName, compileOptions } from '../../vast/client/options.ts';
import { UsageError } from '../errors.ts';
import { NODE_FLAGS } from './processors.ts';
import { PROGRAM } from './step.ts';

/** Keys, bucket and schema of the local endpoint, where the environment has no others. */
const DEFAULTS = { VAST_ACCESS_KEY: 'local', VAST_SECRET_KEY: 'local-secret', VAST_BUCKET: 'vastdb', VAST_SCHEMA: 'telco' } as const;

const START_TIMEOUT_MS = 60_000;

export interface LocalVastOptions {
  readonly dataDir: string;
  readonly port: number;
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
}

export const localVastUrl = (port: number): string => `http://127.0.0.1:${port}`;

/** vastdb-local as a child process: a local endpoint for development and tests, not VAST. */
export class LocalVast {
  readonly #options: LocalVastOptions;
  #child: GuardedChild | undefined;

  constructor(options: LocalVastOptions) {
    this.#options = options;
  }

  get url(): string {
    return localVastUrl(this.#options.port);
  }

  get process(): GuardedChild | undefined {
    return this.#child;
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const { dataDir, port, env, logFile } = this.#options;
    this.#child = await GuardedChild.spawn({
      name: 'The local VAST endpoint', command: process.execPath,
      args: [...NODE_FLAGS, PROGRAM, 'vastdb', '--data-dir', dataDir, '--port', String(port)], env: { ...env, ...vastEnvironment(env, this.url) }, logFile,
    });
    await waitUntilReady(this.#child, START_TIMEOUT_MS, () => answers(this.url));
  }
}

/** What the sink, and people's own programs, find VAST with. A secret that is given as a file stays one. */
export function vastEnvironment(env: NodeJS.ProcessEnv, url: string): NodeJS.ProcessEnv {
  const settings: NodeJS.ProcessEnv = { VAST_ENDPOINT: url };
  for (const [name, value] of Object.entries(DEFAULTS)) {
    if (!env[`${name}_FILE`]) settings[name] = env[name] || value;
  }
  return settings;
}

/**
 * What the sink would refuse, again and again, as soon as it runs.
 * @param env with VAST_ENDPOINT, be it the local one's
 * @throws UsageError that names the variable
 */
export function requireSinkSettings(env: NodeJS.ProcessEnv): void {
  try {
    const settings = sinkSettings(env);
    compileOptions(settings);
    checkName('schema', settings.schema);
  } catch (error) {
    throw new UsageError(`${(error as Error).message} (VAST_… and SINK_… in the environment are for vast-sink; --no-vast starts without it)`);
  }
}

/** Anything that calls itself VAST, be it to refuse an unsigned request. */
async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/?transaction`, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.headers.get('server')?.startsWith('vast ') === true;
  } catch {
    return false;
  }
}
