import { join } from 'node:path';
import { cacheFolder } from '../../../deploy/local/cache.ts';
import { cachedFolder } from '../../kubernetes/bed/cached.ts';
import { command } from '../../kubernetes/support/command.ts';

const ACTIONLINT = '1.7.12';
const ZIZMOR = '1.32.0';

/** A program, or why there is none on this machine. */
export type Obtained = { readonly program: string } | { readonly missing: string };

/** actionlint from its Go module. */
export async function actionlint(): Promise<Obtained> {
  return await obtain(`actionlint-${ACTIONLINT}`, 'actionlint', async (folder) => {
    await command('go', ['install', `github.com/rhysd/actionlint/cmd/actionlint@v${ACTIONLINT}`], { env: { ...process.env, GOBIN: folder, CGO_ENABLED: '0' } });
  });
}

/** zizmor, as its Python package carries it. */
export async function zizmor(): Promise<Obtained> {
  return await obtain(`zizmor-${ZIZMOR}`, 'bin/zizmor', async (folder) => {
    await command('python3', ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--prefix', folder, `zizmor==${ZIZMOR}`]);
  });
}

async function obtain(name: string, program: string, fill: (folder: string) => Promise<void>): Promise<Obtained> {
  try {
    return { program: join(await cachedFolder(join(cacheFolder(), name), fill), program) };
  } catch (error) {
    return { missing: `${name} can't be obtained here: ${(error as Error).message.split('\n').slice(0, 3).join(' ')}` };
  }
}
