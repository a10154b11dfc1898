import { NetworkLogEventType as Type, NetworkLogSeverity } from '../../schemas/generated/NetworkLog.generated.ts';
import { HOUR } from '../../twin/config.ts';
import { alarmDuration, alarmOf } from '../../twin/intents/cell-alarms.ts';
import { Injected } from '../../twin/intents/intent.ts';
import { Draw } from '../../twin/random/draw.ts';
import { injectedOrdinal } from '../generator/event-id.ts';
import type { Intent } from '../generator/observer.ts';
import type { Journal } from './journal.ts';

const DASH = 0x2d;

/** What cells report of themselves: alarms raised and cleared. */
export class Alarms {
  readonly #journal: Journal;
  readonly #draw: Draw;

  constructor(seed: number, journal: Journal) {
    this.#journal = journal;
    this.#draw = new Draw(seed);
  }

  /** An alarm of its own accord, and its end. */
  observe(intent: Intent): void {
    const journal = this.#journal;
    const cell = intent.subscriber;
    const { severity, probableCause } = alarmOf(this.#draw, cell, intent.hour);
    journal.tag = 'na';
    journal.row.alarm_id.clear().text('a').base36(cell).char(DASH).base36(intent.hour);
    this.#log(cell, intent.start, NetworkLogSeverity[severity], probableCause);
    this.#log(cell, intent.start + alarmDuration(this.#draw, cell, intent.hour), NetworkLogSeverity.CLEARED, probableCause);
    this.#end();
  }

  /** The alarm of a cell that a scenario took out of service, or its end. */
  observeOutage(intent: Intent, cleared: boolean): void {
    const journal = this.#journal;
    const cell = intent.subscriber;
    const { appliedFrom } = intent.effect!.scenario;
    journal.hour = Math.floor(appliedFrom / HOUR);
    journal.ordinal = injectedOrdinal(appliedFrom, journal.hour, cleared ? Injected.CELL_CLEARED : Injected.CELL_ALARM);
    journal.tag = 'nz';
    journal.row.alarm_id.clear().text('z').base36(cell).char(DASH).base36(appliedFrom).char(DASH).base36(journal.origin);
    this.#log(cell, intent.start, cleared ? NetworkLogSeverity.CLEARED : NetworkLogSeverity.CRITICAL, 'LOSS_OF_SIGNAL');
    this.#end();
  }

  #log(cell: number, time: number, severity: NetworkLogSeverity, probableCause: string): void {
    const { row } = this.#journal;
    row.severity = severity;
    row.probable_cause = probableCause;
    this.#journal.log(Type.CELL_ALARM, time, -1, cell);
  }

  #end(): void {
    const { row } = this.#journal;
    row.alarm_id.setNull();
    row.severity = null;
    row.probable_cause = null;
  }
}
