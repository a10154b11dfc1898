import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { SUBSCRIBER_ID_BASE } from '../../../twin/config.ts';
import { scenarioKinds, type ControlEvent, type ScenarioTarget } from '../../../twin/scenarios/index.ts';
import { dueAt } from '../clock/clock-policy.ts';
import { clockHead } from '../clock/clock-record.ts';
import { validateControlEvent } from '../control/validate.ts';
import { revise, whyTooLate } from '../state/revise.ts';
import type { Phase } from '../state/scenario-table.ts';
import { statusAt } from '../state/status.ts';
import type { ApiDependencies } from './dependencies.ts';
import { Problem } from '../../rest/problem.ts';
import { problem } from '../../rest/problem-schema.ts';
import {
  kindList, scenarioDetail, scenarioList, scenarioParams, startBody, stopQuery, updateBody,
} from './schemas.ts';

/** How long a call waits for the leader to apply what it asked for, before it answers 202. */
const APPLY_TIMEOUT_MS = 5_000;
/** "As soon as possible" on a live clock: far enough ahead of what is due that the event is not late when the leader reads it. */
const AHEAD_WALL_MS = 1_000;

interface ScenarioBody {
  readonly scenario_id?: string;
  readonly kind?: string;
  readonly target?: { readonly type: ScenarioTarget['type']; readonly ids?: readonly string[]; readonly fraction?: number };
  readonly effective_at?: string;
  readonly until?: string;
  readonly duration_s?: number;
  readonly intensity?: number;
  readonly difficulty?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly issued_by?: string;
}

/** Kinds and scenarios. Control events are checked as the leader will check them, then appended to `scenario_events`. */
export function scenarioRoutes(api: FastifyInstance, dependencies: ApiDependencies): void {
  const { view, writer, twin, now, lastControlEvent } = dependencies;
  const failures = { 400: problem, 401: problem, 404: problem, 409: problem, 503: problem };

  api.get('/kinds', { schema: { summary: 'Kinds of scenario', response: { 200: kindList } } }, () => ({
    kinds: scenarioKinds.map(({ kind, title, description, targets, parameters, defaultDurationMs }) => ({
      kind, title, description, targets, parameters, default_duration_s: defaultDurationMs === null ? null : defaultDurationMs / 1_000,
    })),
  }));

  api.get('/scenarios', { schema: { summary: 'All scenarios', response: { 200: scenarioList } } }, () => ({
    scenarios: view.scenarios.newestPhases().map(summary),
  }));

  api.get<{ Params: { scenario_id: string } }>('/scenarios/:scenario_id', {
    schema: { summary: 'One scenario', params: scenarioParams, response: { 200: scenarioDetail, ...failures } },
  }, ({ params }) => detail(known(params.scenario_id)));

  api.post<{ Body: ScenarioBody }>('/scenarios', {
    schema: { summary: 'Start a scenario', body: startBody, response: { 201: scenarioDetail, 202: scenarioDetail, ...failures } },
  }, async ({ body, url }, reply) => {
    const id = body.scenario_id ?? `${body.kind}-${randomUUID().slice(0, 8)}`;
    if (view.scenarios.newest(id) !== undefined) {
      throw new Problem(409, 'Scenario exists', `there is a scenario "${id}" already: choose another id, or change that one`, [{ pointer: '/scenario_id', detail: 'is taken' }]);
    }
    const event = controlEvent({ scenarioId: id, kind: body.kind!, action: 'START' }, body);
    const applied = await send(event);
    void reply.status(applied ? 201 : 202).header('location', `${url.split('?')[0]}/${encodeURIComponent(id)}`);
    return answer(event);
  });

  api.patch<{ Params: { scenario_id: string }; Body: ScenarioBody }>('/scenarios/:scenario_id', {
    schema: {
      summary: 'Change a scenario', description: 'Fields that are left out stay as they are.',
      params: scenarioParams, body: updateBody, response: { 200: scenarioDetail, 202: scenarioDetail, ...failures },
    },
  }, async ({ params, body }, reply) => {
    const phase = known(params.scenario_id);
    const before = await lastControlEvent(phase);
    if (before === null) throw new Problem(409, 'Scenario has no request', `scenario_events no longer holds what started "${params.scenario_id}"; send every field with an UPDATE event`);
    const event = controlEvent({ scenarioId: phase.scenario.scenarioId, kind: phase.scenario.kind, action: 'UPDATE' }, body, before);
    const applied = await send(event);
    void reply.status(applied ? 200 : 202);
    return answer(event);
  });

  api.delete<{ Params: { scenario_id: string }; Querystring: Pick<ScenarioBody, 'effective_at' | 'issued_by'> }>('/scenarios/:scenario_id', {
    schema: {
      summary: 'Stop a scenario', params: scenarioParams, querystring: stopQuery,
      response: { 200: scenarioDetail, 202: scenarioDetail, ...failures },
    },
  }, async ({ params, query }, reply) => {
    const { scenario } = known(params.scenario_id);
    const event = controlEvent(
      { scenarioId: scenario.scenarioId, kind: scenario.kind, action: 'STOP' }, { ...query, intensity: scenario.intensity },
    );
    const applied = await send(event);
    void reply.status(applied ? 200 : 202);
    return answer(event);
  });

  /** Checks and appends an event. True when the leader has applied it by now. */
  async function send(event: ControlEvent): Promise<boolean> {
    const present = clock().event_time;
    // Before what the event holds is checked: it holds the times of the phase that it would replace, which the caller did not send.
    if (event.action !== 'START') requireOpen(event, present);
    validateControlEvent(event);
    const written = revise(view.scenarios, event, present, twin.resolve).at(-1)!;
    await writer.append(event);
    return await view.until(() => {
      const newest = view.scenarios.newest(event.scenarioId);
      return newest !== undefined && newest.revision === written.revision && newest.scenario.status === written.scenario.status;
    }, APPLY_TIMEOUT_MS);
  }

  function controlEvent(
    what: Pick<ControlEvent, 'scenarioId' | 'kind' | 'action'>, body: ScenarioBody, before?: ControlEvent,
  ): ControlEvent {
    const effectiveAt = body.effective_at === undefined ? soon() : Date.parse(body.effective_at);
    return {
      ...what,
      effectiveAt,
      until: untilOf(body, effectiveAt, before),
      target: targetOf(body, before),
      intensity: body.intensity ?? before?.intensity ?? 1,
      difficulty: body.difficulty ?? before?.difficulty ?? 'medium',
      parameters: body.parameters ?? before?.parameters ?? {},
      issuedAt: now(),
      issuedBy: body.issued_by ?? 'api',
    };
  }

  /** The earliest event time that a control event sent now can act on without being late. */
  function soon(): number {
    const record = clock();
    if (record.mode !== 'LIVE') return record.event_time;
    return Math.max(record.event_time, dueAt(clockHead(record).clock, now()) + Math.ceil(AHEAD_WALL_MS * record.speed));
  }

  function clock(): NonNullable<typeof view.clock> {
    if (view.clock === null) throw new Problem(503, 'No clock', 'no leader has started the clock yet: try again in a moment');
    return view.clock;
  }

  function known(id: string): Phase {
    const phase = view.scenarios.newest(id);
    if (phase === undefined) throw new Problem(404, 'No such scenario', `there is no scenario "${id}"; the list of scenarios shows all`);
    return phase;
  }

  function requireOpen(event: ControlEvent, present: number): void {
    const tooLate = whyTooLate(known(event.scenarioId), event, present);
    if (tooLate !== null) throw new Problem(409, 'Scenario is over', `${tooLate}; start another`);
  }

  function answer(event: ControlEvent): object {
    const phase = view.scenarios.newest(event.scenarioId);
    return phase === undefined ? { scenario_id: event.scenarioId, kind: event.kind, status: 'SCHEDULED' } : detail(phase);
  }

  function summary(phase: Phase): object {
    return { scenario_id: phase.scenario.scenarioId, kind: phase.scenario.kind, ...phaseFields(phase) };
  }

  function detail(phase: Phase): object {
    const { cells, subscribers, scenarioId } = phase.scenario;
    return {
      ...summary(phase),
      cells: cells.map((cell) => String(twin.network.cellId[cell])),
      subscribers: subscribers.map((index) => String(SUBSCRIBER_ID_BASE + index)),
      phases: view.scenarios.phasesOf(scenarioId).map(phaseFields),
    };
  }

  function phaseFields({ revision, late, request, scenario }: Phase): object {
    const { appliedFrom, appliedUntil } = scenario;
    return {
      revision,
      status: statusAt(scenario, view.clock?.event_time ?? 0),
      applied_from: iso(appliedFrom),
      applied_until: appliedUntil === null ? null : iso(appliedUntil),
      late,
      intensity: scenario.intensity,
      difficulty: scenario.difficulty,
      parameters: scenario.parameters,
      cell_count: scenario.cells.length,
      subscriber_count: scenario.subscribers.length,
      issued_at: iso(request.issuedAt),
      issued_by: request.issuedBy,
    };
  }
}

function untilOf(body: ScenarioBody, effectiveAt: number, before: ControlEvent | undefined): number | null {
  if (body.until !== undefined && body.duration_s !== undefined) {
    throw new Problem(400, 'Not a valid request', 'until and duration_s exclude each other', [{ pointer: '/duration_s', detail: 'leave it out, or until' }]);
  }
  if (body.duration_s !== undefined) return effectiveAt + Math.round(body.duration_s * 1_000);
  return body.until === undefined ? before?.until ?? null : Date.parse(body.until);
}

function targetOf({ target }: ScenarioBody, before: ControlEvent | undefined): ScenarioTarget {
  if (target === undefined) return before?.target ?? { type: 'REGION', ids: [], fraction: null };
  return { type: target.type, ids: target.ids ?? [], fraction: target.fraction ?? null };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
