import { existsSync } from 'node:fs';
import { Unavailable } from '../bed/unavailable.ts';
import { command } from './command.ts';

/** Debian packages by a file that each of them brings. */
export type Packages = Readonly<Record<string, string>>;

/**
 * Installs what is missing, as root on Debian.
 * @throws Unavailable with what to install when this is another user or system
 */
export async function ensurePackages(packages: Packages, progress: (step: string) => void): Promise<void> {
  const missing = Object.entries(packages).filter(([, file]) => !existsSync(file)).map(([name]) => name);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) throw new Unavailable(`missing: ${missing.join(' ')} (on Debian: apt-get install ${missing.join(' ')})`);
  progress(`installing ${missing.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await command('apt-get', ['update', '-qq'], { env });
  await command('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env });
}
