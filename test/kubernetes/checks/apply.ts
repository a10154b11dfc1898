import { createNamespaces } from './namespace.ts';
import type { CheckContext } from './context.ts';
import { listOf } from './objects.ts';
import type { RenderedTree } from '../support/trees.ts';

/**
 * The API server takes every object of every tree, with all admission and all definitions, and has nothing to warn of. Dry runs:
 * trees share names, and only a namespace without the objects of another tree gives a plain answer.
 */
export async function checkApply(context: CheckContext): Promise<void> {
  for (const tree of context.trees) {
    await context.report.check(`${tree.name} is accepted without a warning`, async () => await accept(context, tree));
  }
}

async function accept({ cluster }: CheckContext, tree: RenderedTree): Promise<string> {
  await createNamespaces(cluster, tree);
  const { objects } = tree;
  const args = ['apply', '--server-side', '--validate=strict', '--dry-run=server', '--force-conflicts', '-f', '-'];
  const { code, stdout, stderr, warnings } = await cluster.kubectl.try(args, listOf(objects));
  if (code !== 0) throw new Error(stderr);
  if (warnings.length > 0) throw new Error(`warnings:\n${warnings.join('\n')}`);
  const accepted = stdout.split('\n').filter((line) => line.endsWith('serverside-applied (server dry run)')).length;
  if (accepted !== objects.length) throw new Error(`${objects.length} objects were sent, and the server speaks of ${accepted}:\n${stdout}`);
  return `${accepted} objects`;
}
