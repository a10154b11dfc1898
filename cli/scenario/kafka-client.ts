import { randomUUID } from 'node:crypto';
import { context } from '@opentelemetry/api';
import { readToEnd, readWireValue, scenarioEventRecord, wireValue } from '../../processors/records/index.ts';
import { validateControlEvent } from '../../processors/scenario-injector/control/validate.ts';
import type { ClockState } from '../../schemas/generated/ClockState.generated.ts';
import type { ScenarioState } from '../../schemas/generated/ScenarioState.generated.ts';
import { lookupIds, registryOptions } from '../../schemas/registry.ts';
import { names, type Names } from '../../topology/graph/index.ts';
import { LogWriter, type Cluster } from '../../topology/log/index.ts';
import { traceHeaders, withScenario } from '../../topology/telemetry/propagation.ts';
import { checkKind, type ControlEvent } from '../../twin/scenarios/index.ts';
import { connectToKafka } from '../connect.ts';
import type { Outcome, ScenarioClient, ScenarioRow, StartRequest } from './client.ts';

const CONNECT_TIMEOUT_MS = 30_000;

/** By the control topic, as any Kafka client can: what the leader makes of an event shows in the list, or in `dead_letters`. */
export class KafkaClient implements ScenarioClient {
  readonly #cluster: Cluster;
  readonly #names: Names;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(cluster: Cluster, named: Names, env: NodeJS.ProcessEnv) {
    this.#cluster = cluster;
    this.#names = named;
    this.#env = env;
  }

  static async connect(env: NodeJS.ProcessEnv): Promise<KafkaClient> {
    const cluster = await connectToKafka(env, CONNECT_TIMEOUT_MS);
    return new KafkaClient(cluster, names(env.TWIN_PREFIX ?? ''), env);
  }

  /** Throws ScenarioError, and sends nothing, for what the leader would refuse whatever twin it leads. */
  async start(request: StartRequest): Promise<Outcome> {
    const scenarioId = request.scenario_id ?? `${request.kind}-${randomUUID().slice(0, 8)}`;
    const effectiveAt = request.effective_at === undefined ? await this.#eventTime() : Date.parse(request.effective_at);
    const event: ControlEvent = {
      scenarioId, kind: request.kind, action: 'START', effectiveAt,
      until: request.duration_s === undefined ? null : effectiveAt + Math.round(request.duration_s * 1_000),
      target: { type: request.target.type, ids: request.target.ids ?? [], fraction: request.target.fraction ?? null },
      intensity: request.intensity ?? 1, difficulty: request.difficulty ?? 'medium', parameters: request.parameters ?? {},
      issuedAt: Date.now(), issuedBy: request.issued_by,
    };
    validateControlEvent(event);
    checkKind(event);
    await this.#append(event);
    return { scenario_id: scenarioId, applied: false, scenario: { scenario_id: scenarioId, kind: request.kind } };
  }

  async stop(scenarioId: string, issuedBy: string): Promise<Outcome> {
    const running = (await this.#newest()).get(scenarioId);
    if (running === undefined) throw new Error(`there is no scenario "${scenarioId}"; telco-twin scenario list shows them`);
    await this.#append({
      scenarioId, kind: running.kind, action: 'STOP', effectiveAt: await this.#eventTime(), until: null,
      target: { type: 'REGION', ids: [], fraction: null }, intensity: running.intensity, difficulty: running.difficulty, parameters: {},
      issuedAt: Date.now(), issuedBy,
    });
    return { scenario_id: scenarioId, applied: false, scenario: { scenario_id: scenarioId, kind: running.kind } };
  }

  async list(): Promise<readonly ScenarioRow[]> {
    const now = await this.#eventTime();
    return [...(await this.#newest()).values()].map((state) => ({
      scenario_id: state.scenario_id,
      kind: state.kind,
      status: statusOf(state, now),
      applied_from: new Date(state.applied_from).toISOString(),
      applied_until: state.applied_until === null ? null : new Date(state.applied_until).toISOString(),
      cell_count: state.cells.length,
      subscriber_count: state.subscribers.length,
    }));
  }

  async close(): Promise<void> {
    await this.#cluster.close();
  }

  async #append(event: ControlEvent): Promise<void> {
    const schemas = await lookupIds(registryOptions(this.#env), this.#names.prefix, ['scenario_events']);
    const value = wireValue(schemas.get('scenario_events')!.id, 'ScenarioEvent', scenarioEventRecord(event));
    const writer = await LogWriter.open(this.#cluster, { compression: 'none' });
    try {
      writer.append(this.#names.topic('scenario_events'), 0, Date.now(), Buffer.from(event.scenarioId), value, undefined, undefined, traceHeaders(withScenario(context.active(), event.scenarioId)));
      await writer.flush();
    } finally {
      await writer.close();
    }
  }

  async #eventTime(): Promise<number> {
    let clock: ClockState | null = null;
    await readToEnd(this.#cluster, this.#names.topic('clock_state'), 0, (_offset, _time, bytes, _keyStart, _keyEnd, start, end) => {
      if (start >= 0) clock = readWireValue('ClockState', bytes, start, end);
    });
    return (clock as ClockState | null)?.event_time ?? Date.now();
  }

  async #newest(): Promise<Map<string, ScenarioState>> {
    const newest = new Map<string, ScenarioState>();
    await readToEnd(this.#cluster, this.#names.topic('scenario_state'), 0, (_offset, _time, bytes, _keyStart, _keyEnd, start, end) => {
      if (start < 0) return;
      const state = readWireValue('ScenarioState', bytes, start, end);
      newest.set(state.scenario_id, state);
    });
    return newest;
  }
}

function statusOf({ status, applied_from, applied_until }: ScenarioState, now: number): string {
  if (status !== 'SCHEDULED') return status;
  if (applied_from >= now) return 'SCHEDULED';
  return applied_until !== null && applied_until <= now ? 'ENDED' : 'RUNNING';
}
