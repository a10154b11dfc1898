import { stringify } from 'yaml';
import { overlays, profiles, twinEnv } from './profiles.ts';
import { kafkaTopics, topicPatches } from './topics.ts';
import { kafkaUsers } from './users.ts';

const NOTICE = '# Generated from topology/graph: npm run generate\n';

/** Every generated file of the tree: path below `deploy/kustomize` → content. */
export function generatedFiles(): Map<string, string> {
  const files = new Map<string, string>();
  addFolder(files, 'kafka/topics', kafkaTopics(profiles.prod).map((topic) => [(topic as { metadata: { name: string } }).metadata.name, topic]));
  addFolder(files, 'kafka/users', kafkaUsers().map(({ name, user }) => [name, user]));
  files.set('base/twin.env', NOTICE + twinEnv(profiles.prod));
  for (const overlay of overlays) {
    if (overlay === 'prod') continue;
    files.set(`overlays/${overlay}/twin.env`, NOTICE + twinEnv(profiles[overlay]));
    files.set(`overlays/${overlay}/topics.yaml`, NOTICE + topicPatches(profiles.prod, profiles[overlay]).map((patch) => toYaml(patch)).join('---\n'));
  }
  return files;
}

/** One object per file, and the kustomization that lists them. */
function addFolder(files: Map<string, string>, folder: string, objects: readonly (readonly [string, object])[]): void {
  for (const [name, object] of objects) files.set(`${folder}/${name}.yaml`, NOTICE + toYaml(object));
  files.set(`${folder}/kustomization.yaml`, NOTICE + toYaml({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: objects.map(([name]) => `${name}.yaml`),
  }));
}

function toYaml(object: object): string {
  return stringify(object, { lineWidth: 140, aliasDuplicateObjects: false });
}
