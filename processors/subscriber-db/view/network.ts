import { sameTwin, type TwinConfig } from '../../../twin/config.ts';
import { NetworkState, twinConfig } from '../../records/index.ts';
import type { Location } from '../store/partition-log.ts';

/** `network_state` in memory: sites and cells as the model needs them, and where on disk the newest record of each element lies. */
export class NetworkView {
  readonly state = new NetworkState();
  readonly #locations = new Map<string, Location>();
  #superseded = 0;
  #config: TwinConfig | null = null;

  /** Records that a newer one of the same element has superseded. */
  get superseded(): number {
    return this.#superseded;
  }

  /** Elements that have a record. */
  get count(): number {
    return this.#locations.size;
  }

  /** @throws Error when the record describes another twin than an earlier one */
  apply(bytes: Buffer, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number, location: Location): void {
    const key = bytes.toString('utf8', keyStart, keyEnd);
    if (this.#locations.has(key)) this.#superseded++;
    if (valueStart < 0) {
      this.#superseded++;
      this.#locations.delete(key);
      return;
    }
    this.state.apply(bytes, valueStart, valueEnd);
    this.#locations.set(key, location);
    const { twin } = this.state;
    if (twin === null) return;
    const config = twinConfig(twin);
    if (this.#config !== null && !sameTwin(config, this.#config)) throw new Error('network_state now describes another twin than before: restart on topics of its own');
    this.#config = config;
  }

  /** Keys are `site:…`, `cell:…` and `twin`. Undefined where there is no record. */
  locationOf(key: string): Location | undefined {
    return this.#locations.get(key);
  }

  /** The file was rewritten: its records lie elsewhere. */
  moved(locations: ReadonlyMap<string, Location>): void {
    for (const [key, location] of locations) this.#locations.set(key, location);
    this.#superseded = 0;
  }
}
