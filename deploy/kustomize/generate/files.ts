import { stringify } from 'yaml';
import { horizontalPodAutoscaler, kedaAcls, scaled, scaledObject, scaledObjectSpec } from './autoscaling.ts';
import { dashboardConfigMaps, prometheusRules } from './monitoring.ts';
import { listenerPeers, networkPolicies } from './network-policies.ts';
import { overlays, profiles, twinEnv } from './profiles.ts';
import { kafkaTopics, topicPatches } from './topics.ts';
import { analyticsUser, kafkaUser, kafkaUsers } from './users.ts';

const NOTICE = '# Generated: npm run generate\n';

/** Folders that hold generated files only; what nothing derives any more is removed from them. */
export const generatedFolders = [
  'kafka/topics', 'kafka/users',
  'components/hpa-cpu/autoscalers', 'components/keda-lag/scaled-objects', 'components/network-policies/edges',
  'components/monitoring/rules', 'components/monitoring/dashboards',
] as const;


/** Every generated file of the tree: path below `deploy/kustomize` → content. */
export function generatedFiles(): Map<string, string> {
  const files = new Map<string, string>();
  addFolder(files, 'kafka/topics', kafkaTopics(profiles.prod).map((topic) => [(topic as { metadata: { name: string } }).metadata.name, topic]));
  addFolder(files, 'kafka/users', kafkaUsers().map(({ name, user }) => [name, user]));
  addFolder(files, 'components/hpa-cpu/autoscalers', scaled().map((processor) => [processor.name, horizontalPodAutoscaler(processor)]));
  addFolder(files, 'components/keda-lag/scaled-objects', [
    ...scaled().map((processor) => [processor.name, scaledObject(processor)] as const),
    ['kafkauser', kafkaUser('keda', kedaAcls())],
  ]);
  addFolder(files, 'components/network-policies/edges', networkPolicies());
  files.set('components/network-policies/listener.yaml', NOTICE + toYaml(listenerPatch()));
  files.set('components/external-listener/kafkauser.yaml', NOTICE + toYaml(analyticsUser()));
  addFolder(files, 'components/monitoring/rules', prometheusRules());
  addFolder(files, 'components/monitoring/dashboards', dashboardConfigMaps());
  files.set('overlays/staging/autoscaling.yaml', NOTICE + scaled().map((processor) => toYaml({
    apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', metadata: { name: processor.name }, spec: scaledObjectSpec(processor, 'staging'),
  })).join('---\n'));
  files.set('base/twin.env', NOTICE + twinEnv(profiles.prod));
  for (const overlay of overlays) {
    if (overlay === 'prod') continue;
    files.set(`overlays/${overlay}/twin.env`, NOTICE + twinEnv(profiles[overlay]));
    files.set(`overlays/${overlay}/topics.yaml`, NOTICE + topicPatches(profiles.prod, profiles[overlay]).map((patch) => toYaml(patch)).join('---\n'));
  }
  return files;
}

/** One object per file, and the kustomization that lists them. */
function addFolder(files: Map<string, string>, folder: (typeof generatedFolders)[number], objects: readonly (readonly [string, object])[]): void {
  for (const [name, object] of objects) files.set(`${folder}/${name}.yaml`, NOTICE + toYaml(object));
  files.set(`${folder}/kustomization.yaml`, NOTICE + toYaml({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: objects.map(([name]) => `${name}.yaml`),
  }));
}

/** Strimzi guards the listener with a policy of its own, which it makes from these peers. */
function listenerPatch(): object {
  return [{ op: 'add', path: '/spec/kafka/listeners/0/networkPolicyPeers', value: listenerPeers() }];
}

function toYaml(object: object): string {
  return stringify(object, { lineWidth: 0, aliasDuplicateObjects: false });
}
