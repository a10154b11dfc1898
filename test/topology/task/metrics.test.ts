import { afterEach, describe, expect, it } from 'vitest';
import { noteRequestError } from '../../../topology/log/net/request-errors.ts';
import { RuntimeMetrics, type TaskGauges } from '../../../topology/task/metrics.ts';
import { deadLetterCounter } from '../../../topology/telemetry/shared-metrics.ts';

const metrics: RuntimeMetrics[] = [];

afterEach(() => {
  for (const each of metrics.splice(0)) each.close();
});

function withTasks(...tasks: Partial<TaskGauges>[]): RuntimeMetrics {
  const made = new RuntimeMetrics();
  metrics.push(made);
  for (const [partition, task] of tasks.entries()) {
    made.addTask(() => ({ processor: 'cdr-generator', partition, phase: 'RUNNING', lagSeconds: 0, committedTo: -1, followsWallClock: false, ...task }));
  }
  return made;
}

/** Values of a metric by their labels. */
async function values(from: RuntimeMetrics, name: string): Promise<Record<string, number>> {
  const found = (await from.registry.getMetricsAsJSON()).find((metric) => metric.name === name);
  return Object.fromEntries((found?.values ?? []).map(({ labels, value }) => [Object.values(labels).join(' '), value]));
}

describe('metrics of a process', () => {
  it('tell the age of the newest records while event time is wall time, and nothing otherwise', async () => {
    const now = Date.now();
    const live = withTasks({ committedTo: now - 90_000, followsWallClock: true }, { committedTo: now - 1_000, followsWallClock: true });
    const lag = (await values(live, 'twin_wall_clock_lag_seconds'))['cdr-generator'];
    expect(lag).toBeGreaterThanOrEqual(90);
    // Waiting work is another matter: there is none.
    expect(await values(live, 'twin_lag_seconds')).toEqual({ 'cdr-generator 0': 0, 'cdr-generator 1': 0 });
    const fast = withTasks({ committedTo: now - 90_000 });
    expect(await values(fast, 'twin_wall_clock_lag_seconds')).toEqual({});
    expect(await values(fast, 'twin_event_time_seconds')).toEqual({ 'cdr-generator': (now - 90_000) / 1_000 });
  });

  it('count tasks by state, every state, so that none is missed when it first occurs', async () => {
    const counts = await values(withTasks({}, {}, { phase: 'REFUSING' }), 'twin_tasks');
    expect(counts).toMatchObject({ 'cdr-generator RUNNING': 2, 'cdr-generator REFUSING': 1, 'cdr-generator RECOVERING': 0 });
  });

  it('know failures of transactions as 0 before the first', async () => {
    const made = withTasks({});
    expect(await values(made, 'twin_transactions_total')).toEqual({ 'cdr-generator committed': 0, 'cdr-generator aborted': 0, 'cdr-generator unknown': 0 });
    made.notCommitted('cdr-generator', 'aborted');
    made.committed('cdr-generator', { written: [{ topic: 'cdrs', records: 3, bytes: 300 }], ticks: 2, deadLetters: ['UNREADABLE'], seconds: 0.02 });
    expect(await values(made, 'twin_transactions_total')).toEqual({ 'cdr-generator committed': 1, 'cdr-generator aborted': 1, 'cdr-generator unknown': 0 });
    expect(await values(made, 'twin_events_total')).toEqual({ cdrs: 3 });
    // A service of the same process counts into the same metric.
    deadLetterCounter(made.registry, 'vast-sink', { MALFORMED_AVRO: true })('MALFORMED_AVRO');
    expect(await values(made, 'twin_dead_letters_total')).toMatchObject({ 'cdr-generator UNREADABLE': 1, 'cdr-generator REPEATED': 0, 'vast-sink MALFORMED_AVRO': 1 });
  });

  it('count refused requests until the process stops', async () => {
    const made = withTasks();
    noteRequestError('NOT_COORDINATOR');
    noteRequestError('NOT_COORDINATOR');
    made.close();
    noteRequestError('TRANSPORT');
    expect(await values(made, 'twin_kafka_request_errors_total')).toEqual({ NOT_COORDINATOR: 2 });
  });
});
