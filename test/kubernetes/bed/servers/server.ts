import { join } from 'node:path';
import { GuardedChild } from '../../../../deploy/local/child.ts';

/** What every server of the bed gets to know. */
export interface ServerContext {
  /** Folder for data, configuration and logs. */
  readonly workspace: string;
  /** Path of an executable. */
  readonly path: (program: string) => string;
}

/** Options as a record: `{ 'secure-port': 1 }` is `--secure-port=1`. */
export type Flags = Readonly<Record<string, string | number | boolean>>;

/**
 * Starts a server as a child that can't outlive this process.
 * @param graceSeconds between SIGTERM and SIGKILL when this process dies
 */
export async function spawnServer(context: ServerContext, name: string, flags: Flags, graceSeconds = 3, env?: NodeJS.ProcessEnv): Promise<GuardedChild> {
  return await GuardedChild.spawn({
    name,
    command: context.path(name),
    args: Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
    cwd: context.workspace,
    logFile: join(context.workspace, 'logs', `${name}.log`),
    graceSeconds,
    env: { ...process.env, ...env },
  });
}
