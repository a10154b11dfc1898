import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface KubectlResult {
  readonly code: number | null;
  readonly stdout: string;
  /** Without warnings. */
  readonly stderr: string;
  /** Texts of the warnings that the server or kubectl gave, without the word `Warning:`. */
  readonly warnings: readonly string[];
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** kubectl with the rights of one kubeconfig. */
export class Kubectl {
  readonly #bin: string;
  readonly #kubeconfig: string;
  readonly #cacheDir: string;

  /** @param cacheDir folder where kubectl keeps what it learned of the server's API */
  constructor(bin: string, kubeconfig: string, cacheDir: string) {
    this.#bin = bin;
    this.#kubeconfig = kubeconfig;
    this.#cacheDir = cacheDir;
  }

  /** Runs kubectl to its end, whatever its exit code. */
  async try(args: readonly string[], stdin = ''): Promise<KubectlResult> {
    const child = spawn(this.#bin, this.#options(args), { stdio: ['pipe', 'pipe', 'pipe'], env: ENVIRONMENT });
    const closed = once(child, 'close');
    child.stdin.on('error', () => undefined).end(stdin);
    const [[code], stdout, stderr] = (await Promise.all([closed, text(child.stdout), text(child.stderr)])) as [[number | null], string, string];
    const lines = stderr.split('\n').filter((line) => line !== '');
    const warnings = lines.flatMap((line) => /^(?:Warning|# Warning): (.*)/.exec(line)?.[1] ?? []);
    return { code, stdout, stderr: lines.filter((line) => !/^(?:# )?Warning: /.test(line)).join('\n'), warnings };
  }

  /**
   * Runs kubectl and returns standard output.
   * @throws Error with what kubectl said when it fails
   */
  async run(args: readonly string[], stdin = ''): Promise<string> {
    const { code, stdout, stderr } = await this.try(args, stdin);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} failed: ${stderr}`);
    return stdout;
  }

  /** The object or list that `kubectl get <args>` prints. */
  async get<T = KubernetesObject>(...args: readonly string[]): Promise<T> {
    return JSON.parse(await this.run(['get', '-o', 'json', ...args])) as T;
  }

  /** The objects that `kubectl get <args>` lists. */
  async list<T = KubernetesObject>(...args: readonly string[]): Promise<readonly T[]> {
    return (await this.get<{ items: T[] }>(...args)).items;
  }

  /**
   * Calls `onObject` with every state of the objects that `kubectl get <args>` watches, the present one first.
   * @returns what ends the watch
   */
  watch<T = KubernetesObject>(args: readonly string[], onEvent: (event: { type: string; object: T }) => void): () => Promise<void> {
    const child = spawn(this.#bin, this.#options(['get', '-o', 'json', '--watch', '--output-watch-events', ...args]), {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: ENVIRONMENT,
    });
    const closed = once(child, 'close');
    const read = async (): Promise<void> => {
      for await (const line of createInterface({ input: child.stdout })) onEvent(JSON.parse(line) as { type: string; object: T });
    };
    const done = read();
    return async () => {
      child.kill('SIGTERM');
      await Promise.all([closed, done]);
    };
  }

  #options(args: readonly string[]): string[] {
    return [`--kubeconfig=${this.#kubeconfig}`, `--cache-dir=${this.#cacheDir}`, ...args];
  }
}

/** A user's own settings (`kuberc`, KUBECONFIG) have no say here. */
const ENVIRONMENT = { ...process.env, KUBECONFIG: '/dev/null', KUBECTL_KUBERC: 'false' };

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  let all = '';
  for await (const chunk of stream.setEncoding('utf8')) all += String(chunk);
  return all;
}
