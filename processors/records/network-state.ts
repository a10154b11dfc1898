import { decodeRecord } from '../../schemas/codec.ts';
import type { TwinRecord } from '../../schemas/generated/NetworkElement.generated.ts';
import type { Cell, Site } from '../../twin/network/types.ts';
import { cellOf, siteOf } from './network.ts';

/** Bytes of the Confluent header: magic 0 and the schema id. */
const HEADER_BYTES = 5;

/** The newest versions of everything in `network_state`, fed with its records in the order of the log. */
export class NetworkState {
  /** The twin's own record; null until one was read. */
  twin: TwinRecord | null = null;
  /** Number of the newest version of the twin's record; 0 until one was read. */
  twinVersion = 0;
  /** By index, as far as they were read. */
  readonly sites: Site[] = [];
  readonly cells: Cell[] = [];

  /** Takes the value of one record, Confluent header included. Throws DecodeError on bytes that are no NetworkElement. */
  apply(bytes: Buffer, valueStart: number, valueEnd: number): void {
    const element = decodeRecord('NetworkElement', bytes.subarray(valueStart + HEADER_BYTES, valueEnd));
    if (element.site !== null) this.sites[element.site.index] = siteOf(element.site);
    if (element.cell !== null) this.cells[element.cell.index] = cellOf(element.cell);
    if (element.twin !== null) {
      this.twin = element.twin;
      this.twinVersion = element.version;
    }
  }
}
