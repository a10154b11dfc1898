import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../support/command.ts';
import { BASE_IMAGE, BUILDER_IMAGE } from './base.ts';
import type { DockerEngine } from './engine.ts';

const ROOT = join(import.meta.dirname, '../../..');
export const IMAGE = 'telco-twin:local';

/** Files of this machine that a build may need to reach the npm registry: its settings, and the certificates that it trusts. */
const SECRETS = {
  npmrc: join(homedir(), '.npmrc'),
  ca: process.env.NODE_EXTRA_CA_CERTS ?? '',
};

/** Builds the project's image by its own Dockerfile from what is committed or lies in the work tree, on a base made here. */
export async function buildImage(engine: DockerEngine, tag: string = IMAGE, base: string = BASE_IMAGE): Promise<void> {
  const secrets = Object.entries(SECRETS).filter(([, file]) => file !== '' && existsSync(file)).flatMap(([id, file]) => ['--secret', `id=${id},src=${file}`]);
  const revision = (await command('git', ['rev-parse', 'HEAD'], { cwd: ROOT })).trim();
  await engine.run([
    'build', '--network', 'host', '--file', 'deploy/docker/Dockerfile', '--tag', tag, ...secrets,
    '--build-arg', `BASE=${base}`, '--build-arg', `BUILDER=${BUILDER_IMAGE}`, '--build-arg', `REVISION=${revision}`, '.',
  ], { cwd: ROOT });
}

/** Nothing but the C and C++ libraries that Node needs: no shell, no tools, no users. */
export const BARE_IMAGE = 'telco-twin-bare:local';

const LIBRARIES = [
  'libc.so.6', 'libm.so.6', 'libdl.so.2', 'libpthread.so.0', 'librt.so.1', 'libresolv.so.2', 'libnss_dns.so.2', 'libnss_files.so.2',
  'libstdc++.so.6', 'libgcc_s.so.1',
];

export async function buildBareBase(engine: DockerEngine): Promise<void> {
  const library = '/lib/x86_64-linux-gnu';
  const dockerfile = [
    `FROM ${BASE_IMAGE} AS base`, 'FROM scratch', 'COPY --from=base /lib64/ld-linux-x86-64.so.2 /lib64/',
    `COPY --from=base ${LIBRARIES.map((name) => `${library}/${name}`).join(' ')} ${library}/`, 'ENV PATH=/usr/local/bin', '',
  ].join('\n');
  const context = mkdtempSync(join(tmpdir(), 'telco-twin-bare-'));
  try {
    await engine.run(['build', '--tag', BARE_IMAGE, '--file', '-', context], { stdin: dockerfile });
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}
