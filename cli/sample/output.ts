import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { ObjectContainer, RECORD_OF, type Sampled } from '../../processors/sample/index.ts';
import { avroType } from '../../schemas/codec.ts';

/** Bytes gathered before a write. */
const CHUNK = 64 * 1024;

/** Turns records into bytes of the output, in order. */
export interface Format {
  readonly header: () => Uint8Array | string | null;
  readonly record: (sampled: Sampled) => Uint8Array | string | null;
  readonly trailer: () => Uint8Array | string | null;
}

/** A JSON object a line. Where records of several topics mix, `topic` comes first. */
export function jsonLines(mixed: boolean): Format {
  return {
    header: () => null,
    record: ({ topic, body }) => {
      const record = avroType(RECORD_OF[topic]).fromBuffer(Buffer.from(body.buffer, body.byteOffset, body.length)) as object;
      return `${JSON.stringify(mixed ? { topic, ...record } : record)}\n`;
    },
    trailer: () => null,
  };
}

/** One Avro object container file. */
export function avroFile(topic: Sampled['topic']): Format {
  const container = new ObjectContainer(RECORD_OF[topic]);
  return { header: () => container.header(), record: ({ body }) => container.append(body), trailer: () => container.flush() };
}

/** Writes with back-pressure. `closed` once the reader has gone (`| head`): then writing is over, without an error. */
export class Output {
  readonly #stream: Writable;
  #text: string[] = [];
  #size = 0;
  #failure: NodeJS.ErrnoException | null = null;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('error', (error: NodeJS.ErrnoException) => { this.#failure = error; });
  }

  /** Throws what went wrong with the output, unless its reader has just gone. */
  get closed(): boolean {
    if (this.#failure !== null && this.#failure.code !== 'EPIPE') throw this.#failure;
    return this.#failure !== null;
  }

  async write(part: Uint8Array | string | null): Promise<void> {
    if (part === null || this.closed) return;
    if (typeof part !== 'string') return await this.#send(part);
    this.#text.push(part);
    this.#size += part.length;
    if (this.#size >= CHUNK) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#text.length === 0) return;
    const text = this.#text.join('');
    this.#text = [];
    this.#size = 0;
    await this.#send(text);
  }

  async #send(part: Uint8Array | string): Promise<void> {
    if (this.closed || this.#stream.write(part)) return;
    // An error counts as the answer: `closed` tells it.
    await once(this.#stream, 'drain').catch(() => undefined);
  }
}
