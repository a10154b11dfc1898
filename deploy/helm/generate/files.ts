import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { topicNames, topicSpec, topics } from '../../../topology/graph/index.ts';
import { kedaAcls, scaled, triggers } from '../../kustomize/generate/autoscaling.ts';
import { edges } from '../../kustomize/generate/network-policies.ts';
import { dashboardConfigMaps } from '../../kustomize/generate/monitoring.ts';
import { profiles, topologySettings } from '../../kustomize/generate/profiles.ts';
import { objectName } from '../../kustomize/generate/strimzi.ts';
import { kafkaUsers } from '../../kustomize/generate/users.ts';
import { readmeOf } from './readme.ts';

const DEPLOY = join(import.meta.dirname, '..', '..');
export const CHART = join(DEPLOY, 'helm', 'telco-twin');
const NOTICE = '# Generated: npm run generate\n';

/** Folders of the chart that hold generated files only. */
export const generatedFolders = ['files/rules', 'files/dashboards'] as const;

/**
 * What the chart's templates iterate over, from the topology: a chart is a package of its own and reads nothing outside of it.
 * Path below the chart → content.
 */
export function generatedFiles(): Map<string, string> {
  const files = new Map<string, string>([
    ['files/topics.yaml', NOTICE + toYaml(chartTopics())],
    ['files/users.yaml', NOTICE + toYaml(chartUsers())],
    ['files/edges.yaml', NOTICE + toYaml(edges())],
    ['files/autoscaling.yaml', NOTICE + toYaml(chartTriggers())],
    ['README.md', readmeOf(CHART)],
  ]);
  const rules = join(DEPLOY, 'observability', 'rules');
  for (const file of readdirSync(rules).filter((name) => name.endsWith('.yaml'))) {
    files.set(`files/rules/${file}`, NOTICE + toYaml(parse(readFileSync(join(rules, file), 'utf8')) as object));
  }
  for (const [, configMap] of dashboardConfigMaps()) {
    for (const [file, json] of Object.entries((configMap as { data: Record<string, string> }).data)) files.set(`files/dashboards/${file}`, json);
  }
  return files;
}

/** Settings that follow from the values (retention, copies) are set by the template. */
function chartTopics(): object[] {
  const settings = topologySettings(profiles.prod);
  return topicNames.map((topic) => {
    const { description, partitions, retention } = topics[topic];
    const config = Object.entries(topicSpec(topic, settings).config).filter(([key]) => key !== 'min.insync.replicas');
    return { topic, name: objectName(topic), description, perTwin: partitions === 'twin', retention, config: Object.fromEntries(config) };
  });
}

function chartUsers(): Record<string, object> {
  const users = kafkaUsers().map(({ name, user }) => [name, (user as { spec: { authorization: { acls: object } } }).spec.authorization.acls] as const);
  const registry = parse(readFileSync(join(DEPLOY, 'kustomize', 'components', 'schema-registry', 'kafkauser.yaml'), 'utf8')) as { spec: { authorization: { acls: object } } };
  return { ...Object.fromEntries(users), keda: kedaAcls(), 'schema-registry': registry.spec.authorization.acls };
}

/** Thresholds by partition and by subscriber, so that the template can scale them. */
function chartTriggers(): object[] {
  return scaled().map((processor) => ({
    name: processor.name,
    group: processor.group,
    triggers: triggers(processor, 'prod').map(({ topic, idlePerPartition, backlog }) =>
      ({ topic, perPartition: idlePerPartition, perSubscriber: backlog / profiles.prod.subscribers })),
  }));
}

function toYaml(value: object): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
