import { readdirSync, readFileSync } from 'node:fs';

interface CaptureFile {
  readonly request: {
    readonly method: string;
    readonly target: string;
    readonly headers: readonly (readonly [string, string])[];
    readonly body_base64: string;
  };
  readonly stub_response: { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body_base64: string };
}

/** A call of VAST's Python SDK 2.1.0, and the answer that it accepted. */
export interface Capture {
  readonly method: string;
  readonly target: string;
  /** The tabular headers, by lower-case name. */
  readonly tabular: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly answer: { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Buffer };
}

const folder = new URL('../../captures/', import.meta.url);
const names = readdirSync(folder).filter((name) => /^\d{3}-/.test(name));

/** Numbers of all captures, as text of three digits. */
export const captureNumbers = names.map((name) => name.slice(0, 3));

export function captureNamed(number: string): Capture {
  const name = names.find((candidate) => candidate.startsWith(`${number}-`));
  if (name === undefined) throw new Error(`no capture ${number}`);
  const { request, stub_response: answer } = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as CaptureFile;
  return {
    method: request.method,
    target: request.target,
    tabular: tabularOf(request.headers),
    body: Buffer.from(request.body_base64, 'base64'),
    answer: { status: answer.status, headers: answer.headers, body: Buffer.from(answer.body_base64, 'base64') },
  };
}

/** The headers that the protocol gives a meaning to. */
export function tabularOf(headers: Iterable<readonly [string, string]>): Record<string, string> {
  const tabular = [...headers].map(([name, value]) => [name.toLowerCase(), value] as const).filter(([name]) => name.startsWith('tabular-'));
  return Object.fromEntries(tabular);
}
