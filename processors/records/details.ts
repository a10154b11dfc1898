import type { Network } from '../../twin/network/network.ts';
import type { SubscriberProfile } from '../../twin/population/types.ts';
import type { Personas } from './persona.ts';
import type { SubscriberDetails } from './subscriber.ts';

/** What a subscriber's record says beyond the profile, from the twin's seed and its network. */
export class SubscriberDetailsSource {
  readonly #personas: Personas;
  readonly #network: Network;

  constructor(personas: Personas, network: Network) {
    this.#personas = personas;
    this.#network = network;
  }

  detailsOf(profile: SubscriberProfile): SubscriberDetails {
    const home = this.#siteAt(profile.homeLatitude, profile.homeLongitude);
    const work = profile.workLatitude === null || profile.workLongitude === null ? null : this.#siteAt(profile.workLatitude, profile.workLongitude);
    return {
      name: this.#personas.name(profile.index),
      address: this.#personas.address(profile.homeLatitude, profile.homeLongitude, home.place),
      homeSite: home.siteId,
      workSite: work?.siteId ?? null,
    };
  }

  #siteAt(latitude: number, longitude: number): Network['sites'][number] {
    const { plane } = this.#network;
    return this.#network.sites[this.#network.nearestSite(plane.x(longitude), plane.y(latitude))];
  }
}
