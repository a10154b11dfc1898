import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../../../deploy/local/cache.ts';
import { GuardedChild } from '../../../deploy/local/child.ts';
import { tryLock, unlock } from '../../../host/file-lock.ts';
import { waitUntilReady } from '../../../deploy/local/ready.ts';
import { Unavailable } from '../bed/unavailable.ts';
import { command, tryCommand, type CommandOptions, type CommandResult } from '../support/command.ts';
import { ensurePackages } from '../support/packages.ts';

/** Debian's client, which builds with BuildKit without a plugin, before any other on PATH. */
const CLIENTS = ['/usr/bin/docker', 'docker'];
const PACKAGES = { 'docker.io': '/usr/sbin/dockerd', iptables: '/usr/sbin/xtables-nft-multi' };
const NFT_IPTABLES = '/usr/sbin/xtables-nft-multi';

/**
 * A Docker engine of one's own: no bridge, no packet filter rules, its socket and its pid file in a temporary folder, its images
 * in the cache folder. Containers reach the network through the host's (`--network host`). It ends with this process.
 */
export class DockerEngine {
  readonly #folder: string;
  readonly #lock: string;
  readonly #child: GuardedChild;
  readonly #client: string;

  private constructor(folder: string, lock: string, child: GuardedChild) {
    this.#folder = folder;
    this.#lock = lock;
    this.#child = child;
    this.#client = CLIENTS.find((path) => existsSync(path)) ?? 'docker';
  }

  /** @throws Unavailable when the machine can't run one */
  static async start(progress: (step: string) => void): Promise<DockerEngine> {
    if (process.getuid?.() !== 0) throw new Unavailable('a container engine needs root');
    await ensurePackages(PACKAGES, progress);
    if (!existsSync('/usr/sbin/iptables')) symlinkSync(NFT_IPTABLES, '/usr/sbin/iptables');
    const data = join(cacheFolder(), 'docker');
    mkdirSync(data, { recursive: true });
    const lock = `${data}.lock`;
    const holder = tryLock(lock);
    if (holder !== undefined) throw new Error(`process ${holder} runs an engine on ${data}: wait for it to end`);
    const folder = mkdtempSync(join(tmpdir(), 'telco-twin-docker-'));
    const child = await GuardedChild.spawn({
      name: 'dockerd', command: '/usr/sbin/dockerd', logFile: join(folder, 'dockerd.log'),
      args: [
        '--host', `unix://${folder}/docker.sock`, '--data-root', data, '--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'docker.pid'),
        '--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-forward=false', '--ip-masq=false',
      ],
    });
    const engine = new DockerEngine(folder, lock, child);
    try {
      await waitUntilReady(child, 30_000, async () => (await engine.try(['info'])).code === 0);
    } catch (error) {
      unlock(lock);
      throw new Unavailable(`dockerd does not run here: ${(error as Error).message}`, { cause: error });
    }
    return engine;
  }

  /** Runs the client to its end, whatever its exit code. */
  async try(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    return await tryCommand(this.#client, args, { ...options, env: this.environment });
  }

  /** Runs the client and returns what it printed. */
  async run(args: readonly string[], options: CommandOptions = {}): Promise<string> {
    return await command(this.#client, args, { ...options, env: this.environment });
  }

  /** What makes a client talk to this engine. */
  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, DOCKER_HOST: `unix://${this.#folder}/docker.sock`, DOCKER_BUILDKIT: '1', BUILDKIT_PROGRESS: 'plain' };
  }

  get client(): string {
    return this.#client;
  }

  async stop(): Promise<void> {
    await this.#child.stop(20_000);
    unlock(this.#lock);
    // Where containers have used the host's network, the engine leaves this mount behind.
    await tryCommand('umount', [join(this.#folder, 'exec/netns/default')]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
