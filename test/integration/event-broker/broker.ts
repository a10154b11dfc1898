import { setTimeout as sleep } from 'node:timers/promises';
import { AclOperations, AclPermissionTypes, createAclsV3, describeAclsV3, ResourcePatternTypes, ResourceTypes, type Acl } from '@platformatic/kafka';
import type { KafkaServer } from '../../../deploy/local/kafka.ts';
import { freePort } from '../../../deploy/local/ports.ts';
import { Cluster } from '../../../topology/log/index.ts';
import { startKafka, type Owned } from '../support/stack.ts';
import { EventBrokerGate } from './gate.ts';

/** Nobody may use any transactional id. */
const NO_TRANSACTIONS: Acl = {
  resourceType: ResourceTypes.TRANSACTIONAL_ID, resourceName: '*', resourcePatternType: ResourcePatternTypes.LITERAL,
  principal: 'User:*', host: '*', operation: AclOperations.ALL, permissionType: AclPermissionTypes.DENY,
};

/**
 * A real broker as clients of an Event Broker see it: it refuses every transactional id by an ACL of its own, and is reached through a gate that refuses
 * the rest, idempotent producers among it. (Kafka allows those to whoever may write to any topic, so that no ACL can forbid them.)
 */
export class EventBroker {
  readonly gate: EventBrokerGate;
  /** Past the gate: what it has stored, and what it refuses by itself. */
  readonly direct: Cluster;
  readonly #server: Owned<KafkaServer>;

  private constructor(gate: EventBrokerGate, direct: Cluster, server: Owned<KafkaServer>) {
    this.gate = gate;
    this.direct = direct;
    this.#server = server;
  }

  static async start(): Promise<EventBroker> {
    const ports = { clients: await freePort(), direct: await freePort(), controller: await freePort() };
    const gate = await EventBrokerGate.open(ports.clients);
    const server = await startKafka({
      port: ports.direct,
      properties: {
        'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
        listeners: `CLIENT://127.0.0.1:${ports.direct},GATED://127.0.0.1:${ports.clients},CONTROLLER://127.0.0.1:${ports.controller}`,
        'advertised.listeners': `CLIENT://127.0.0.1:${ports.direct},GATED://${gate.address}`,
        'listener.security.protocol.map': 'CLIENT:PLAINTEXT,GATED:PLAINTEXT,CONTROLLER:PLAINTEXT',
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'allow.everyone.if.no.acl.found': true,
        'group.min.session.timeout.ms': 1_000,
        'auto.create.topics.enable': false,
      },
    });
    const direct = await Cluster.connect({ bootstrap: [server.bootstrapServers] });
    const control = await direct.control();
    const { results } = await control.call([createAclsV3], [NO_TRANSACTIONS]);
    if (results.some(({ errorCode }) => errorCode !== 0)) throw new Error(`the ACL was refused: ${results[0].errorMessage}`);
    while ((await control.call([describeAclsV3], NO_TRANSACTIONS)).resources.length === 0) await sleep(10);
    return new EventBroker(gate, direct, server);
  }

  async close(): Promise<void> {
    await this.direct.close();
    await this.gate.close();
    await this.#server.close();
  }
}
