import type { KubernetesObject } from '../../bed/kubectl.ts';

/** The parts of Strimzi's custom resources that its operators act on here. */

export interface KafkaResource extends KubernetesObject {
  readonly kind: 'Kafka';
  readonly spec: {
    readonly kafka: {
      readonly config?: Readonly<Record<string, string | number | boolean>>;
      readonly listeners: readonly { readonly name: string; readonly port: number; readonly tls: boolean; readonly authentication?: { readonly type: string } }[];
      readonly authorization?: { readonly type: string };
      readonly template: { readonly pod: { readonly securityContext: Readonly<Record<string, unknown>> } };
    };
  };
}

export interface KafkaTopicResource extends KubernetesObject {
  readonly kind: 'KafkaTopic';
  readonly spec: { readonly topicName?: string; readonly partitions: number; readonly replicas: number; readonly config?: Readonly<Record<string, string | number | boolean>> };
}

export interface Acl {
  readonly resource: { readonly type: 'topic' | 'group' | 'transactionalId' | 'cluster'; readonly name?: string; readonly patternType?: 'literal' | 'prefix' };
  readonly operations: readonly string[];
  readonly host?: string;
}

export interface KafkaUserResource extends KubernetesObject {
  readonly kind: 'KafkaUser';
  readonly spec: { readonly authentication: { readonly type: string }; readonly authorization?: { readonly acls: readonly Acl[] } };
}

/** What Strimzi finds in a tree. */
export interface KafkaResources {
  readonly kafka: KafkaResource;
  readonly topics: readonly KafkaTopicResource[];
  readonly users: readonly KafkaUserResource[];
}

/** @throws Error when the tree is not one that this stand-in for Strimzi's operators can serve */
export function kafkaResources(objects: readonly KubernetesObject[]): KafkaResources {
  const ofKind = <T extends KubernetesObject>(kind: string): T[] => objects.filter((object): object is T => object.kind === kind && object.apiVersion.startsWith('kafka.strimzi.io/'));
  const [kafka] = ofKind<KafkaResource>('Kafka');
  const listener = kafka?.spec.kafka.listeners[0];
  if (kafka === undefined || listener === undefined) throw new Error('the tree has no Kafka with a listener');
  if (!listener.tls || listener.authentication?.type !== 'scram-sha-512' || kafka.spec.kafka.authorization?.type !== 'simple') {
    throw new Error(`the listener ${listener.name} is not one with TLS, SCRAM-SHA-512 and simple authorization`);
  }
  return { kafka, topics: ofKind('KafkaTopic'), users: ofKind('KafkaUser') };
}
