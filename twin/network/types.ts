export const Environment = { DENSE_URBAN: 0, URBAN: 1, SUBURBAN: 2, RURAL: 3 } as const;
export type Environment = (typeof Environment)[keyof typeof Environment];

/** `EN_DC` keeps the LTE anchor's identity, so only standalone 5G is NR here. */
export const Rat = { LTE: 0, NR: 1 } as const;
export type Rat = (typeof Rat)[keyof typeof Rat];

/** A mast. `index` is its position in `Network.sites`, dense from 0. */
export interface Site {
  readonly index: number;
  /** Key of its record: `site:<site_id>`. */
  readonly siteId: string;
  readonly name: string;
  /** Nearest populated place (GeoNames). */
  readonly place: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly environment: Environment;
  /** Tracking area code, LTE (16 bit) and NR (24 bit, TS 23.003 19.4.2.3). */
  readonly lteTac: number;
  readonly nrTac: number;
  /** Expected subscribers of this operator whose home / workplace is nearest to this site. */
  readonly expectedResidents: number;
  readonly expectedWorkers: number;
}

/** One carrier on one sector. `index` is its position in `Network.cells`, dense from 0, ordered by site, then sector, then layer. */
export interface Cell {
  readonly index: number;
  /** ECI (28 bit: eNB 20 + cell 8, TS 23.003 19.6) for LTE, NCI (36 bit, TS 23.003 19.6A) for NR. */
  readonly cellId: number;
  readonly site: number;
  /** 0, 1, 2 with azimuths 0°, 120°, 240° plus the site's own rotation. */
  readonly sector: number;
  /** Degrees clockwise from north. */
  readonly azimuth: number;
  readonly rat: Rat;
  /** Downlink carrier in MHz: 800, 1800, 2600 (LTE) or 3500 (NR). */
  readonly frequencyMhz: number;
  readonly bandwidthMhz: number;
  readonly pci: number;
  /** Downlink capacity of the carrier, Mbit/s, when it serves users of average radio quality. */
  readonly capacityMbps: number;
  readonly tac: number;
  /** Indices of configured neighbours (ascending): every other cell of the site, and every cell of the sites adjacent in the Delaunay triangulation. */
  readonly neighbours: readonly number[];
}
