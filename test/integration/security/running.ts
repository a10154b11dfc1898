import { join } from 'node:path';
import { pino } from 'pino';
import { names, processorGraph } from '../../../topology/graph/index.ts';
import { Admin, clusterOptionsFromEnv, type Cluster } from '../../../topology/log/index.ts';
import type { ProcessorModule } from '../../../topology/task/contract.ts';
import { ProcessorHost } from '../../../topology/task/host.ts';
import { settingsFromEnv } from '../../../topology/task/settings.ts';

const PROCESSORS = join(import.meta.dirname, '../../../processors');
const POLL_MS = 50;

/** A processor in this process, as `telco-twin run` hosts it, logged in as its own principal. */
export class Running {
  readonly name: string;
  readonly host: ProcessorHost;
  /** Why it ended by itself; null while it has not. */
  failure: Error | null = null;
  apiUrl: string | null = null;

  private constructor(name: string, host: ProcessorHost) {
    this.name = name;
    this.host = host;
  }

  /** Starts it without waiting for it to be ready. */
  static async start(name: string, env: Readonly<Record<string, string>>): Promise<Running> {
    const module = (await import(join(PROCESSORS, name, 'index.ts'))) as ProcessorModule;
    let running: Running | null = null;
    const write = (line: string): void => {
      const { msg, url } = JSON.parse(line) as { msg: string; url?: string };
      if (msg === 'API listening' && running !== null) running.apiUrl = url!;
    };
    const host = new ProcessorHost({
      processors: [{ graph: processorGraph(name), module }], cluster: clusterOptionsFromEnv(env), settings: settingsFromEnv(env), env,
      logger: pino({ level: 'info' }, { write }),
    });
    const started = running = new Running(name, host);
    void host.ended.then((failure) => { started.failure = failure; });
    void host.start();
    return started;
  }

  /** Resolves when it works. @throws why it ended instead */
  async ready(): Promise<this> {
    while (this.host.unready().length > 0) {
      if (this.failure !== null) throw this.failure;
      await new Promise((resolve) => { setTimeout(resolve, POLL_MS); });
    }
    return this;
  }

  /** Resolves with the reason when it ends by itself. */
  async failed(): Promise<Error> {
    const reason = await this.host.ended;
    if (reason === null) throw new Error(`${this.name} ended without a reason`);
    return reason;
  }

  async stop(): Promise<void> {
    await this.host.stop();
  }
}

/** Offsets that a group has committed, summed over all partitions of all topics. */
export async function progressOf(cluster: Cluster, prefix: string, processor: string): Promise<number> {
  const committed = await new Admin(cluster).committedOffsets(names(prefix).group(processor));
  return committed.reduce((sum, { offset }) => sum + offset, 0);
}
