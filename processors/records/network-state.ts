import type { TwinRecord } from '../../schemas/generated/NetworkElement.generated.ts';
import type { Names } from '../../topology/graph/index.ts';
import type { Cluster } from '../../topology/log/index.ts';
import type { Cell, Site } from '../../twin/network/types.ts';
import { cellOf, siteOf } from './network.ts';
import { readToEnd } from './read-to-end.ts';
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

/** What `network_state` holds now. */
export async function readNetworkState(cluster: Cluster, names: Names): Promise<NetworkState> {
  const state = new NetworkState();
  await readToEnd(cluster, names.topic('network_state'), 0, (_offset, _time, bytes, _keyStart, _keyEnd, valueStart, valueEnd) => {
    if (valueStart >= 0) state.apply(bytes, valueStart, valueEnd);
  });
  return state;
}
