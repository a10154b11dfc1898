import { createHash } from 'node:crypto';
import { schemaText } from '../../schemas/codec.ts';
import type { RecordName } from '../../schemas/generated/records.generated.ts';

const MAGIC = Buffer.from('Obj\x01', 'latin1');
const BLOCK_BYTES = 64 * 1024;

/**
 * An Avro object container file (Avro 1.12 specification, "Object Container Files"), made of bodies that are encoded already. The sync
 * marker comes from the schema, so that equal records make equal files.
 */
export class ObjectContainer {
  readonly #sync: Buffer;
  readonly #schema: string;
  #bodies: Uint8Array[] = [];
  #bytes = 0;

  constructor(record: RecordName) {
    this.#schema = schemaText(record);
    this.#sync = createHash('md5').update(this.#schema).digest();
  }

  header(): Buffer {
    const entry = (key: string, value: string): Buffer[] => [sized(Buffer.from(key)), sized(Buffer.from(value))];
    return Buffer.concat([MAGIC, long(2), ...entry('avro.schema', this.#schema), ...entry('avro.codec', 'null'), long(0), this.#sync]);
  }

  /** Adds a record. Returns a block to write when one is full, else null. */
  append(body: Uint8Array): Buffer | null {
    this.#bodies.push(body);
    this.#bytes += body.length;
    return this.#bytes >= BLOCK_BYTES ? this.flush() : null;
  }

  /** The block of the records since the last one, or null when there are none. */
  flush(): Buffer | null {
    if (this.#bodies.length === 0) return null;
    const block = Buffer.concat([long(this.#bodies.length), long(this.#bytes), ...this.#bodies, this.#sync]);
    this.#bodies = [];
    this.#bytes = 0;
    return block;
  }
}

function sized(bytes: Buffer): Buffer {
  return Buffer.concat([long(bytes.length), bytes]);
}

/** Avro long, zig-zag, of a non-negative integer. */
function long(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value * 2;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}
