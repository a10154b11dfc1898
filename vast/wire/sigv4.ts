import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * AWS Signature Version 4 in the `Authorization` header, as VAST's clients use it (service `s3`, whole-body SHA-256, no query
 * authentication, no chunk signing). Two deviations from AWS's own S3 clients, both taken from VAST's Python SDK 2.1.0: the region
 * is the empty string, and the canonical path is the path of the request line percent-encoded once more.
 */

const ALGORITHM = 'AWS4-HMAC-SHA256';
const SERVICE = 's3';
const TERMINATOR = 'aws4_request';
const AMZ_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/** SHA-256 of no bytes, in lower-case hex. */
export const EMPTY_PAYLOAD_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A request as it goes over the wire. */
export interface SignableRequest {
  readonly method: string;
  /** Request target: encoded path and raw query, for example `/vastdb/telco/cdrs?rows`. */
  readonly target: string;
  /** By lower-case name; `IncomingMessage.headers` fits. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** SHA-256 of the body in lower-case hex. */
  readonly payloadSha256: string;
}

export interface Signature {
  readonly authorization: string;
  readonly 'x-amz-date': string;
  readonly 'x-amz-content-sha256': string;
}

/** Why a request is refused. `code` is the S3 error code; the HTTP status is 403 for all of them. */
export interface Refusal {
  readonly code:
    | 'AccessDenied'
    | 'AuthorizationHeaderMalformed'
    | 'InvalidAccessKeyId'
    | 'RequestTimeTooSkewed'
    | 'SignatureDoesNotMatch'
    | 'XAmzContentSHA256Mismatch';
  readonly message: string;
}

export type Verdict =
  | { readonly accepted: true; readonly accessKeyId: string }
  | ({ readonly accepted: false } & Refusal);

/** SHA-256 in lower-case hex of a body given in pieces. */
export function sha256Hex(pieces: Uint8Array | readonly Uint8Array[]): string {
  if (pieces instanceof Uint8Array) return createHash('sha256').update(pieces).digest('hex');
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

/** Signs requests. Keeps the signing key of the current day. */
export class RequestSigner {
  readonly #credentials: () => Credentials;
  readonly #region: string;
  readonly #keys: SigningKeys;

  /** @param credentials asked for with each request, so they may be renewed */
  constructor(credentials: () => Credentials, region = '') {
    this.#credentials = credentials;
    this.#region = region;
    this.#keys = new SigningKeys();
  }

  /**
   * @param request without the three headers that this adds; `headers.host` must be what will be sent
   * @param now epoch milliseconds
   */
  sign(request: SignableRequest, now: number): Signature {
    const date = amzDate(now);
    const signed = ['host', 'x-amz-date'];
    const scope = { day: date.slice(0, 8), region: this.#region, service: SERVICE };
    const canonical = canonicalRequest(
      { ...request, headers: { ...request.headers, 'x-amz-date': date } },
      signed,
      encodePathAgain,
    );
    const credentials = this.#credentials();
    const key = this.#keys.of(credentials, scope);
    const signature = signatureOf(key, stringToSign(date, scope, canonical)).toString('hex');
    return {
      authorization:
        `${ALGORITHM} Credential=${credentials.accessKeyId}/${scopeText(scope)}, ` +
        `SignedHeaders=${signed.join(';')}, Signature=${signature}`,
      'x-amz-date': date,
      'x-amz-content-sha256': request.payloadSha256,
    };
  }
}

export interface VerifierOptions {
  /** Secrets by access key id. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Largest accepted distance between `x-amz-date` and now, in milliseconds. */
  readonly maxSkewMs?: number;
}

/**
 * Verifies requests of the Python SDK, the Java client and this repository's client: any region, any set of signed headers that
 * holds `host` and `x-amz-date`, path encoded once (Java) or twice (Python).
 */
export class RequestVerifier {
  readonly #secrets: ReadonlyMap<string, string>;
  readonly #maxSkewMs: number;
  readonly #keys: SigningKeys;

  constructor(options: VerifierOptions) {
    this.#secrets = options.secrets;
    this.#maxSkewMs = options.maxSkewMs ?? 15 * 60_000;
    this.#keys = new SigningKeys();
  }

  /**
   * @param request with the hash of the body **as received**: the claimed one is compared with it
   * @param now epoch milliseconds
   */
  verify(request: SignableRequest, now: number): Verdict {
    const authorization = headerValue(request, 'authorization');
    if (authorization === undefined) return refuse('AccessDenied', 'the request carries no Authorization header');
    const parsed = parseAuthorization(authorization);
    if (parsed === undefined) {
      return refuse('AuthorizationHeaderMalformed', `expected "${ALGORITHM} Credential=KEY/DAY/REGION/s3/${TERMINATOR}, …"`);
    }
    const { accessKeyId, scope, signedHeaders } = parsed;
    const secretAccessKey = this.#secrets.get(accessKeyId);
    if (secretAccessKey === undefined) return refuse('InvalidAccessKeyId', `access key ${accessKeyId} is not known here`);
    if (!signedHeaders.includes('host') || !signedHeaders.includes('x-amz-date')) {
      return refuse('AuthorizationHeaderMalformed', 'SignedHeaders must hold host and x-amz-date');
    }
    const date = headerValue(request, 'x-amz-date') ?? '';
    const at = epochOf(date);
    if (at === undefined || date.slice(0, 8) !== scope.day) {
      return refuse('AuthorizationHeaderMalformed', 'x-amz-date must be YYYYMMDDThhmmssZ of the day in Credential');
    }
    if (Math.abs(at - now) > this.#maxSkewMs) {
      return refuse('RequestTimeTooSkewed', `x-amz-date ${date} is more than ${this.#maxSkewMs / 1000} s from this server's clock`);
    }
    const claimed = headerValue(request, 'x-amz-content-sha256');
    if (claimed !== undefined && claimed !== request.payloadSha256) {
      return refuse('XAmzContentSHA256Mismatch', 'x-amz-content-sha256 is not the SHA-256 of the body received');
    }
    const key = this.#keys.of({ accessKeyId, secretAccessKey }, scope);
    const matches = [encodePathAgain, keepPath].some((path) => {
      const canonical = canonicalRequest(request, signedHeaders, path);
      return timingSafeEqual(signatureOf(key, stringToSign(date, scope, canonical)), parsed.signature);
    });
    if (matches) return { accepted: true, accessKeyId };
    return refuse('SignatureDoesNotMatch', 'the signature is not the one computed here; check the secret access key');
  }
}

/** Canonical request of SigV4 over the given headers, which must be lower-case and in order. */
export function canonicalRequest(
  request: SignableRequest,
  signedHeaders: readonly string[],
  path: (encoded: string) => string = encodePathAgain,
): string {
  const split = request.target.indexOf('?');
  const encoded = split < 0 ? request.target : request.target.slice(0, split);
  const query = split < 0 ? '' : request.target.slice(split + 1);
  const headers = signedHeaders.map(
    (name) => `${name}:${(headerValue(request, name) ?? '').trim().replace(/ +/g, ' ')}\n`,
  );
  return [
    request.method,
    path(encoded),
    canonicalQuery(query),
    headers.join(''),
    signedHeaders.join(';'),
    request.payloadSha256,
  ].join('\n');
}

/** Text whose HMAC is the signature. `date` is the `x-amz-date`. */
export function stringToSign(date: string, scope: Scope, canonical: string): string {
  return [ALGORITHM, date, scopeText(scope), createHash('sha256').update(canonical).digest('hex')].join('\n');
}

/** Credential scope. `day` is `YYYYMMDD`. */
export interface Scope {
  readonly day: string;
  readonly region: string;
  readonly service: string;
}

function scopeText(scope: Scope): string {
  return `${scope.day}/${scope.region}/${scope.service}/${TERMINATOR}`;
}

/** The pieces stay as they were sent (`+`, `%2F`); only order and missing `=` are made canonical. */
function canonicalQuery(query: string): string {
  if (query === '') return '';
  return query
    .split('&')
    .sort()
    .map((piece) => (piece.includes('=') ? piece : `${piece}=`))
    .join('&');
}

function encodePathAgain(encoded: string): string {
  return encoded.replace(
    /[^A-Za-z0-9/\-_.~]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

function keepPath(encoded: string): string {
  return encoded;
}

function signatureOf(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** Derived keys: each day, region and key pair costs four HMACs once. Bounded, since days and regions come from outside. */
class SigningKeys {
  static readonly #capacity = 64;
  readonly #keys = new Map<string, { readonly secret: string; readonly key: Buffer }>();

  of(credentials: Credentials, scope: Scope): Buffer {
    const name = `${credentials.accessKeyId}/${scopeText(scope)}`;
    const known = this.#keys.get(name);
    // An access key may get another secret.
    if (known?.secret === credentials.secretAccessKey) return known.key;
    const steps = [scope.day, scope.region, scope.service, TERMINATOR];
    const key = steps.reduce<Buffer>(
      (parent, text) => signatureOf(parent, text),
      Buffer.from(`AWS4${credentials.secretAccessKey}`, 'utf8'),
    );
    if (this.#keys.size >= SigningKeys.#capacity) this.#keys.clear();
    this.#keys.set(name, { secret: credentials.secretAccessKey, key });
    return key;
  }
}

interface Authorization {
  readonly accessKeyId: string;
  readonly scope: Scope;
  readonly signedHeaders: readonly string[];
  readonly signature: Buffer;
}

function parseAuthorization(text: string): Authorization | undefined {
  const match = /^AWS4-HMAC-SHA256\s+Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})$/.exec(text);
  if (match === null) return undefined;
  const [, credential = '', signedHeaders = '', signature = ''] = match;
  // An access key may hold slashes; the scope is the last four parts.
  const parts = credential.split('/');
  const [day = '', region = '', service = '', terminator = ''] = parts.slice(-4);
  if (parts.length < 5 || !/^\d{8}$/.test(day) || service !== SERVICE || terminator !== TERMINATOR) return undefined;
  return {
    accessKeyId: parts.slice(0, -4).join('/'),
    scope: { day, region, service },
    signedHeaders: signedHeaders.split(';'),
    signature: Buffer.from(signature, 'hex'),
  };
}

function headerValue(request: SignableRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'object' ? value.join(',') : value;
}

/** `YYYYMMDDThhmmssZ` of epoch milliseconds. */
export function amzDate(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

function epochOf(date: string): number | undefined {
  const match = AMZ_DATE.exec(date);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function refuse(code: Refusal['code'], message: string): Verdict {
  return { accepted: false, code, message };
}
