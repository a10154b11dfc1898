import { FatalError } from '../errors.ts';

/** One address of the cluster. */
export interface Endpoint {
  /** For messages: scheme, host and port. */
  readonly origin: string;
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number;
  /** Value of the `Host` header, which is signed: the port is left out when it is 80 or 443. */
  readonly host: string;
}

/** @throws FatalError when the text is not an origin */
export function parseEndpoint(text: string): Endpoint {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.pathname !== '/' || url.search !== '') {
    throw new FatalError(`endpoint "${text}" must look like http://host:port or https://host, without a path`);
  }
  const secure = url.protocol === 'https:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  return {
    origin: url.origin,
    secure,
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    host: port === 80 || port === 443 ? url.hostname : `${url.hostname}:${port}`,
  };
}

/**
 * Endpoints in rotation. One that could not be reached is passed over for a while, unless all are: a cluster that moves an address
 * to another node is reached again without a restart.
 */
export class EndpointRing {
  static readonly restMs = 5_000;
  readonly #endpoints: readonly Endpoint[];
  readonly #restingUntil = new Map<Endpoint, number>();
  #next = 0;

  constructor(endpoints: readonly Endpoint[]) {
    this.#endpoints = endpoints;
  }

  /** @param now any monotonic milliseconds */
  next(now: number): Endpoint {
    const [first] = this.#endpoints;
    if (first === undefined) throw new FatalError('no endpoint given');
    const inTurn = this.#endpoints.map((_, step) => this.#endpoints[(this.#next + step) % this.#endpoints.length] ?? first);
    const chosen = inTurn.find((endpoint) => (this.#restingUntil.get(endpoint) ?? 0) <= now) ?? inTurn[0] ?? first;
    this.#next = (this.#endpoints.indexOf(chosen) + 1) % this.#endpoints.length;
    return chosen;
  }

  unreachable(endpoint: Endpoint, now: number): void {
    this.#restingUntil.set(endpoint, now + EndpointRing.restMs);
  }

  reached(endpoint: Endpoint): void {
    this.#restingUntil.delete(endpoint);
  }
}
