import type { NetworkElement } from '../../../schemas/generated/NetworkElement.generated.ts';
import type { Subscriber } from '../../../schemas/generated/Subscriber.generated.ts';
import type { TwinConfig } from '../../../twin/config.ts';
import type { Network } from '../../../twin/network/network.ts';
import { Population } from '../../../twin/population/build.ts';
import type { SubscriberProfile } from '../../../twin/population/types.ts';
import { cellElement, Personas, SubscriberDetailsSource, subscriberRecord } from '../../records/index.ts';
import type { StateVersion } from './twin-state.ts';

/** Digits of an IMEI behind its type allocation code. */
const BEHIND_TAC = 10_000_000;
/** Brand and model of a device that is not in the operator's list. */
const UNLISTED = 'unknown';

/**
 * The records of subscribers and cells in any version: as seeded, by the pure functions of `twin/`, with what the version
 * changes. So the leader needs no copy of the state topics.
 */
export class Inventory {
  readonly #network: Network;
  readonly #population: Population;
  readonly #details: SubscriberDetailsSource;

  private constructor(network: Network, population: Population, details: SubscriberDetailsSource) {
    this.#network = network;
    this.#population = population;
    this.#details = details;
  }

  static async of(config: TwinConfig, network: Network): Promise<Inventory> {
    const personas = await Personas.of(config.seed, config.region);
    return new Inventory(network, new Population(config, network), new SubscriberDetailsSource(personas, network));
  }

  /** A subscriber as seeded. */
  seeded(index: number): SubscriberProfile {
    return this.#population.build(index);
  }

  subscriber(version: StateVersion & { type: 'SUBSCRIBER' }): Subscriber {
    const seeded = this.seeded(version.subscriber);
    const sameModel = Math.floor(seeded.imei / BEHIND_TAC) === Math.floor(version.imei / BEHIND_TAC);
    const profile: SubscriberProfile = {
      ...seeded,
      imsi: version.imsi,
      imei: version.imei,
      deviceBrand: sameModel ? seeded.deviceBrand : UNLISTED,
      deviceModel: sameModel ? seeded.deviceModel : UNLISTED,
      effectiveAt: version.at,
      version: version.version,
    };
    return subscriberRecord(profile, this.#details.detailsOf(profile));
  }

  cell(version: StateVersion & { type: 'CELL' }): NetworkElement {
    return cellElement(this.#network.cells[version.cell], version.inService, { effectiveAt: version.at, version: version.version });
  }

  subscriberId(index: number): number {
    return this.seeded(index).subscriberId;
  }

  cellId(index: number): number {
    return this.#network.cellId[index];
  }
}
