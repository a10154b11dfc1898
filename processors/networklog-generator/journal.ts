import {
  encodeNetworkLog, NetworkLogEventType as Type, NetworkLogOutcome, NetworkLogRat, NetworkLogRow, networkLogRowToObject,
} from '../../schemas/generated/NetworkLog.generated.ts';
import type { Slab } from '../../schemas/slab.ts';
import { SUBSCRIBER_ID_BASE } from '../../twin/config.ts';
import type { Network } from '../../twin/network/network.ts';
import { Rat } from '../../twin/network/types.ts';
import { EMM, MM5G, type NetworkCause } from '../../twin/outcomes/causes-3gpp.ts';
import type { Radio } from '../../twin/radio/radio.ts';
import { Causes } from '../../twin/scenarios/causes.ts';
import { EventIds, writeReference } from '../generator/event-id.ts';
import type { Identities } from '../generator/identities.ts';
import type { File, Intent } from '../generator/observer.ts';

/**
 * The log records of one intent at a time: what they have in common, and the row that each is filled in on. Fields of a single
 * record are set on `row` before `log`, which clears them.
 */
export class Journal {
  readonly row = new NetworkLogRow();
  /** Names the records: stream and sort of intent, then owner, hour and ordinal of the intent, and where it came from. */
  tag = '';
  owner = 0;
  hour = 0;
  ordinal = 0;
  origin = 0;
  /** Ordinal of the next record. */
  record = 0;
  /** When the connection that the records are about began: it keeps the identity it was set up with. NaN: each record at its own time. */
  connected = NaN;
  causes = Causes.NONE;
  readonly #network: Network;
  readonly #identities: Identities;
  readonly #ids = new EventIds(this.row.event_id);
  #file!: File;

  constructor(network: Network, identities: Identities) {
    this.#network = network;
    this.#identities = identities;
  }

  begin(intent: Intent, causes: Causes, file: File): void {
    this.#file = file;
    this.causes = causes;
    this.owner = intent.subscriber;
    this.hour = intent.hour;
    this.ordinal = intent.detail;
    this.origin = 0;
    this.record = 0;
    this.connected = NaN;
  }

  encode(slab: Slab): void {
    encodeNetworkLog(slab, this.row);
  }

  snapshot(): Record<string, unknown> {
    return { ...networkLogRowToObject(this.row) };
  }

  /** The reference that the records share with the charging records of the same intent, until it is set null. @param sort letter of {@link writeReference} */
  refer(sort: string): void {
    writeReference(this.row.call_reference, sort, this.owner, this.hour, this.ordinal, this.origin);
  }

  /** The cause of the next records, until another is set. */
  cause(cause: NetworkCause | null): void {
    const { row } = this;
    row.cause_protocol = cause === null ? null : cause.protocol;
    row.cause_code = cause?.code ?? NaN;
    row.cause = cause === null ? null : cause.text;
  }

  /** Adds what the phone measured to the next record. */
  measured({ rsrp, rsrq, sinr, timingAdvance }: Radio): void {
    const { row } = this;
    row.rsrp_dbm = rsrp;
    row.rsrq_db = rsrq;
    row.sinr_db = sinr;
    row.timing_advance = timingAdvance;
  }

  isNr(cell: number): boolean {
    return this.#network.cellRat[cell] === Rat.NR;
  }

  attach(subscriber: number, time: number, cell: number): void {
    this.row.procedure_ms = 240;
    this.log(this.isNr(cell) ? Type.REGISTRATION : Type.ATTACH, time, subscriber, cell);
  }

  /** @param cause why the network took the phone off, or null when the phone signed off itself */
  detach(subscriber: number, time: number, cell: number, cause: NetworkCause | null): void {
    this.cause(cause);
    this.log(this.isNr(cell) ? Type.DEREGISTRATION : Type.DETACH, time, subscriber, cell);
    this.cause(null);
  }

  /** The phone is gone without a word. */
  lose(subscriber: number, time: number, cell: number): void {
    this.detach(subscriber, time, cell, this.isNr(cell) ? MM5G.IMPLICITLY_DEREGISTERED : EMM.IMPLICITLY_DETACHED);
  }

  /** The phone reports where it is. */
  update(subscriber: number, time: number, cell: number): void {
    this.log(this.isNr(cell) ? Type.REGISTRATION : Type.TAU, time, subscriber, cell);
  }

  /** Completes the row, files it, and clears the fields that belong to one record only. `subscriber` -1: about the cell itself. */
  log(type: Type, time: number, subscriber: number, cell: number, failed = false): void {
    const { row } = this;
    const network = this.#network;
    this.#ids.write(this.tag, this.owner, this.hour, this.ordinal, this.record, this.origin);
    row.event_time = time;
    row.event_type = type;
    row.outcome = failed ? NetworkLogOutcome.FAILURE : NetworkLogOutcome.SUCCESS;
    row.cell_id = network.cellId[cell];
    row.tac = network.cellTac[cell];
    row.rat = network.cellRat[cell] === Rat.NR ? NetworkLogRat.NR : NetworkLogRat.LTE;
    if (subscriber >= 0) {
      row.subscriber_id = SUBSCRIBER_ID_BASE + subscriber;
      const identified = Number.isNaN(this.connected) ? time : this.connected;
      row.imsi = this.#identities.imsi(subscriber, identified, this.causes);
      row.imei = this.#identities.imei(subscriber, identified, this.causes);
      this.#file(time, subscriber, this.record++);
    } else {
      row.subscriber_id = NaN;
      row.imsi = NaN;
      row.imei = NaN;
      this.#file(time, ~cell, this.record++);
    }
    row.target_cell_id = NaN;
    row.qos_id = NaN;
    row.slice = null;
    row.rsrp_dbm = NaN;
    row.rsrq_db = NaN;
    row.sinr_db = NaN;
    row.timing_advance = NaN;
    row.throughput_dl_kbps = NaN;
    row.procedure_ms = NaN;
  }
}
