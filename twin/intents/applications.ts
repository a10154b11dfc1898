/**
 * Classes of data sessions. Volumes are log-normal per class and differ by orders of magnitude between classes, so that the
 * pooled law is heavy-tailed (Zanella et al., ACM IMC 2023: median 0.40 MB, top 1 % of sessions 62 % of bytes); the shares and
 * parameters here are condensed from that study's thirty services and are not its fits.
 */
export interface Application {
  readonly name: string;
  /** Share of sessions. */
  readonly share: number;
  /** Mean and standard deviation of log10(bytes, both directions). */
  readonly log10Bytes: number;
  readonly sigma: number;
  /** Median duration, s, and standard deviation of its logarithm. */
  readonly seconds: number;
  readonly spread: number;
  /** Share of bytes that go up. */
  readonly uplink: number;
  /** QCI (TS 23.203 table 6.1.7-A) or 5QI (TS 23.501 table 5.7.4-1). */
  readonly qos: number;
}

export const applications: readonly Application[] = [
  { name: 'SOCIAL', share: 0.36, log10Bytes: 5.7, sigma: 0.9, seconds: 55, spread: 1.1, uplink: 0.09, qos: 9 },
  { name: 'MESSAGING', share: 0.22, log10Bytes: 4.8, sigma: 0.85, seconds: 22, spread: 0.9, uplink: 0.3, qos: 9 },
  { name: 'WEB', share: 0.16, log10Bytes: 5.8, sigma: 0.8, seconds: 60, spread: 1.1, uplink: 0.07, qos: 9 },
  { name: 'VIDEO', share: 0.11, log10Bytes: 7.0, sigma: 0.75, seconds: 210, spread: 1.1, uplink: 0.02, qos: 8 },
  { name: 'MUSIC', share: 0.04, log10Bytes: 6.6, sigma: 0.5, seconds: 420, spread: 0.9, uplink: 0.02, qos: 8 },
  { name: 'NAVIGATION', share: 0.04, log10Bytes: 5.6, sigma: 0.6, seconds: 300, spread: 0.9, uplink: 0.12, qos: 9 },
  { name: 'GAMING', share: 0.04, log10Bytes: 6.0, sigma: 0.7, seconds: 360, spread: 0.9, uplink: 0.3, qos: 7 },
  { name: 'CLOUD', share: 0.03, log10Bytes: 6.5, sigma: 1.0, seconds: 70, spread: 1.2, uplink: 0.65, qos: 9 },
];

const cdf = new Float64Array(applications.length);
applications.reduce((sum, application, k) => (cdf[k] = sum + application.share), 0);
cdf[applications.length - 1] = 1;

/** Position in {@link applications}, picked by a uniform. */
export function pickApplication(u: number): number {
  let k = 0;
  while (u >= cdf[k]) k++;
  return k;
}
