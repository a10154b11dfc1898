import { SUBSCRIBER_ID_BASE } from '../../twin/config.ts';
import { ScenarioError, type ControlEvent, type ResolvedScenario, type ScenarioTarget } from '../../twin/scenarios/index.ts';
import { INSTANT_FORM, instantOf } from '../../twin/time/instant.ts';
import type { InMemoryTwin } from '../generator/in-memory.ts';
import { causeRecords, type CauseRecord } from '../scenario-injector/leader/cause-records.ts';
import { validateControlEvent } from '../scenario-injector/control/validate.ts';
import { revise } from '../scenario-injector/state/revise.ts';
import { ScenarioTable } from '../scenario-injector/state/scenario-table.ts';

/** What the injector makes of control events that reach it before they take effect. */
export class ControlledScenarios {
  readonly #twin: InMemoryTwin;
  readonly #table = new ScenarioTable();
  readonly #phases: ResolvedScenario[] = [];

  /** @param events in the order of `scenario_events`. Throws {@link ScenarioError} for the first that the injector would refuse. */
  constructor(twin: InMemoryTwin, events: readonly ControlEvent[]) {
    this.#twin = twin;
    const order = new Map<string, number>();
    for (const event of events) {
      validateControlEvent(event);
      const phases = revise(this.#table, event, -Infinity, (asked, from) => twin.resolve([asked], from)[0]);
      for (const phase of phases) {
        this.#table.put(phase);
        const key = `${phase.scenario.scenarioId}#${phase.revision}`;
        const position = order.get(key) ?? order.size;
        order.set(key, position);
        this.#phases[position] = phase.scenario;
      }
    }
  }

  /** Newest version of each phase, in order of first appearance, as a generator reads `scenario_state`. */
  get phases(): readonly ResolvedScenario[] {
    return this.#phases;
  }

  /** The ledger of beginnings and ends in [from, to), in order. */
  causes(from: number, to: number): CauseRecord[] {
    const { cellId } = this.#twin.world.network;
    return this.#table.turns(from, to - 1).flatMap((turn) => causeRecords(turn, (cell) => cellId[cell], (i) => SUBSCRIBER_ID_BASE + i));
  }
}

const EVENT_FIELDS = [
  'scenario_id', 'kind', 'action', 'effective_at', 'until', 'target', 'intensity', 'difficulty', 'parameters', 'issued_at', 'issued_by',
];
const TARGET_FIELDS = ['type', 'ids', 'fraction'];

/**
 * A control event from JSON, in the form of the `ScenarioEvent` schema. Times may be ISO 8601 text (UTC unless they say otherwise) or ms; what the schema
 * gives a default for may be left out, also `action` (START), `issued_at` and `issued_by`. Throws {@link ScenarioError} naming the field.
 */
export function controlEventFromJson(json: unknown): ControlEvent {
  const event = object('scenario', json);
  const target = object('target', event['target'] ?? {});
  requireKnown('', event, EVENT_FIELDS);
  requireKnown('target.', target, TARGET_FIELDS);
  const effectiveAt = time('effective_at', event['effective_at']);
  const until = event['until'] ?? null;
  const intensity = event['intensity'] ?? 1;
  const issuedAt = event['issued_at'];
  const fraction = target['fraction'] ?? null;
  if (typeof intensity !== 'number') throw new ScenarioError('intensity', `intensity is ${JSON.stringify(intensity)}; expected a number`);
  if (fraction !== null && typeof fraction !== 'number') throw new ScenarioError('target.fraction', 'target.fraction must be a number or null');
  return {
    scenarioId: text('scenario_id', event['scenario_id']),
    kind: text('kind', event['kind']),
    action: text('action', event['action'] ?? 'START') as ControlEvent['action'],
    effectiveAt,
    until: until === null ? null : time('until', until),
    target: { type: text('target.type', target['type'] ?? 'UNKNOWN') as ScenarioTarget['type'], ids: ids(target['ids'] ?? []), fraction },
    intensity,
    difficulty: text('difficulty', event['difficulty'] ?? 'medium'),
    parameters: parameters(event['parameters'] ?? {}),
    issuedAt: issuedAt === undefined ? effectiveAt : time('issued_at', issuedAt),
    issuedBy: text('issued_by', event['issued_by'] ?? 'sample'),
  };
}

/** A field that is spelled otherwise would leave its default in force, unseen. */
function requireKnown(prefix: string, given: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) throw new ScenarioError(`${prefix}${name}`, `there is no field ${prefix}${name}; fields: ${known.join(', ')}`);
  }
}

function object(field: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ScenarioError(field, `${field} must be a JSON object`);
  return value as Readonly<Record<string, unknown>>;
}

function text(field: string, value: unknown): string {
  if (typeof value !== 'string') throw new ScenarioError(field, `${field} ${value === undefined ? 'is missing' : 'must be text'}`);
  return value;
}

function time(field: string, value: unknown): number {
  const ms = typeof value === 'string' ? instantOf(value) : value;
  if (typeof ms !== 'number' || !Number.isInteger(ms)) {
    throw new ScenarioError(field, `${field} is ${JSON.stringify(value) ?? 'missing'}; expected ${INSTANT_FORM}, or ms since 1970-01-01T00:00Z`);
  }
  return ms;
}

function ids(value: unknown): string[] {
  if (!Array.isArray(value)) throw new ScenarioError('target.ids', 'target.ids must be a list');
  return value.map((id: unknown) => {
    if (typeof id !== 'string' && typeof id !== 'number') throw new ScenarioError('target.ids', `target.ids holds ${JSON.stringify(id)}; expected text`);
    return String(id);
  });
}

function parameters(value: unknown): Record<string, string> {
  const entries = Object.entries(object('parameters', value));
  return Object.fromEntries(entries.map(([name, each]) => {
    if (typeof each !== 'string' && typeof each !== 'number') throw new ScenarioError(`parameters.${name}`, `parameters.${name} must be text or a number`);
    return [name, String(each)];
  }));
}
