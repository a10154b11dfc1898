import { isSpanContextValid, propagation, ROOT_CONTEXT, trace, type Context, type TextMapGetter, type TextMapSetter } from '@opentelemetry/api';
import { decodeHeaders, type RecordHeader } from '../log/index.ts';

/**
 * Trace context in record headers: `traceparent`, `tracestate` and `baggage` of W3C, as any Kafka client may send them with a control
 * event. A tick that several scenarios begin or end with carries several, each `traceparent` beginning the next.
 */

/** Baggage that names the scenario a trace is about. */
const SCENARIO = 'telco.scenario_id';
const PARENT = 'traceparent';
const FIELDS: readonly string[] = [PARENT, 'tracestate', 'baggage'];
/** Contexts taken from one record at most, however many a client sends. */
const MAX_CONTEXTS = 8;
/** A record without headers has the count 0 (a zigzag varint) where they would begin. */
const NO_HEADERS = 0;

const NONE: readonly Context[] = [];

type Carrier = Map<string, string>;
const getter: TextMapGetter<Carrier> = { keys: (carrier) => [...carrier.keys()], get: (carrier, key) => carrier.get(key) };
const setter: TextMapSetter<RecordHeader[]> = {
  set: (headers, key, value) => { headers.push({ key, value: Buffer.from(value) }); },
};

/** Headers that carry a context; none when it holds no valid span. */
export function traceHeaders(context: Context): RecordHeader[] {
  const headers: RecordHeader[] = [];
  if (isTraced(context)) propagation.inject(context, headers, setter);
  return headers;
}

export function hasHeaders(bytes: Buffer, headersStart: number): boolean {
  return bytes[headersStart] !== NO_HEADERS;
}

/** The contexts that a record carries. One look at a byte where there are no headers. */
export function recordContexts(bytes: Buffer, headersStart: number): readonly Context[] {
  return !hasHeaders(bytes, headersStart) ? NONE : headerContexts(decodeHeaders(bytes, headersStart));
}

export function headerContexts(headers: readonly RecordHeader[]): readonly Context[] {
  const carriers: Carrier[] = [];
  for (const { key, value } of headers) {
    if (value === null || !FIELDS.includes(key)) continue;
    if (key === PARENT || carriers.length === 0) carriers.push(new Map());
    carriers.at(-1)!.set(key, Buffer.from(value).toString('latin1'));
    if (carriers.length > MAX_CONTEXTS) break;
  }
  return carriers.slice(0, MAX_CONTEXTS).map((carrier) => propagation.extract(ROOT_CONTEXT, carrier, getter)).filter(isTraced);
}

/** HTTP headers, or environment variables by lower-case name. */
export function contextFrom(carrier: Readonly<Record<string, string | string[] | undefined>>): Context {
  return propagation.extract(ROOT_CONTEXT, carrier);
}

/** HTTP headers of a context. */
export function httpHeaders(context: Context): Record<string, string> {
  const headers: Record<string, string> = {};
  if (isTraced(context)) propagation.inject(context, headers);
  return headers;
}

export function isTraced(context: Context): boolean {
  const span = trace.getSpanContext(context);
  return span !== undefined && isSpanContextValid(span);
}

/** The same context, about a scenario. */
export function withScenario(context: Context, scenarioId: string): Context {
  const baggage = propagation.getBaggage(context) ?? propagation.createBaggage();
  return propagation.setBaggage(context, baggage.setEntry(SCENARIO, { value: scenarioId }));
}

export function scenarioOf(context: Context): string | null {
  return propagation.getBaggage(context)?.getEntry(SCENARIO)?.value ?? null;
}
