import { lengthAfter, lengthened } from '../column.ts';
import { HOUR } from '../config.ts';
import { Destination, outsideNumber } from './destinations.ts';

/** What arbitration made of a proposed call. */
export const CallStatus = {
  /** It goes ahead; the network and the called party decide what comes of it. */
  PROCEEDS: 0,
  /** The caller is engaged in an earlier attempt: this one never leaves the phone. */
  NOT_ATTEMPTED: 1,
  /** The called party is in another call: user busy (Q.850 cause 17). */
  BUSY: 2,
  /** The called party was engaged in an attempt that came to nothing: no answer (Q.850 cause 19). */
  DISTRACTED: 3,
} as const;
export type CallStatus = (typeof CallStatus)[keyof typeof CallStatus];

/** Set-up and clearing beyond ringing and talk take no longer than this, ms. */
const AFTERMATH = 15_000;

/**
 * All calls proposed in one hour by anyone of the whole population, as columns. A call is named by (owner, hour, ordinal):
 * the owner is its caller, or the called party of a call from outside.
 */
export class CallTable {
  /** Hours since the epoch, UTC. */
  hour = 0;
  length = 0;
  /** Subscriber index, or -1 for a caller outside the network. */
  caller = new Int32Array(1024);
  /** Subscriber index, or -1 for a called party outside the network. */
  callee = new Int32Array(1024);
  ordinal = new Uint8Array(1024);
  destination = new Uint8Array(1024);
  /** The attempt, ms into the hour. */
  offset = new Int32Array(1024);
  /** Ringing until answer or until the caller gives up; planned conversation. ms. */
  ring = new Uint16Array(1024);
  talk = new Int32Array(1024);
  /** 1 when the called party would take the call. */
  willing = new Uint8Array(1024);
  /** Random bits that the number outside the network is made of, where one party is outside. */
  outsideBits = new Uint32Array(1024);
  status = new Uint8Array(1024);

  clear(hour: number): void {
    this.hour = hour;
    this.length = 0;
  }

  /** Makes room for one more call and returns its position. */
  extend(): number {
    const j = this.length++;
    if (j === this.caller.length) this.#grow();
    return j;
  }

  owner(j: number): number {
    return this.caller[j] >= 0 ? this.caller[j] : this.callee[j];
  }

  /** Event time of the attempt, ms. */
  start(j: number): number {
    return this.hour * HOUR + this.offset[j];
  }

  /** Number outside the network, where one party is outside; else 0. */
  outside(j: number): number {
    if (this.caller[j] < 0) return outsideNumber(Destination.OFF_NET, this.outsideBits[j]);
    return this.callee[j] < 0 ? outsideNumber(this.destination[j] as Destination, this.outsideBits[j]) : 0;
  }

  /** End of the time for which the call claims both parties. */
  claimEnd(j: number): number {
    return this.start(j) + this.ring[j] + (this.willing[j] === 1 ? this.talk[j] : 0);
  }

  /** Appends a copy of call j of another table of the hour. */
  append(from: CallTable, j: number): void {
    const k = this.extend();
    this.caller[k] = from.caller[j];
    this.callee[k] = from.callee[j];
    this.ordinal[k] = from.ordinal[j];
    this.destination[k] = from.destination[j];
    this.offset[k] = from.offset[j];
    this.ring[k] = from.ring[j];
    this.talk[k] = from.talk[j];
    this.willing[k] = from.willing[j];
    this.outsideBits[k] = from.outsideBits[j];
    this.status[k] = from.status[j];
  }

  /** False when nothing of the call can happen after `time`, whatever comes of it. */
  mayOutlast(j: number, time: number): boolean {
    return this.start(j) + this.ring[j] + this.talk[j] + AFTERMATH >= time;
  }

  /** Gives its memory back. It must not be used again. */
  free(): void {
    this.#resize(0);
  }

  #grow(): void {
    this.#resize(lengthAfter(this.caller.length));
  }

  #resize(size: number): void {
    this.caller = lengthened(this.caller, size);
    this.callee = lengthened(this.callee, size);
    this.ordinal = lengthened(this.ordinal, size);
    this.destination = lengthened(this.destination, size);
    this.offset = lengthened(this.offset, size);
    this.ring = lengthened(this.ring, size);
    this.talk = lengthened(this.talk, size);
    this.willing = lengthened(this.willing, size);
    this.outsideBits = lengthened(this.outsideBits, size);
    this.status = lengthened(this.status, size);
  }
}
