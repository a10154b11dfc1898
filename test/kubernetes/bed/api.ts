import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import type { KubernetesObject } from './kubectl.ts';
import type { Pki } from './pki.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly body: { readonly message?: string; readonly [field: string]: unknown };
  /** Texts of the `Warning` headers. */
  readonly warnings: readonly string[];
}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** The API server, asked directly: one request costs milliseconds, where kubectl takes half a second to start. */
export class Api {
  readonly #url: string;
  readonly #agent: Agent;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #resources = new Map<string, readonly ApiResource[]>();

  private constructor(url: string, agent: Agent, headers: Readonly<Record<string, string>>) {
    this.#url = url;
    this.#agent = agent;
    this.#headers = headers;
  }

  /** As a member of `system:masters`. */
  static asAdmin(url: string, pki: Pki): Api {
    const ca = readFileSync(pki.certificate('ca'));
    return new Api(url, new Agent({ ca, cert: readFileSync(pki.certificate('admin')), key: readFileSync(pki.key('admin')), keepAlive: true }), {});
  }

  /** With a bearer token, e.g. a ServiceAccount's. */
  static withToken(url: string, pki: Pki, token: string): Api {
    return new Api(url, new Agent({ ca: readFileSync(pki.certificate('ca')), keepAlive: true }), { authorization: `Bearer ${token}` });
  }

  /**
   * Sends what `kubectl apply --server-side --validate=strict` sends; as a dry run, nothing is stored but everything is checked.
   * @param namespace of an object that names none
   */
  async apply(object: KubernetesObject, { dryRun, namespace }: { readonly dryRun: boolean; readonly namespace: string }): Promise<ApiAnswer> {
    const { apiVersion, kind, metadata } = object;
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const resource = (await this.#resourcesOf(root)).find((candidate) => candidate.kind === kind && !candidate.name.includes('/'));
    if (resource === undefined) return { status: 404, body: { message: `no matches for kind "${kind}" in version "${apiVersion}"` }, warnings: [] };
    const placed = resource.namespaced ? { ...object, metadata: { namespace, ...metadata } } : object;
    const scope = placed.metadata.namespace === undefined ? '' : `/namespaces/${placed.metadata.namespace}`;
    const query = new URLSearchParams({ fieldManager: 'checks', fieldValidation: 'Strict', force: 'true', ...(dryRun ? { dryRun: 'All' } : {}) });
    const path = `${root}${scope}/${resource.name}/${metadata.name}?${query.toString()}`;
    return await this.send('PATCH', path, placed, 'application/apply-patch+yaml');
  }

  async send(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object, contentType = 'application/json'): Promise<ApiAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<ApiAnswer>();
    const outgoing = request(new URL(path, this.#url), { method, agent: this.#agent, headers: { ...this.#headers, accept: 'application/json', 'content-type': contentType } }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const warnings = [incoming.headers['warning'] ?? []].flat().flatMap((header) => [...header.matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)].map(([, warning = '']) => warning.replaceAll(/\\(.)/g, '$1')));
        resolve({ status: incoming.statusCode ?? 0, body: parseBody(text), warnings });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    return await promise;
  }

  close(): void {
    this.#agent.destroy();
  }

  async #resourcesOf(root: string): Promise<readonly ApiResource[]> {
    const known = this.#resources.get(root);
    if (known !== undefined) return known;
    const { status, body } = await this.send('GET', root);
    const resources = status === 200 ? (body['resources'] as ApiResource[]) : [];
    this.#resources.set(root, resources);
    return resources;
  }
}

function parseBody(text: string): ApiAnswer['body'] {
  try {
    return JSON.parse(text) as ApiAnswer['body'];
  } catch {
    return { message: text };
  }
}
