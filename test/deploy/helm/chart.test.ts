import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { bound } from '../../../cli/options.ts';
import { kafkaTopics } from '../../../deploy/kustomize/generate/topics.ts';
import { profiles } from '../../../deploy/kustomize/generate/profiles.ts';
import { kubernetesTools } from '../../kubernetes/support/tools.ts';
import { ofKind, processes, workloads, type KubernetesObject } from '../kustomize/objects.ts';
import { render } from '../kustomize/render.ts';
import { CHART, helm, installed, installedFrom, template } from './chart.ts';
import { comparable } from './comparable.ts';

const SMALL = { requests: { cpu: '250m', memory: '384Mi' }, limits: { memory: '768Mi' } };

/** What the trees of `deploy/kustomize/tests` leave as the base has it. */
const BASE = {
  image: { repository: 'telco-twin', digest: '', tag: 'test' },
  processors: { resources: SMALL },
  scenarioInjector: { replicas: 1 },
  subscriberDb: { replicas: 1, resources: SMALL },
  vastSink: { egress: { ports: [80, 443] } },
  monitoring: { podMonitors: false, rules: false, dashboards: false },
};

const values = readdirSync(join(CHART, 'ci')).map((file) => join(CHART, 'ci', file));

beforeAll(async () => { await kubernetesTools(); }, 120_000);

describe('the chart', () => {
  it('is, with its defaults, the overlay prod', async () => {
    expect(comparable(await installed())).toEqual(comparable(await render('overlays/prod')));
  });

  it('is, with the values for an Event Broker, the tree of the Kustomize component', async () => {
    const chart = await installed(
      '--values', join(CHART, 'ci', 'event-broker-values.yaml'), ...Object.entries(BASE).flatMap(([name, value]) => ['--set-json', `${name}=${JSON.stringify(value)}`]),
    );
    expect(comparable(chart)).toEqual(comparable(await render('tests/vast-event-broker')));
  });

  it('passes helm lint', async () => {
    for (const file of [[], ...values.map((path) => ['--values', path])]) {
      const { code, stdout } = await helm('lint', '--strict', '--namespace', 'data-generator-ns', CHART, ...file);
      expect(code, stdout).toBe(0);
    }
  });

  it('sizes topics as the overlay of that size does', async () => {
    const { subscribers, partitions, replicationFactor, retentionHours } = profiles.staging;
    const wanted = kafkaTopics(profiles.staging).map((topic) => (topic as KubernetesObject).spec);
    const retentionBytes = Math.max(...wanted.map((spec) => Number((spec as { config: Record<string, string> }).config['retention.bytes'] ?? -1)));
    const set = Object.entries({ subscribers, partitions, replicationFactor, retentionHours, retentionBytes }).flatMap(([name, value]) => ['--set', `twin.${name}=${value}`]);
    const topics = ofKind(await installed(...set, '--set', 'autoscaling.maxReplicas=6'), 'KafkaTopic');
    expect(topics.map(({ spec }) => spec)).toEqual(expect.arrayContaining(wanted));
  });

  it('scales the thresholds of KEDA with the twin', async () => {
    const thresholds = async (...args: string[]): Promise<Record<string, number[]>> => Object.fromEntries(ofKind(await installed(...args), 'ScaledObject')
      .map(({ metadata, spec }) => [metadata.name, (spec as { triggers: { metadata: { lagThreshold?: string } }[] }).triggers.flatMap((trigger) => trigger.metadata.lagThreshold ?? []).map(Number)]));
    const whole = await thresholds();
    const half = await thresholds('--set', 'twin.partitions=24', '--set', 'twin.subscribers=500000');
    for (const [name, of] of Object.entries(whole)) of.forEach((threshold, at) => expect(Math.abs(half[name][at] - threshold / 2)).toBeLessThanOrEqual(1));
  });

  it('runs a Job again exactly when what it does has changed', async () => {
    const jobs = async (...args: string[]): Promise<string[]> => ofKind(await installed(...args), 'Job').map(({ metadata }) => metadata.name).sort();
    const before = await jobs();
    expect(await jobs('--set', 'subscriberDb.replicas=3')).toEqual(before);
    const after = await jobs('--set', 'twin.subscribers=5');
    expect(after.filter((name) => before.includes(name))).toEqual([]);
  });

  it('leaves a Job as it is, whose spec cannot change, where only the version of the chart did', async () => {
    const jobs = (objects: readonly KubernetesObject[]): object => Object.fromEntries(ofKind(objects, 'Job').map(({ metadata, spec }) => [metadata.name, spec]));
    const folder = mkdtempSync(join(tmpdir(), 'telco-twin-chart-'));
    try {
      cpSync(CHART, folder, { recursive: true });
      const file = join(folder, 'Chart.yaml');
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/^(version|appVersion): .*$/gm, '$1: 9.9.9'));
      const next = await installedFrom(folder);
      expect(next[0].metadata.labels).toMatchObject({ 'helm.sh/chart': 'telco-twin-9.9.9', 'app.kubernetes.io/version': '9.9.9' });
      expect(jobs(next)).toEqual(jobs(await installed()));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('restarts pods when their settings change', async () => {
    const annotations = async (...args: string[]): Promise<unknown> => (await installed(...args)).find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'cdr-generator')?.spec;
    expect(await annotations('--set', 'logLevel=debug')).not.toEqual(await annotations());
  });
});

describe('other values', () => {
  it.each(values)('%s: every process finds its ServiceAccount and ConfigMaps, and runs confined', async (file) => {
    const objects = await installed('--values', file);
    const names = (kind: string): string[] => ofKind(objects, kind).map(({ metadata }) => metadata.name);
    for (const { name, pod } of processes(objects)) {
      expect(names('ServiceAccount')).toContain(pod.serviceAccountName);
      for (const { envFrom = [], securityContext } of [...pod.initContainers ?? [], ...pod.containers]) {
        for (const { configMapRef } of envFrom) expect(names('ConfigMap'), name).toContain(configMapRef?.name);
        expect(securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
      }
    }
  });

  it('text stays text, whatever it looks like: Norway is not false', async () => {
    const objects = await installed(...['twin.region=NO', 'vastSink.bucket=1e3', 'vastSink.schema=123'].flatMap((value) => ['--set-string', value]));
    const data = Object.assign({}, ...ofKind(objects, 'ConfigMap').map((map) => map.data)) as object;
    expect(data).toMatchObject({ REGION: 'NO', VAST_BUCKET: '1e3', VAST_SCHEMA: '123' });
    for (const { metadata, data: values } of ofKind(objects, 'ConfigMap')) for (const value of Object.values(values ?? {})) expect(typeof value, metadata.name).toBe('string');
  });

  it('events without a bound are kept, and the job understands it', async () => {
    const objects = await installed('--set', 'twin.retentionBytes=-1');
    expect(ofKind(objects, 'KafkaTopic').find(({ metadata }) => metadata.name === 'cdrs')?.spec).toMatchObject({ config: { 'retention.bytes': '-1' } });
    const twin = ofKind(objects, 'ConfigMap').find(({ metadata }) => metadata.name === 'twin');
    expect(bound(twin?.data?.RETENTION_BYTES ?? '')).toBe(-1);
  });

  it('without Strimzi there is none of its resources, and the job makes the topics', async () => {
    const objects = await installed('--values', join(CHART, 'ci', 'external-kafka-values.yaml'));
    expect(objects.filter(({ apiVersion }) => apiVersion.startsWith('kafka.strimzi.io'))).toEqual([]);
    const job = workloads(objects).find(({ kind, name }) => kind === 'Job' && name.startsWith('schema-registration'));
    expect(job?.pod.initContainers?.[0]?.args).toContain('create');
    const cdr = workloads(objects).find(({ name }) => name === 'cdr-generator');
    expect(cdr?.pod.volumes?.find(({ name }) => name === 'kafka')?.projected?.sources[0]?.secret?.name).toBe('kafka-ca');
  });

  it('every pod gets its image, and runs on the nodes that are for it', async () => {
    const placement = { imagePullSecrets: [{ name: 'pull' }], nodeSelector: { pool: 'twin' }, tolerations: [{ key: 'pool', operator: 'Equal', value: 'twin', effect: 'NoSchedule' }] };
    const set = ['--values', join(CHART, 'ci', 'exposed-values.yaml'), '--set', 'image.pullSecrets[0].name=pull'];
    for (const { name, pod } of workloads(await installed(...set))) expect(pod, name).toMatchObject(placement);
    const { stdout } = await template(...set, '--show-only', 'templates/tests/api.yaml');
    const pod = parseAllDocuments(stdout).map((document) => document.toJS() as KubernetesObject).find(({ kind }) => kind === 'Pod');
    expect(pod?.spec).toMatchObject(placement);
  });

  it('a broker with TLS and no login gives processes its CA, and neither name nor password', async () => {
    const objects = await installed('--values', join(CHART, 'ci', 'event-broker-values.yaml'), '--set', 'kafka.external.securityProtocol=SSL', '--set', 'kafka.external.caSecret=ca');
    const settings = ofKind(objects, 'ConfigMap').find(({ metadata }) => metadata.name === 'telco-twin')?.data;
    expect(settings).toMatchObject({ KAFKA_PROFILE: 'vast-event-broker', KAFKA_SECURITY_PROTOCOL: 'SSL', KAFKA_SSL_CA: '/etc/telco-twin/kafka/ca.crt' });
    expect(Object.keys(settings as object).filter((name) => name.includes('SASL'))).toEqual([]);
    for (const { name, pod } of workloads(objects).filter((workload) => workload.name !== 'schema-registry')) {
      expect(pod.volumes?.find((volume) => volume.name === 'kafka')?.projected?.sources, name).toEqual([{ secret: { name: 'ca', items: [{ key: 'ca.crt', path: 'ca.crt' }] } }]);
      for (const { env = [] } of [...pod.initContainers ?? [], ...pod.containers]) expect(env.map((variable) => variable.name)).not.toContain('KAFKA_SASL_USERNAME');
    }
  });

  it('the test of a release is a pod that the policies let at the API', async () => {
    const { stdout } = await template('--show-only', 'templates/tests/api.yaml');
    expect(stdout.match(/helm\.sh\/hook: test/g)).toHaveLength(3);
  });
});

describe('wrong values are refused', () => {
  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['a name that does not exist', ['twin.subscriber=5'], /subscriber/],
    ['text for a number', ['twin.subscribers=many'], /subscribers/],
    ['a digest that is none', ['image.digest=sha256:abc'], /digest/],
    ['no partition', ['twin.partitions=0'], /partitions/],
    ['room for no byte', ['twin.retentionBytes=0'], /retentionBytes/],
    ['more replicas than partitions', ['twin.partitions=4'], /autoscaling\.maxReplicas is 12, but there are only 4 partitions/],
    ['a clock that the injector does not know to run', ['twin.clock.speed=0.001'], /speed/],
    ['a clock too fast', ['twin.clock.speed=10001'], /speed/],
    ['more copies than brokers', ['kafka.strimzi.broker.replicas=1'], /broker\.replicas is 1, but twin\.replicationFactor is 3.*set kafka\.strimzi\.broker\.replicas to 3 or twin\.replicationFactor to 1/],
    ['fewer at most than at least', ['autoscaling.minReplicas=13'], /minReplicas is 13/],
    ['Kafka from nowhere', ['kafka.strimzi.enabled=false', 'schemaRegistry.enabled=false', 'schemaRegistry.url=http://r', 'autoscaling.type=hpa'], /kafka\.external\.brokers is empty/],
    ['two registries on one file', ['kafka.strimzi.enabled=false', 'kafka.external.brokers=k:9092', 'autoscaling.type=hpa'], /schemaRegistry\.replicas is 2.*one pod at a time/],
    ['a broker of an unknown kind', ['kafka.external.profile=pulsar'], /profile/],
    ['no registry', ['schemaRegistry.enabled=false'], /schemaRegistry\.url is empty/],
    ['KEDA without its user', ['kafka.strimzi.enabled=false', 'kafka.external.brokers=k:9092', 'schemaRegistry.enabled=false', 'schemaRegistry.url=http://r'], /autoscaling\.type=hpa or none/],
    ['a sink to nowhere', ['vastSink.endpoint='], /vastSink\.endpoint is empty/],
    ['an API in the clear', ['scenarioInjector.ingress.enabled=true', 'scenarioInjector.ingress.host=h'], /must not travel in the clear/],
    ['a route from no gateway', ['scenarioInjector.httpRoute.enabled=true'], /name the Gateway/],
  ];

  it.each(refused)('%s', async (_, set, reason) => {
    const { code, stderr } = await template(...set.flatMap((value) => ['--set', value]));
    expect(code).not.toBe(0);
    expect(stderr).toMatch(reason);
  });
});
