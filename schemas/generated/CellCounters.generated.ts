// Generated from schemas/CellCounters.avsc by schemas/codegen/generate.ts. Do not edit.

/** The part of a cell's counters for one granularity period that the events of one partition make up. The CELL_KPI record of the period sums the parts of all partitions. */
export interface CellCounters {
  /** The cell; the record key. [ECI (28 bit) or NCI (36 bit); TS 23.003 19.6, 19.6A] */
  cell_id: number;
  /** Partition whose events were counted. */
  partition: number;
  /** Start of the granularity period, inclusive. [ms since epoch, UTC; TS 32.401] */
  period_start: number;
  /** End of the granularity period, exclusive. [ms since epoch, UTC; TS 32.401] */
  period_end: number;
  /** RRC connection establishment attempts in the period. This partition's part. [count; TS 32.425 4.1.1 (RRC.ConnEstabAtt), TS 28.552 5.1.1.15] */
  rrc_setup_attempts: number;
  /** successful RRC connection establishments. Accessibility, RRC part = successes / attempts. This partition's part. [count; TS 32.425 4.1.1 (RRC.ConnEstabSucc), TS 28.554 6.2] */
  rrc_setup_successes: number;
  /** E-RABs or DRBs attempted to set up. This partition's part. [count; TS 32.425 4.2.1 (ERAB.EstabInitAttNbr), TS 28.552 5.1.1.10] */
  bearer_setup_attempts: number;
  /** E-RABs or DRBs set up. Accessibility, bearer part = successes / attempts. This partition's part. [count; TS 32.425 4.2.1 (ERAB.EstabInitSuccNbr), TS 28.554 6.2] */
  bearer_setup_successes: number;
  /** outgoing handovers attempted. This partition's part. [count; TS 32.425 4.3.1, TS 28.552 5.1.1.6] */
  handover_attempts: number;
  /** outgoing handovers that succeeded. Mobility = successes / attempts. This partition's part. [count; TS 32.425 4.3.1, TS 28.554 6.6] */
  handover_successes: number;
  /** bearers released abnormally with data in the buffer. Retainability numerator. This partition's part. [count; TS 32.425 4.2.2 (ERAB.RelActNbr), TS 28.554 6.5] */
  abnormal_releases: number;
  /** all bearer releases. Drop rate = abnormal_releases / releases. This partition's part. [count; TS 32.425 4.2.2] */
  releases: number;
  /** downlink user data of the period. This partition's part. [bytes; TS 32.425 4.4.1, TS 28.552 5.1.2.1] */
  downlink_bytes_sum: number;
}
