import { join } from 'node:path';
import { runSdk } from '../../integration/vast/sdk/venv.ts';
import { KEYS, VastEndpoint } from '../../integration/vast/sink/endpoint.ts';
import { median, residentMb } from '../stack.ts';

interface Scanned {
  readonly rows: number;
  readonly found: number;
  readonly insertRowsPerSecond: number;
  readonly sdkRowsPerSecond: readonly number[];
  readonly duckdbRowsPerSecond: readonly number[];
}

export interface ScanResult {
  readonly rows: number;
  readonly found: number;
  readonly insertRowsPerSecond: number;
  /** Medians; rows read, not rows found. */
  readonly sdkRowsPerSecond: number;
  readonly duckdbRowsPerSecond: number;
  /** Of the endpoint, while it took the rows, sealed and read them. */
  readonly peakMb: number;
}

const SAMPLE_MS = 250;

/** A predicate over many rows through VAST's Python SDK, and DuckDB over the Parquet files of the same table, in turns. */
export async function scan(rows: number, turns: number): Promise<ScanResult> {
  const endpoint = await VastEndpoint.start();
  let peakMb = 0;
  const timer = setInterval(() => { peakMb = Math.max(peakMb, residentMb(endpoint.pid)); }, SAMPLE_MS);
  try {
    const result = JSON.parse(await runSdk(join(import.meta.dirname, 'scan.py'), [
      endpoint.url, KEYS.VAST_ACCESS_KEY, KEYS.VAST_SECRET_KEY, KEYS.VAST_BUCKET, endpoint.dataDir, String(rows), String(turns),
    ])) as Scanned;
    return {
      ...result, sdkRowsPerSecond: median(result.sdkRowsPerSecond), duckdbRowsPerSecond: median(result.duckdbRowsPerSecond), peakMb: Math.round(peakMb),
    };
  } finally {
    clearInterval(timer);
    await endpoint.close();
  }
}
