// Generated from schemas/NetworkElement.avsc by schemas/codegen/generate.ts. Do not edit.

export const NetworkElementType = { UNKNOWN: 0, SITE: 1, CELL: 2, TWIN: 3 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type NetworkElementType = (typeof NetworkElementType)[keyof typeof NetworkElementType];
export type NetworkElementTypeSymbol = keyof typeof NetworkElementType;
/** Symbols of NetworkElementType by index. */
export const NetworkElementTypeSymbols: readonly NetworkElementTypeSymbol[] = ['UNKNOWN', 'SITE', 'CELL', 'TWIN'];

export const NetworkSiteEnvironment = { UNKNOWN: 0, DENSE_URBAN: 1, URBAN: 2, SUBURBAN: 3, RURAL: 4 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type NetworkSiteEnvironment = (typeof NetworkSiteEnvironment)[keyof typeof NetworkSiteEnvironment];
export type NetworkSiteEnvironmentSymbol = keyof typeof NetworkSiteEnvironment;
/** Symbols of NetworkSiteEnvironment by index. */
export const NetworkSiteEnvironmentSymbols: readonly NetworkSiteEnvironmentSymbol[] = ['UNKNOWN', 'DENSE_URBAN', 'URBAN', 'SUBURBAN', 'RURAL'];

export const NetworkCellRat = { UNKNOWN: 0, LTE: 1, NR: 2 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type NetworkCellRat = (typeof NetworkCellRat)[keyof typeof NetworkCellRat];
export type NetworkCellRatSymbol = keyof typeof NetworkCellRat;
/** Symbols of NetworkCellRat by index. */
export const NetworkCellRatSymbols: readonly NetworkCellRatSymbol[] = ['UNKNOWN', 'LTE', 'NR'];

export const NetworkCellStatus = { UNKNOWN: 0, IN_SERVICE: 1, OUT_OF_SERVICE: 2 } as const;
/** Index of a symbol, as rows and columns hold it. */
export type NetworkCellStatus = (typeof NetworkCellStatus)[keyof typeof NetworkCellStatus];
export type NetworkCellStatusSymbol = keyof typeof NetworkCellStatus;
/** Symbols of NetworkCellStatus by index. */
export const NetworkCellStatusSymbols: readonly NetworkCellStatusSymbol[] = ['UNKNOWN', 'IN_SERVICE', 'OUT_OF_SERVICE'];

/** NetworkSite */
export interface NetworkSite {
  /** Identity of the site. */
  site_id: string;
  /** Name of the site. */
  name: string;
  /** Nearest populated place (GeoNames). */
  place: string;
  /** Latitude, WGS 84. [degrees] */
  latitude: number;
  /** Longitude, WGS 84. [degrees] */
  longitude: number;
  /** Radio environment. [TR 38.901 7.2] */
  environment: NetworkSiteEnvironmentSymbol;
  /** Tracking area code of its LTE cells, 16 bit. [TS 23.003 19.4.2.3] */
  lte_tac: number;
  /** Tracking area code of its NR cells, 24 bit. [TS 23.003 19.4.2.3] */
  nr_tac: number;
  /** Expected subscribers whose home is nearest to this site. [subscribers] */
  expected_residents: number;
  /** Expected subscribers whose workplace is nearest to this site. [subscribers] */
  expected_workers: number;
  /** Position in the twin's list of sites, dense from 0. */
  index: number;
}

/** NetworkCell */
export interface NetworkCell {
  /** ECI (eNB id 20 bit, cell 8 bit) or NCI (36 bit). [TS 23.003 19.6, 19.6A] */
  cell_id: number;
  /** Position in the twin's list of cells, dense from 0: by site, then sector, then layer. */
  index: number;
  /** index of its site. */
  site_index: number;
  /** Sector of the site, from 0. */
  sector: number;
  /** Main direction of the antenna, clockwise from north. [degrees] */
  azimuth: number;
  /** Radio access. */
  rat: NetworkCellRatSymbol;
  /** Downlink carrier. [MHz; TS 36.101 5.5, TS 38.104 5.2] */
  frequency_mhz: number;
  /** Channel bandwidth. [MHz; TS 36.101 5.6, TS 38.104 5.3] */
  bandwidth_mhz: number;
  /** Physical cell identity. [TS 36.211 6.11, TS 38.211 7.4.2.1] */
  pci: number;
  /** Downlink capacity with users of average radio quality. [Mbit/s] */
  capacity_mbps: number;
  /** Tracking area code: 16 bit on LTE, 24 bit on NR. [TS 23.003 19.4.2.3] */
  tac: number;
  /** Operational state. [TS 28.625] */
  status: NetworkCellStatusSymbol;
  /** index of each configured neighbour, ascending. */
  neighbours: number[];
}

/** TwinRecord */
export interface TwinRecord {
  /** Root of every random number, 32 bit unsigned. */
  seed: number;
  /** Country of the twin. [ISO 3166-1 alpha-2] */
  region: string;
  /** Time zone of local time. [IANA time zone] */
  timezone: string;
  /** Subscribers active at seeding. [subscribers] */
  subscribers: number;
  /** Size of the subscriber index space. [subscribers] */
  capacity: number;
  /** Partition count of every co-partitioned topic. [partitions] */
  partitions: number;
  /** Version of the model that the twin was seeded with. */
  model_version: number;
  /** Sites in network_state. [sites] */
  sites: number;
  /** Cells in network_state. [cells] */
  cells: number;
  /** True once every subscriber, site and cell has been written. */
  seeded: boolean;
  /** Event time at which the clock started. Null until it has. [ms since epoch, UTC] */
  started_at: number | null;
}

/** A site, a cell, or the twin's own configuration, as the network inventory holds it. Key: site:<site_id>, cell:<cell_id> or twin. */
export interface NetworkElement {
  /** Which of site, cell and twin is set. */
  element_type: NetworkElementTypeSymbol;
  /** Event time from which this version holds. [ms since epoch, UTC] */
  effective_at: number;
  /** Number of this version, 1 at seeding. */
  version: number;
  /** The site. */
  site: NetworkSite | null;
  /** The cell. */
  cell: NetworkCell | null;
  /** The twin's configuration. */
  twin: TwinRecord | null;
}
