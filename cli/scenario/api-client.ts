import { context } from '@opentelemetry/api';
import { httpHeaders } from '../../topology/telemetry/propagation.ts';
import type { Outcome, ScenarioClient, ScenarioRow, StartRequest } from './client.ts';

const TIMEOUT_MS = 30_000;

interface ProblemBody {
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** Through the scenario-injector's REST API, which checks a request before it answers. */
export class ApiClient implements ScenarioClient {
  readonly #url: string;
  readonly #token: string | undefined;

  /** @param url address without `/api/v1`, such as http://127.0.0.1:8080 */
  constructor(url: string, token: string | undefined) {
    this.#url = url.replace(/\/+$/, '');
    this.#token = token;
  }

  async start(request: StartRequest): Promise<Outcome> {
    return await this.#change('POST', '/scenarios', request);
  }

  async stop(scenarioId: string, issuedBy: string): Promise<Outcome> {
    return await this.#change('DELETE', `/scenarios/${encodeURIComponent(scenarioId)}?issued_by=${encodeURIComponent(issuedBy)}`);
  }

  async list(): Promise<readonly ScenarioRow[]> {
    const { body } = await this.#call<{ scenarios: ScenarioRow[] }>('GET', '/scenarios');
    return body.scenarios;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #change(method: string, path: string, request?: object): Promise<Outcome> {
    const { status, body } = await this.#call<ScenarioRow>(method, path, request);
    return { scenario_id: body.scenario_id, applied: status !== 202, scenario: body };
  }

  async #call<T>(method: string, path: string, request?: object): Promise<{ status: number; body: T }> {
    let response: Response;
    try {
      response = await fetch(`${this.#url}/api/v1${path}`, {
        method,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
          ...(request === undefined ? {} : { 'content-type': 'application/json' }),
          ...httpHeaders(context.active()),
        },
        ...(request === undefined ? {} : { body: JSON.stringify(request) }),
      });
    } catch (error) {
      const { cause, message } = error as Error;
      throw new Error(`the API at ${this.#url} does not answer (${cause instanceof Error ? cause.message : message}): is the twin running? Name another with --api, or use --brokers`, { cause: error });
    }
    const text = await response.text();
    if (!response.ok) throw new Error(refusal(response.status, text));
    return { status: response.status, body: JSON.parse(text) as T };
  }
}

function refusal(status: number, text: string): string {
  let problem: ProblemBody;
  try {
    problem = JSON.parse(text) as ProblemBody;
  } catch {
    return `the API answered ${status}: ${text.slice(0, 200)}`;
  }
  const fields = (problem.errors ?? []).filter(({ detail }) => !problem.detail?.includes(detail)).map(({ pointer, detail }) => `\n  ${pointer}: ${detail}`);
  const advice = status === 401 ? '; set API_TOKEN' : '';
  return `${problem.detail ?? problem.title ?? `the API answered ${status}`}${advice}${fields.join('')}`;
}
