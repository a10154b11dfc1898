import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../../../deploy/local/cache.ts';
import { withLock } from '../../../host/file-lock.ts';
import { Unavailable } from '../bed/unavailable.ts';
import { command } from '../support/command.ts';
import { ensurePackages } from '../support/packages.ts';
import type { DockerEngine } from './engine.ts';

const SUITE = 'bookworm';
/** What Debian's own slim images leave out too: all documentation but the licences, translations, apt's caches. */
const SLIM = [
  'find usr/share/doc -type f ! -name copyright -delete',
  'rm -rf usr/share/man/* usr/share/info/* usr/share/locale/* usr/share/lintian usr/share/linda usr/share/groff',
  'rm -rf var/cache/apt/* var/lib/apt/lists/* var/log/*.log',
].join(' && ');

/** Images made here in place of those that a registry would give. */
export const BASE_IMAGE = 'telco-twin-base:bookworm-slim';
export const BUILDER_IMAGE = 'telco-twin-builder:local';

/**
 * A minimal Debian as an image, from the mirror that this machine's apt uses; debootstrap runs once per machine.
 * @throws Unavailable when debootstrap or the mirror can't be had
 */
export async function ensureBaseImage(engine: DockerEngine, progress: (step: string) => void): Promise<void> {
  const archive = await baseArchive(progress);
  const { code } = await engine.try(['image', 'inspect', BASE_IMAGE]);
  if (code !== 0) await engine.run(['import', '--change', 'CMD ["bash"]', archive, BASE_IMAGE]);
}

/** An image with Node and npm on that base: the very ones that run here, so that a build needs no other registry than npm's. */
export async function ensureBuilderImage(engine: DockerEngine, progress: (step: string) => void): Promise<void> {
  progress('the image that builds');
  const context = mkdtempSync(join(tmpdir(), 'telco-twin-builder-'));
  try {
    const npm = join((await command('npm', ['root', '--global'])).trim(), 'npm');
    cpSync(realpathSync(process.execPath), join(context, 'node'));
    cpSync(realpathSync(npm), join(context, 'npm'), { recursive: true });
    writeFileSync(join(context, 'Dockerfile'), [
      `FROM ${BASE_IMAGE}`, 'COPY node /usr/local/bin/node', 'COPY npm /usr/local/lib/node_modules/npm',
      'RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm', '',
    ].join('\n'));
    await engine.run(['build', '--network', 'host', '--tag', BUILDER_IMAGE, context]);
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

/** The cached archive of the base's files; its name tells what it was made from. */
async function baseArchive(progress: (step: string) => void): Promise<string> {
  const key = createHash('sha256').update(JSON.stringify([SUITE, SLIM])).digest('hex').slice(0, 8);
  const archive = join(cacheFolder(), `debian-${SUITE}-slim-${key}.tar`);
  if (existsSync(archive)) return archive;
  mkdirSync(cacheFolder(), { recursive: true });
  return await withLock(`${archive}.lock`, async () => {
    if (!existsSync(archive)) await makeArchive(archive, progress);
    return archive;
  });
}

async function makeArchive(archive: string, progress: (step: string) => void): Promise<void> {
  await ensurePackages({ debootstrap: '/usr/sbin/debootstrap' }, progress);
  const work = mkdtempSync(`${archive}.part-`);
  const root = join(work, 'root');
  try {
    progress(`a minimal Debian ${SUITE} by debootstrap`);
    await command('/usr/sbin/debootstrap', ['--variant=minbase', SUITE, root, await debianMirror()]);
    await command('sh', ['-c', SLIM], { cwd: root });
    await command('tar', ['--create', '--numeric-owner', '--one-file-system', '--file', join(work, 'base.tar'), '--directory', root, '.']);
    renameSync(join(work, 'base.tar'), archive);
  } catch (error) {
    throw new Unavailable(`no base image could be made: ${(error as Error).message}`, { cause: error });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The mirror of the distribution's main archive in the machine's own apt sources. */
async function debianMirror(): Promise<string> {
  const listed = await command('apt-get', ['indextargets', '--format', '$(ORIGIN)|$(SITE)|$(CODENAME)', 'Identifier: Packages']);
  const site = listed.split('\n').map((line) => line.split('|')).find(([origin, , codename]) => origin === 'Debian' && codename === SUITE)?.[1];
  if (site === undefined) throw new Error(`this machine's apt sources name no mirror of Debian ${SUITE}`);
  return site;
}
