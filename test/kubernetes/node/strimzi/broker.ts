import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NAMESPACE } from '../../support/trees.ts';
import { KAFKA_IMAGE } from '../images/names.ts';
import type { KafkaResources } from './resources.ts';
import { ADMINISTRATOR, brokerNames, secret, type KafkaSecrets } from './secrets.ts';

const CLIENTS = 'TLS-9093';
const PORT = 9093;
const FILES = '/etc/kafka';
const DATA = '/var/lib/kafka/data';
const LOGGING = join(import.meta.dirname, '../../../../deploy/local/log4j2.properties');
/** As whom Strimzi's image runs. */
const IMAGE_USER = { runAsUser: 1001, runAsGroup: 0 };
const CLUSTER_ID = 'dGVsY28tdHdpbi1ub2RlMQ';

/**
 * The objects of a broker as Strimzi's cluster operator would make them from the Kafka resource: its labels, its Services, its
 * listener with TLS and SCRAM, simple authorization, the configuration and the security context that the resource asks for. One node, one Pod.
 */
export function brokerObjects(resources: KafkaResources, secrets: KafkaSecrets): readonly object[] {
  const cluster = resources.kafka.metadata.name;
  const { bootstrap, headless, broker } = brokerNames(cluster);
  const selector = { 'strimzi.io/cluster': cluster, 'strimzi.io/name': `${cluster}-kafka`, 'strimzi.io/broker-role': 'true' };
  const labels = { ...selector, 'strimzi.io/kind': 'Kafka', 'strimzi.io/pool-name': 'broker', 'app.kubernetes.io/name': 'kafka', 'app.kubernetes.io/instance': cluster };
  const ports = [{ name: 'tcp-tls', port: PORT, targetPort: PORT }];
  const service = (name: string, extra: object): object => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: NAMESPACE, labels: selector }, spec: { selector, ports, ...extra } });
  const files = `${broker}-files`;
  const securityContext = { ...IMAGE_USER, ...resources.kafka.spec.kafka.template.pod.securityContext };
  return [
    secret(files, {
      'server.properties': properties(resources), 'broker.pem': secrets.keystore, 'start.sh': startScript(secrets.passwords),
      'log4j2.properties': readFileSync(LOGGING, 'utf8'),
    }),
    service(bootstrap, {}),
    service(headless, { clusterIP: 'None', publishNotReadyAddresses: true }),
    {
      apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: broker, namespace: NAMESPACE, labels },
      spec: {
        serviceName: headless, selector: { matchLabels: selector },
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: false, enableServiceLinks: false, terminationGracePeriodSeconds: 30, securityContext,
            containers: [{
              name: 'kafka', image: KAFKA_IMAGE, command: ['sh', `${FILES}/start.sh`],
              ports: [{ name: 'tcp-tls', containerPort: PORT }],
              readinessProbe: { tcpSocket: { port: PORT }, periodSeconds: 2 },
              resources: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '1Gi' } },
              securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
              volumeMounts: [{ name: 'files', mountPath: FILES, readOnly: true }, { name: 'data', mountPath: DATA }, { name: 'tmp', mountPath: '/tmp' }],
            }],
            volumes: [{ name: 'files', secret: { secretName: files } }, { name: 'tmp', emptyDir: {} }],
          },
        },
        volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } } }],
      },
    },
  ];
}

/** The loopback listeners are the broker's own; only on the third one is anybody else, and there everybody has a name. */
function properties({ kafka }: KafkaResources): string {
  const { broker, headless } = brokerNames(kafka.metadata.name);
  const listener = `listener.name.${CLIENTS.toLowerCase()}`;
  const all: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': 0,
    'controller.quorum.voters': '0@localhost:9090',
    listeners: `CONTROLPLANE-9090://127.0.0.1:9090,REPLICATION-9091://127.0.0.1:9091,${CLIENTS}://0.0.0.0:${PORT}`,
    'advertised.listeners': `REPLICATION-9091://127.0.0.1:9091,${CLIENTS}://${broker}-0.${headless}.${NAMESPACE}.svc:${PORT}`,
    'listener.security.protocol.map': `CONTROLPLANE-9090:PLAINTEXT,REPLICATION-9091:PLAINTEXT,${CLIENTS}:SASL_SSL`,
    'controller.listener.names': 'CONTROLPLANE-9090',
    'inter.broker.listener.name': 'REPLICATION-9091',
    [`${listener}.sasl.enabled.mechanisms`]: 'SCRAM-SHA-512',
    [`${listener}.scram-sha-512.sasl.jaas.config`]: 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    [`${listener}.ssl.keystore.type`]: 'PEM',
    [`${listener}.ssl.keystore.location`]: `${FILES}/broker.pem`,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': `User:ANONYMOUS;User:${ADMINISTRATOR}`,
    'log.dirs': `${DATA}/log`,
    'group.initial.rebalance.delay.ms': 0,
    ...kafka.spec.kafka.config,
  };
  return Object.entries(all).map(([name, value]) => `${name}=${value}\n`).join('');
}

/** Users exist from the first format on. */
function startScript(passwords: ReadonlyMap<string, string>): string {
  const users = [...passwords].map(([name, password]) => ` --add-scram 'SCRAM-SHA-512=[name=${name},password=${password}]'`).join('');
  const java = `java -Dlog4j2.configurationFile=${FILES}/log4j2.properties -cp '/app/*'`;
  return `set -ef
${java} -Xmx128m -XX:TieredStopAtLevel=1 kafka.tools.StorageTool format --ignore-formatted --cluster-id ${CLUSTER_ID} --config ${FILES}/server.properties${users} > /dev/null
exec ${java} -Xms128m -Xmx384m kafka.Kafka ${FILES}/server.properties
`;
}
