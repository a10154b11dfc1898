import { randomBytes, pbkdf2Sync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AclOperations, AclPermissionTypes, alterUserScramCredentialsV0, createAclsV3, deleteAclsV3, describeAclsV3, ResourcePatternTypes, ResourceTypes, type Acl,
} from '@platformatic/kafka';
import { freePort } from '../../../deploy/local/ports.ts';
import type { KafkaServer } from '../../../deploy/local/kafka.ts';
import type { Right } from '../../../topology/graph/index.ts';
import { Cluster } from '../../../topology/log/index.ts';
import { startKafka, type Owned } from '../support/stack.ts';
import { CertificateAuthority, keyStore } from './certificates.ts';
import { MountedSecrets } from './mounted-secrets.ts';

const SCRAM_SHA_512 = 2;
const ITERATIONS = 4_096;
const OPERATIONS = {
  Read: AclOperations.READ, Write: AclOperations.WRITE, Create: AclOperations.CREATE, Describe: AclOperations.DESCRIBE,
  DescribeConfigs: AclOperations.DESCRIBE_CONFIGS,
} as const;
const RESOURCES = { topic: ResourceTypes.TOPIC, group: ResourceTypes.GROUP, transactionalId: ResourceTypes.TRANSACTIONAL_ID } as const;
const PATTERNS = { literal: ResourcePatternTypes.LITERAL, prefix: ResourcePatternTypes.PREFIXED } as const;

/** What an ACL says. */
export type Grant = Pick<Right, 'principal' | 'resource' | 'operation'>;

/**
 * A real broker with Kafka's own authorizer, which allows nothing that is not granted, and three listeners: SASL_SSL with SCRAM,
 * TLS with client certificates, and a plain one for its administrator, who is the super user.
 */
export class SecureKafka {
  readonly server: Owned<KafkaServer>;
  readonly admin: Cluster;
  readonly folder: string;
  /** `host:port` of the SASL_SSL and of the mutual-TLS listener. */
  readonly sasl: string;
  readonly mutualTls: string;
  readonly #storeFile: string;

  private constructor(server: Owned<KafkaServer>, admin: Cluster, folder: string, ports: { sasl: number; mutualTls: number }) {
    this.server = server;
    this.admin = admin;
    this.folder = folder;
    this.sasl = `127.0.0.1:${ports.sasl}`;
    this.mutualTls = `127.0.0.1:${ports.mutualTls}`;
    this.#storeFile = join(folder, 'broker.pem');
  }

  /** @param properties of the broker, beside those of security */
  static async start(ca: CertificateAuthority, folder: string, properties: Readonly<Record<string, string | number | boolean>> = {}): Promise<SecureKafka> {
    const ports = { plain: await freePort(), sasl: await freePort(), mutualTls: await freePort(), controller: await freePort() };
    const store = join(folder, 'broker.pem');
    await keyStore(await ca.issue('broker'), store);
    const listeners = `CLIENT://127.0.0.1:${ports.plain},SASL://127.0.0.1:${ports.sasl},MTLS://127.0.0.1:${ports.mutualTls}`;
    const keys = (listener: string): Record<string, string> => ({
      [`listener.name.${listener}.ssl.keystore.type`]: 'PEM', [`listener.name.${listener}.ssl.keystore.location`]: store,
      [`listener.name.${listener}.ssl.truststore.type`]: 'PEM', [`listener.name.${listener}.ssl.truststore.location`]: ca.cert,
    });
    const server = await startKafka({
      port: ports.plain, dataDir: join(folder, 'kafka'),
      properties: {
        'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
        listeners: `${listeners},CONTROLLER://127.0.0.1:${ports.controller}`,
        'advertised.listeners': listeners,
        'listener.security.protocol.map': 'CLIENT:PLAINTEXT,SASL:SASL_SSL,MTLS:SSL,CONTROLLER:PLAINTEXT',
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'allow.everyone.if.no.acl.found': false,
        'super.users': 'User:ANONYMOUS',
        ...keys('sasl'), ...keys('mtls'),
        'listener.name.sasl.sasl.enabled.mechanisms': 'SCRAM-SHA-512',
        'listener.name.sasl.scram-sha-512.sasl.jaas.config': 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
        'listener.name.mtls.ssl.client.auth': 'required',
        'listener.name.mtls.ssl.principal.mapping.rules': 'RULE:^CN=([^,]+).*$/$1/,DEFAULT',
        'group.min.session.timeout.ms': 1_000,
        ...properties,
      },
    });
    return new SecureKafka(server, await Cluster.connect({ bootstrap: [server.bootstrapServers] }), folder, ports);
  }

  async close(): Promise<void> {
    await this.admin.close();
    await this.server.close();
  }

  /** Creates a user, or gives it another password. */
  async setPassword(user: string, password: string): Promise<void> {
    const salt = randomBytes(16);
    const response = await (await this.admin.control()).call([alterUserScramCredentialsV0], [], [{
      name: user, mechanism: SCRAM_SHA_512, iterations: ITERATIONS, salt, saltedPassword: pbkdf2Sync(password, salt, ITERATIONS, 64, 'sha512'),
    }]);
    const refused = response.results.find(({ errorCode }) => errorCode !== 0);
    if (refused !== undefined) throw new Error(`${refused.user}: ${refused.errorMessage}`);
  }

  /** Grants rights; resolves when the broker heeds them. */
  async grant(rights: readonly Grant[]): Promise<void> {
    const response = await (await this.admin.control()).call([createAclsV3], rights.map(aclOf));
    const refused = response.results.find(({ errorCode }) => errorCode !== 0);
    if (refused !== undefined) throw new Error(`granting failed: ${refused.errorMessage}`);
    for (const right of rights) while (!(await this.#has(right))) await sleep(2);
  }

  /** Takes rights away; resolves when the broker no longer heeds them. */
  async revoke(rights: readonly Grant[]): Promise<void> {
    const response = await (await this.admin.control()).call([deleteAclsV3], rights.map(aclOf));
    const matched = response.filterResults.map(({ matchingAcls }) => matchingAcls.length);
    if (matched.some((count) => count !== 1)) throw new Error(`each right should match one ACL: ${matched.join(', ')}`);
    for (const right of rights) while (await this.#has(right)) await sleep(2);
  }

  /** All ACLs of the broker, as lines. */
  async acls(): Promise<string[]> {
    const response = await (await this.admin.control()).call([describeAclsV3], {
      resourceType: ResourceTypes.ANY, resourceName: null, resourcePatternType: ResourcePatternTypes.ANY, principal: null, host: null,
      operation: AclOperations.ANY, permissionType: AclPermissionTypes.ANY,
    });
    return response.resources.flatMap(({ resourceType, resourceName, resourcePatternType: patternType, acls }) => acls.map(({ principal, host, operation, permissionType }) => (
      [principal, host, operation, permissionType, resourceType, patternType, resourceName].join(' ')))).sort();
  }

  /** Brings the broker's certificate under another authority, as an operator does who renews it: by a restart. */
  async renewCertificate(ca: CertificateAuthority): Promise<void> {
    await keyStore(await ca.issue('broker'), this.#storeFile);
    await this.server.restart();
  }

  async #has(right: Grant): Promise<boolean> {
    const { resources } = await (await this.admin.control()).call([describeAclsV3], aclOf(right));
    return resources.some(({ acls }) => acls.length > 0);
  }
}

/** An ACL, which also serves as the filter that matches exactly it. */
export function aclOf({ principal, resource, operation }: Grant): Acl {
  return {
    resourceType: RESOURCES[resource.type], resourceName: resource.name, resourcePatternType: PATTERNS[resource.patternType],
    principal: `User:${principal}`, host: '*', operation: OPERATIONS[operation], permissionType: AclPermissionTypes.ALLOW,
  };
}

/** A broker with its authority and its users' secrets, in a folder of its own. */
export interface SecureStack {
  readonly kafka: SecureKafka;
  readonly ca: CertificateAuthority;
  readonly secrets: MountedSecrets;
  readonly close: () => Promise<void>;
}

/** @param parent folder for that folder */
export async function startSecureStack(properties: Readonly<Record<string, string | number | boolean>> = {}, parent = tmpdir()): Promise<SecureStack> {
  const folder = await mkdtemp(join(parent, 'telco-twin-secure-'));
  const ca = await CertificateAuthority.create(folder, 'authority');
  const kafka = await SecureKafka.start(ca, folder, properties);
  return {
    kafka, ca, secrets: new MountedSecrets(join(folder, 'secrets')),
    close: async () => {
      await kafka.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
