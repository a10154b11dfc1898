import {
  NetworkCellRat, NetworkSiteEnvironment, type NetworkCell, type NetworkElement, type NetworkSite, type TwinRecord,
} from '../../schemas/generated/NetworkElement.generated.ts';
import type { TwinConfig } from '../../twin/config.ts';
import { Environment, Rat, type Cell, type Site } from '../../twin/network/types.ts';
import { enumNames } from './enums.ts';

const environments = enumNames(Environment, NetworkSiteEnvironment);
const rats = enumNames(Rat, NetworkCellRat);

/** Key of the twin's own record in `network_state`. */
export const TWIN_KEY = 'twin';

/** When a version holds from (event time, ms), and its number. */
export interface Version {
  readonly effectiveAt: number;
  readonly version: number;
}

/** How far the twin has got: its configuration is complete once `seeded`, its clock runs once `startedAt` is set. */
export interface TwinProgress {
  readonly sites: number;
  readonly cells: number;
  readonly seeded: boolean;
  /** Event time of the first tick, ms. */
  readonly startedAt: number | null;
}

export function siteKey(site: Site): string {
  return `site:${site.siteId}`;
}

export function cellKey(cell: Cell): string {
  return `cell:${cell.cellId}`;
}

export function siteElement(site: Site, at: Version): NetworkElement {
  const record: NetworkSite = {
    site_id: site.siteId,
    name: site.name,
    place: site.place,
    latitude: site.latitude,
    longitude: site.longitude,
    environment: environments.symbol(site.environment),
    lte_tac: site.lteTac,
    nr_tac: site.nrTac,
    expected_residents: site.expectedResidents,
    expected_workers: site.expectedWorkers,
    index: site.index,
  };
  return { element_type: 'SITE', effective_at: at.effectiveAt, version: at.version, site: record, cell: null, twin: null };
}

export function siteOf(record: NetworkSite): Site {
  return {
    index: record.index,
    siteId: record.site_id,
    name: record.name,
    place: record.place,
    latitude: record.latitude,
    longitude: record.longitude,
    environment: environments.value(record.environment) as Environment,
    lteTac: record.lte_tac,
    nrTac: record.nr_tac,
    expectedResidents: record.expected_residents,
    expectedWorkers: record.expected_workers,
  };
}

export function cellElement(cell: Cell, inService: boolean, at: Version): NetworkElement {
  const record: NetworkCell = {
    cell_id: cell.cellId,
    index: cell.index,
    site_index: cell.site,
    sector: cell.sector,
    azimuth: cell.azimuth,
    rat: rats.symbol(cell.rat),
    frequency_mhz: cell.frequencyMhz,
    bandwidth_mhz: cell.bandwidthMhz,
    pci: cell.pci,
    capacity_mbps: cell.capacityMbps,
    tac: cell.tac,
    status: inService ? 'IN_SERVICE' : 'OUT_OF_SERVICE',
    neighbours: [...cell.neighbours],
  };
  return { element_type: 'CELL', effective_at: at.effectiveAt, version: at.version, site: null, cell: record, twin: null };
}

export function cellOf(record: NetworkCell): Cell {
  return {
    index: record.index,
    cellId: record.cell_id,
    site: record.site_index,
    sector: record.sector,
    azimuth: record.azimuth,
    rat: rats.value(record.rat) as Rat,
    frequencyMhz: record.frequency_mhz,
    bandwidthMhz: record.bandwidth_mhz,
    pci: record.pci,
    capacityMbps: record.capacity_mbps,
    tac: record.tac,
    neighbours: record.neighbours,
  };
}

export function twinElement(config: TwinConfig, progress: TwinProgress, at: Version): NetworkElement {
  const record: TwinRecord = {
    seed: config.seed,
    region: config.region,
    timezone: config.timezone,
    subscribers: config.subscribers,
    capacity: config.capacity,
    partitions: config.partitions,
    model_version: config.modelVersion,
    sites: progress.sites,
    cells: progress.cells,
    seeded: progress.seeded,
    started_at: progress.startedAt,
  };
  return { element_type: 'TWIN', effective_at: at.effectiveAt, version: at.version, site: null, cell: null, twin: record };
}

export function twinConfig(record: TwinRecord): TwinConfig {
  return {
    seed: record.seed,
    region: record.region,
    timezone: record.timezone,
    subscribers: record.subscribers,
    capacity: record.capacity,
    partitions: record.partitions,
    modelVersion: record.model_version,
  };
}

export function twinProgress(record: TwinRecord): TwinProgress {
  return { sites: record.sites, cells: record.cells, seeded: record.seeded, startedAt: record.started_at };
}
