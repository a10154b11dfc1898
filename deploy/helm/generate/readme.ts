import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly $ref?: string;
}

/** The README of the chart: how to install it, and a row for each value, from `values.schema.json` and `values.yaml`. */
export function readmeOf(chart: string): string {
  const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8')) as Schema;
  const values = parse(readFileSync(join(chart, 'values.yaml'), 'utf8')) as unknown;
  const rows = [...valueRows(schema, values, '')];
  return `${INTRODUCTION}
## Values

| value | default | |
|---|---|---|
${rows.join('\n')}
`;
}

/** @throws Error on a value without a description. */
function* valueRows({ properties = {} }: Schema, values: unknown, prefix: string): Generator<string> {
  for (const [name, schema] of Object.entries(properties)) {
    const path = `${prefix}${name}`;
    const value = (values as Record<string, unknown>)[name];
    if (schema.properties !== undefined) {
      yield* valueRows(schema, value, `${path}.`);
      continue;
    }
    if (schema.description === undefined) throw new Error(`values.schema.json: ${path} has no description`);
    yield `| \`${path}\` | ${value === '' ? '' : `\`${JSON.stringify(value).replaceAll('|', '\\|')}\``} | ${schema.description} |`;
  }
}

const INTRODUCTION = `<!-- Generated: npm run generate -->
# telco-twin

The whole twin as a Helm chart: processors, subscriber-db, jobs, Kafka by Strimzi with topics and users, schema registry, autoscaling,
network policies, monitoring. With the defaults it is the Kustomize overlay \`prod\`, object by object.

Before: operators of [Strimzi](https://strimzi.io) 1.x, and where they are used [KEDA](https://keda.sh) and the Prometheus Operator.
Autoscaling by CPU, which \`keda\` and \`hpa\` both do, needs metrics-server. The namespace is yours; give it the labels that Pod Security needs:

\`\`\`sh
kubectl create namespace data-generator-ns
kubectl label namespace data-generator-ns pod-security.kubernetes.io/enforce=restricted
kubectl -n data-generator-ns create secret generic scenario-injector-api --from-literal=token="$(openssl rand -hex 32)"
kubectl -n data-generator-ns create secret generic vast-credentials --from-literal=access-key=… --from-literal=secret-key=…
helm install telco-twin deploy/helm/telco-twin -n data-generator-ns \\
  --set image.repository=…/telco-twin --set image.digest=sha256:… --set vastSink.endpoint=http://…
\`\`\`

One twin a namespace: its Services and users have fixed names. Values for other places are in [ci](ci): a small one, a Kafka and a registry
that exist already, autoscaling without KEDA.
`;
