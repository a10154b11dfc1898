import type { TwinRecord } from '../../schemas/generated/NetworkElement.generated.ts';
import type { Cell, Site } from '../../twin/network/types.ts';
import { cellOf, siteOf } from './network.ts';
import { readWireValue } from './wire.ts';

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
    const element = readWireValue('NetworkElement', bytes, valueStart, valueEnd);
    if (element.site !== null) this.sites[element.site.index] = siteOf(element.site);
    if (element.cell !== null) this.cells[element.cell.index] = cellOf(element.cell);
    if (element.twin !== null) {
      this.twin = element.twin;
      this.twinVersion = element.version;
    }
  }
}
