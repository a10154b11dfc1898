import { RegistryAccessError, RegistryRequestError, RegistryUnavailableError } from './errors.ts';

export interface RegistryOptions {
  /** Base address of a Confluent-compatible API. Credentials in it are used as basic authentication. */
  readonly url: string;
  readonly username?: string | undefined;
  /** A function is asked for each request: passwords may be renewed. */
  readonly password?: string | (() => string) | undefined;
  /** Told each time a request has failed and will be tried again. */
  readonly onWait?: ((message: string) => void) | undefined;
  /** Ends the waiting; the pending call rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** How long one request may take, ms. Default 10 s. */
  readonly timeoutMs?: number | undefined;
}

const MEDIA_TYPE = 'application/vnd.schemaregistry.v1+json';
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;

/** Confluent's error codes for what does not exist; a plain 404 comes from registries that do not send them. */
export const NOT_FOUND: readonly number[] = [404, 40401, 40402, 40403, 40408];

/**
 * The calls of Confluent's REST API that the project needs. @kafkajs/confluent-schema-registry, which consumers use, can
 * neither set the compatibility of a subject that exists nor tell an unreachable registry from wrong credentials.
 * Every call waits with back-off while the registry is unavailable.
 */
export class RegistryClient {
  /** Without credentials, for messages. */
  readonly url: string;
  readonly #options: RegistryOptions;
  readonly #headers: () => Record<string, string>;

  /** @throws Error when the address is no http(s) URL. */
  constructor(options: RegistryOptions) {
    const url = URL.canParse(options.url) ? new URL(options.url) : null;
    if (url === null || !/^https?:$/.test(url.protocol)) {
      throw new Error('SCHEMA_REGISTRY_URL must be an http or https address, such as http://127.0.0.1:8081/apis/ccompat/v7');
    }
    const username = options.username ?? decodeURIComponent(url.username);
    const password = options.password ?? decodeURIComponent(url.password);
    url.username = '';
    url.password = '';
    this.url = url.href.replace(/\/+$/, '');
    this.#options = options;
    const headers = { accept: `${MEDIA_TYPE}, application/json`, 'content-type': MEDIA_TYPE };
    this.#headers = username === '' ? () => headers : () => {
      const credentials = `${username}:${typeof password === 'function' ? password() : password}`;
      return { ...headers, authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
    };
  }

  /** Id of `schema` under `subject`, or null when it is not there. */
  async find(subject: string, schema: string): Promise<number | null> {
    const found = await this.#orNull<{ id: number }>('POST', `/subjects/${encodeURIComponent(subject)}`, { schema });
    return found?.id ?? null;
  }

  /** Newest schema of a subject, or null when the subject is not there. */
  async latest(subject: string): Promise<{ readonly id: number; readonly version: number; readonly schema: string } | null> {
    return await this.#orNull('GET', `/subjects/${encodeURIComponent(subject)}/versions/latest`);
  }

  /** Adds `schema` to a subject and returns its id. @throws RegistryRequestError 409 when the subject would not accept it. */
  async register(subject: string, schema: string): Promise<number> {
    const { id } = await this.#call<{ id: number }>('POST', `/subjects/${encodeURIComponent(subject)}/versions`, { schema });
    return id;
  }

  /** Text of a schema by its id, or null when there is none. */
  async schema(id: number): Promise<string | null> {
    const found = await this.#orNull<{ schema: string }>('GET', `/schemas/ids/${id}`);
    return found?.schema ?? null;
  }

  /** Compatibility of a subject's own, or null when it has the registry's default. */
  async compatibility(subject: string): Promise<string | null> {
    const found = await this.#orNull<{ compatibilityLevel: string }>('GET', `/config/${encodeURIComponent(subject)}?defaultToGlobal=false`);
    return found?.compatibilityLevel ?? null;
  }

  /** Returns false when the registry wants the subject to exist first. */
  async setCompatibility(subject: string, compatibility: string): Promise<boolean> {
    return (await this.#orNull('PUT', `/config/${encodeURIComponent(subject)}`, { compatibility })) !== null;
  }

  /** Whether a subject would accept `schema` as its next version, and the registry's reasons if not. */
  async accepts(subject: string, schema: string): Promise<{ readonly accepted: boolean; readonly reasons: readonly string[] }> {
    const path = `/compatibility/subjects/${encodeURIComponent(subject)}/versions?verbose=true`;
    const answer = await this.#call<{ is_compatible: boolean; messages?: string[] }>('POST', path, { schema });
    return { accepted: answer.is_compatible, reasons: answer.messages ?? [] };
  }

  async #orNull<T>(method: string, path: string, body?: object): Promise<T | null> {
    try {
      return await this.#call<T>(method, path, body);
    } catch (error) {
      if (error instanceof RegistryRequestError && NOT_FOUND.includes(error.code)) return null;
      throw error;
    }
  }

  async #call<T>(method: string, path: string, body?: object): Promise<T> {
    for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
      try {
        return await this.#request<T>(method, path, body);
      } catch (error) {
        this.#options.signal?.throwIfAborted();
        if (!(error instanceof RegistryUnavailableError)) throw error;
        this.#options.onWait?.(`${error.message}; next try in ${delay} ms`);
        await sleep(delay, this.#options.signal);
      }
    }
  }

  async #request<T>(method: string, path: string, body?: object): Promise<T> {
    const limits = [AbortSignal.timeout(this.#options.timeoutMs ?? 10_000)];
    if (this.#options.signal !== undefined) limits.push(this.#options.signal);
    let response: Response;
    let text: string;
    try {
      response = await fetch(this.url + path, {
        method, headers: this.#headers(), signal: AbortSignal.any(limits), ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      text = await response.text();
    } catch (error) {
      throw new RegistryUnavailableError(`no answer from the schema registry at ${this.url} (${reason(error)})`, { cause: error });
    }
    if (response.ok) return this.#parse<T>(text, method, path);
    throw this.#failure(response.status, text, `${method} ${path}`);
  }

  #parse<T>(text: string, method: string, path: string): T {
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      throw new RegistryRequestError(
        `${method} ${this.url}${path} answered with something other than JSON: is this a Confluent-compatible registry API? (${(error as Error).message})`, 200, 200,
      );
    }
  }

  #failure(status: number, text: string, request: string): Error {
    if (status === 401 || status === 403) {
      const what = status === 401 ? 'did not accept the credentials' : 'does not allow this user to do this';
      return new RegistryAccessError(
        `the schema registry at ${this.url} ${what} (${status} to ${request}): check SCHEMA_REGISTRY_USERNAME and SCHEMA_REGISTRY_PASSWORD`,
      );
    }
    const { error_code: code = status, message = text.slice(0, 300) } = errorBody(text);
    if (status >= 500 || status === 429) {
      return new RegistryUnavailableError(`the schema registry at ${this.url} answered ${status} to ${request} (${message})`);
    }
    return new RegistryRequestError(`the schema registry at ${this.url} answered ${status} to ${request}: ${message}`, status, code);
  }
}

function errorBody(text: string): { error_code?: number; message?: string } {
  try {
    return JSON.parse(text) as { error_code?: number; message?: string };
  } catch {
    return {};
  }
}

/** Innermost cause of a failed fetch: `connect ECONNREFUSED 127.0.0.1:8081` rather than `fetch failed`. */
function reason(error: unknown): string {
  const { cause, message } = error as Error;
  if (cause instanceof AggregateError) return (cause.errors as Error[]).map((inner) => inner.message).join(', ');
  return cause instanceof Error ? cause.message : message;
}

async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal!.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
