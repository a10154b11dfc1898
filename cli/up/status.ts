import { authorization, clockOf, scenariosOf, type ClockStatus, type ScenarioStatus } from './api.ts';
import { parseMetrics, type Sample } from './prometheus.ts';
import type { ProcessorProcess } from './processors.ts';
import { RateMeter, type StreamRate } from './rates.ts';
import type { Supervised, SupervisedState } from './supervised.ts';

/** Streams in the order of the table. */
export const STREAMS = ['cdrs', 'network_logs', 'customer_service', 'location_updates', 'ground_truth'] as const;

const TIMEOUT_MS = 2_000;

export interface ProcessStatus {
  readonly name: string;
  readonly state: SupervisedState;
  readonly restarts: number;
  /** Why it ended last. */
  readonly reason?: string;
  /** Why it is not ready, though it runs: what it waits for. */
  readonly unready?: string;
  /** Event time between the newest tick and the slowest task; of the sink, age of the oldest row that has not landed. s. */
  readonly lagSeconds?: number;
  /** Resident memory, bytes. */
  readonly memoryBytes?: number;
}

/** One look at a running twin. */
export interface TwinStatus {
  /** Undefined while the injector does not answer. */
  readonly clock?: ClockStatus;
  readonly streams: readonly StreamRate[];
  readonly scenarios: readonly ScenarioStatus[];
  readonly processes: readonly ProcessStatus[];
}

/** Watches the processors through their `/metrics` and `/readyz`, and the injector through its API. */
export class StatusReader {
  readonly #servers: readonly Supervised[];
  readonly #processors: readonly ProcessorProcess[];
  readonly #api: string;
  readonly #headers: Record<string, string>;
  readonly #meter = new RateMeter();

  /** @param api base address of the injector's API, e.g. `http://127.0.0.1:8080/api/v1` */
  constructor(servers: readonly Supervised[], processors: readonly ProcessorProcess[], api: string, token: string | undefined) {
    this.#servers = servers;
    this.#processors = processors;
    this.#api = api;
    this.#headers = authorization(token);
  }

  async read(): Promise<TwinStatus> {
    const [processors, clock, scenarios] = await Promise.all([
      Promise.all(this.#processors.map((processor) => this.#readProcessor(processor))),
      this.#get('clock'),
      this.#get('scenarios'),
    ]);
    return {
      ...(clock === undefined ? {} : { clock: clockOf(clock) }),
      streams: this.#meter.rates(STREAMS),
      scenarios: scenarios === undefined ? [] : scenariosOf(scenarios),
      processes: [...this.#servers.map(processOf), ...processors],
    };
  }

  async #readProcessor(processor: ProcessorProcess): Promise<ProcessStatus> {
    const url = await processor.healthUrl();
    const [metrics, readiness] = url === undefined ? [] : await Promise.all([answerOf(`${url}/metrics`, {}), answerOf(`${url}/readyz`, {})]);
    const status = { ...processOf(processor.supervised), ...unreadyOf(readiness?.text) };
    if (metrics?.ok !== true) {
      this.#meter.silence(processor.name);
      return status;
    }
    const samples = parseMetrics(metrics.text);
    this.#meter.observe(processor.name, samples, performance.now());
    return { ...status, ...gauges(samples) };
  }

  async #get(path: string): Promise<unknown> {
    const answer = await answerOf(`${this.#api}/${path}`, this.#headers);
    return answer?.ok === true ? JSON.parse(answer.text) : undefined;
  }
}

function processOf({ name, state, restarts, reason }: Supervised): ProcessStatus {
  return { name, state, restarts, ...(reason === undefined ? {} : { reason }) };
}

function gauges(samples: readonly Sample[]): Pick<ProcessStatus, 'lagSeconds' | 'memoryBytes'> {
  const lags = samples.filter(({ name }) => name === 'twin_lag_seconds' || name === 'vast_sink_lag_seconds').map(({ value }) => value);
  const memory = samples.find(({ name }) => name === 'process_resident_memory_bytes')?.value;
  return {
    ...(lags.length === 0 ? {} : { lagSeconds: Math.max(...lags) }),
    ...(memory === undefined ? {} : { memoryBytes: memory }),
  };
}

/** The reasons that `/readyz` gives; nothing of one that is ready, or does not answer. */
function unreadyOf(body: string | undefined): Pick<ProcessStatus, 'unready'> {
  if (body === undefined) return {};
  const { reasons } = JSON.parse(body) as { reasons: readonly string[] };
  return reasons.length === 0 ? {} : { unready: reasons.join('; ') };
}

interface Answer {
  readonly ok: boolean;
  readonly text: string;
}

/** Undefined when there is none, as while a process starts or restarts. */
async function answerOf(url: string, headers: Record<string, string>): Promise<Answer | undefined> {
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { ok: response.ok, text: await response.text() };
  } catch {
    return undefined;
  }
}
