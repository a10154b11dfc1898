/** Stays a day can hold. Days with more outings than fit keep their first ones. */
export const MAX_STAYS = 12;

/** Codes of the places a subscriber stays at. `FAVOURITE + k` is their k-th regular place, `NEW + n` one visited for the first time. */
export const PlaceCode = { HOME: 0, WORK: 1, FAVOURITE: 2, VENUE: 1024, NEW: 4096 } as const;

/**
 * One subscriber's day, from 04:00 to 04:00 local time: stays in order, and between stay k and k + 1 a trip in
 * [depart[k], arrive[k + 1]]. Every day begins and ends at home, so days are independent of each other (look-back: one day).
 * Reused by its owner; coordinates of a stay are valid only after `Places.resolve`.
 */
export class DayPlan {
  subscriber = -1;
  day = 0;
  /** Event time, ms, of the day's beginning and end. */
  start = 0;
  end = 0;
  stays = 0;
  /** Position of the effect (see `Causes`) whose day this is, or -1. */
  redirectedBy = -1;
  /** When the rewritten part begins; before it the day is as planned. */
  redirectedFrom = Infinity;
  readonly arrive = new Float64Array(MAX_STAYS);
  readonly depart = new Float64Array(MAX_STAYS);
  readonly place = new Int32Array(MAX_STAYS);
  /** Planned distance from home, km. Bounds the place's real distance, and with it the speed of the trip. */
  readonly reach = new Float64Array(MAX_STAYS);
  /** Position on the network's plane, km, and the serving site and sector; only where `resolved`. */
  readonly x = new Float64Array(MAX_STAYS);
  readonly y = new Float64Array(MAX_STAYS);
  readonly site = new Int32Array(MAX_STAYS);
  readonly sector = new Int32Array(MAX_STAYS);
  readonly resolved = new Uint8Array(MAX_STAYS);

  begin(subscriber: number, day: number, start: number, end: number): void {
    this.subscriber = subscriber;
    this.day = day;
    this.start = start;
    this.end = end;
    this.stays = 0;
    this.redirectedBy = -1;
    this.redirectedFrom = Infinity;
  }

  /** Appends a stay that begins at `arrive` and lasts until the next call, or the day's end. */
  stay(place: number, reach: number, arrive: number): void {
    const k = this.stays++;
    this.place[k] = place;
    this.reach[k] = reach;
    this.arrive[k] = arrive;
    this.depart[k] = this.end;
    this.resolved[k] = 0;
  }

  /** Position of the last stay that has begun by `time`; the subscriber may have left it already. */
  stayAt(time: number): number {
    let k = this.stays - 1;
    while (k > 0 && this.arrive[k] > time) k--;
    return k;
  }
}

/**
 * Time of a journey of the given length. Door-to-door speed rises with distance, from walking to motorway and rail, and stays
 * far below the 250 km/h that no journey may exceed; four minutes are spent on getting going. km → ms.
 */
export function travelTime(distance: number): number {
  const speed = distance < 1.2 ? 5 : 18 + 12 * Math.log(1 + distance);
  return 240_000 + (distance / speed) * 3_600_000;
}
