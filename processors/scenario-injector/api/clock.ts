import type { FastifyInstance } from 'fastify';
import type { ClockState } from '../../../schemas/generated/ClockState.generated.ts';
import { dueAt } from '../clock/clock-policy.ts';
import { clockHead } from '../clock/clock-record.ts';
import { committedTicks } from '../clock/progress.ts';
import { leadOf, positionOf } from '../clock/tick-log.ts';
import { checkSpeed, CLOCK_ID, CLOCK_KIND } from '../control/clock-command.ts';
import type { ApiDependencies } from './dependencies.ts';
import { Problem } from '../../rest/problem.ts';
import { problem } from '../../rest/problem-schema.ts';
import { clockStatus, speedBody } from './schemas.ts';

/** How long a command waits for the leader to obey, before the API answers 202. */
const OBEY_TIMEOUT_MS = 5_000;

/** The clock. Commands go to the leader through `scenario_events`, so that it does not matter which replica is asked. */
export function clockRoutes(api: FastifyInstance, dependencies: ApiDependencies): void {
  const { admin, names, partitions, settings, view, writer, now } = dependencies;
  const schema = (summary: string): object => ({
    summary, response: { 200: clockStatus, 202: clockStatus, 400: problem, 401: problem, 503: problem },
  });

  api.get('/clock', { schema: schema('Event time, and how far the generators are') }, () => status());

  api.post('/clock/pause', { schema: schema('Stop event time') }, async (_request, reply) => {
    void reply.status(await command({ command: 'pause' }, ({ mode }) => mode === 'PAUSED') ? 200 : 202);
    return await status();
  });

  api.post('/clock/resume', { schema: schema('Let event time go on') }, async (_request, reply) => {
    void reply.status(await command({ command: 'resume' }, ({ mode }) => mode !== 'PAUSED') ? 200 : 202);
    return await status();
  });

  api.put<{ Body: { speed: number } }>('/clock/speed', { schema: { ...schema('Change the speed of event time'), body: speedBody } }, async ({ body }, reply) => {
    const speed = checkSpeed(body.speed);
    void reply.status(await command({ command: 'speed', speed: String(speed) }, (clock) => clock.speed === speed) ? 200 : 202);
    return await status();
  });

  /** True when the leader has obeyed by now. */
  async function command(parameters: Readonly<Record<string, string>>, obeyed: (clock: ClockState) => boolean): Promise<boolean> {
    const before = current();
    await writer.append({
      scenarioId: CLOCK_ID,
      kind: CLOCK_KIND,
      action: 'UPDATE',
      effectiveAt: before.event_time,
      until: null,
      target: { type: 'REGION', ids: [], fraction: null },
      intensity: 1,
      difficulty: 'medium',
      parameters,
      issuedAt: now(),
      issuedBy: 'api',
    });
    return await view.until(() => view.clock !== null && view.clock.scenario_events_end > before.scenario_events_end && obeyed(view.clock), OBEY_TIMEOUT_MS);
  }

  async function status(): Promise<object> {
    const record = current();
    const due = record.mode === 'LIVE' ? Math.max(record.event_time, dueAt(clockHead(record).clock, now())) : record.event_time;
    const committed = await committedTicks(admin, names, settings.groups);
    const groups = settings.groups.map((group, index) => {
      const position = positionOf(view.ticks, committed[index], partitions, record.event_time);
      return {
        group,
        event_time: iso(position),
        lag_ticks: leadOf(view.ticks, committed[index], partitions),
        lag_seconds: Math.max(0, due - position) / 1_000,
      };
    });
    return {
      event_time: iso(record.event_time),
      mode: record.mode,
      speed: record.speed,
      paused_by: record.paused_by,
      until: record.until === null ? null : iso(record.until),
      started_at: iso(record.started_at),
      sequence: record.sequence,
      leader: record.leader,
      lag_seconds: Math.max((due - record.event_time) / 1_000, ...groups.map((group) => group.lag_seconds)),
      groups,
    };
  }

  function current(): ClockState {
    if (view.clock === null) throw new Problem(503, 'No clock', 'no leader has started the clock yet: try again in a moment');
    return view.clock;
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
