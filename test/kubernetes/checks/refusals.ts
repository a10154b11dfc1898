import type { KubernetesObject } from '../bed/kubectl.ts';
import { NAMESPACE } from '../support/trees.ts';
import type { CheckContext } from './context.ts';
import { createNamespaces } from './namespace.ts';
import { CUSTOM_RESOURCES } from './refusals/custom-resources.ts';
import { POLICIES } from './refusals/policies.ts';
import { SECURITY } from './refusals/security.ts';
import type { Variant } from './refusals/variant.ts';
import { WORKLOADS } from './refusals/workloads.ts';

const VARIANTS: readonly Variant[] = [...WORKLOADS, ...SECURITY, ...POLICIES, ...CUSTOM_RESOURCES];

/**
 * One object of the deployment at a time, broken in one way, is refused for that reason and no other. The object as it is must
 * be accepted first, so that the refusal is due to the change.
 */
export async function checkRefusals(context: CheckContext): Promise<void> {
  const prod = context.trees.find(({ name }) => name === 'overlays/prod') ?? context.trees[0];
  if (prod === undefined) throw new Error('there is no tree to take objects from');
  await createNamespaces(context.cluster, prod);
  const candidates = [prod, ...context.trees].flatMap(({ objects }) => objects);
  for (const variant of VARIANTS) {
    await context.report.check(`refused: ${variant.what}`, async () => await refuse(context, variant, candidates));
  }
}

async function refuse({ api }: CheckContext, variant: Variant, candidates: readonly KubernetesObject[]): Promise<string> {
  const original = candidates.find((object) => matches(object, variant.of));
  if (original === undefined) throw new Error(`no tree has a ${JSON.stringify(variant.of)} to break`);
  const sound = await api.apply(original, { dryRun: true, namespace: NAMESPACE });
  if (sound.status >= 300 || sound.warnings.length > 0) throw new Error(`the object as it is was not accepted: ${sound.body.message ?? sound.warnings.join('\n')}`);
  const draft = structuredClone(original);
  const answer = await api.apply(variant.break(draft) ?? draft, { dryRun: true, namespace: NAMESPACE });
  const said = variant.onlyWarns ? answer.warnings.join('\n') : answer.status < 300 ? '' : (answer.body.message ?? '');
  if (said === '') throw new Error(`${original.kind} ${original.metadata.name} was accepted`);
  if (!variant.refusal.test(said)) throw new Error(`refused for another reason than ${String(variant.refusal)}: ${said}`);
  return `${original.kind} ${original.metadata.name}`;
}

function matches({ kind, metadata }: KubernetesObject, of: Variant['of']): boolean {
  return typeof of === 'string' ? kind === of : kind === of.kind && metadata.name === of.name;
}
