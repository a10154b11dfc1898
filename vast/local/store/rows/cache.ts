/** Least recently used values by the bytes they hold. A value being loaded is loaded once for all who ask. */
export class ByteCache {
  readonly #limit: number;
  readonly #values = new Map<string, { readonly value: unknown; readonly bytes: number }>();
  readonly #loading = new Map<string, Promise<unknown>>();
  #bytes = 0;

  /** @param limit bytes; a larger single value is not kept */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get<T>(key: string): T | undefined {
    const entry = this.#values.get(key);
    if (entry === undefined) return undefined;
    this.#values.delete(key);
    this.#values.set(key, entry);
    return entry.value as T;
  }

  set(key: string, value: unknown, bytes: number): void {
    this.delete(key);
    if (bytes > this.#limit) return;
    this.#values.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const [oldest, entry] of this.#values) {
      if (this.#bytes <= this.#limit) break;
      this.#values.delete(oldest);
      this.#bytes -= entry.bytes;
    }
  }

  delete(key: string): void {
    const entry = this.#values.get(key);
    if (entry === undefined) return;
    this.#values.delete(key);
    this.#bytes -= entry.bytes;
  }

  /** A value that is being loaded. */
  loading<T>(key: string): Promise<T> | undefined {
    return this.#loading.get(key) as Promise<T> | undefined;
  }

  async load<T>(key: string, load: () => Promise<{ readonly value: T; readonly bytes: number }>): Promise<T> {
    const kept = this.get<T>(key);
    if (kept !== undefined) return kept;
    const loading = this.loading<T>(key);
    if (loading !== undefined) return loading;
    const promise = load().then(({ value, bytes }) => {
      this.set(key, value, bytes);
      return value;
    });
    this.#loading.set(key, promise);
    try {
      return await promise;
    } finally {
      this.#loading.delete(key);
    }
  }
}
