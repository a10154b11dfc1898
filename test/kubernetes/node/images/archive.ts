import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../../../deploy/local/cache.ts';
import type { DockerEngine } from '../../image/engine.ts';

/** Writes images into one archive, their shared layers once; an archive of the very same images is kept for the next run. */
export async function saveImages(engine: DockerEngine, images: readonly string[]): Promise<string> {
  const ids = await engine.run(['image', 'inspect', '--format', '{{.Id}} {{.RepoTags}}', ...images]);
  const folder = join(cacheFolder(), 'node-images');
  const archive = join(folder, `${createHash('sha256').update(ids).digest('hex').slice(0, 16)}.tar`);
  mkdirSync(folder, { recursive: true });
  if (existsSync(archive)) return archive;
  for (const old of readdirSync(folder)) rmSync(join(folder, old));
  await engine.run(['save', '--output', `${archive}.part`, ...images]);
  renameSync(`${archive}.part`, archive);
  return archive;
}
