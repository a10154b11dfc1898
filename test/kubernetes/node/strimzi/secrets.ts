import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pki } from '../../bed/pki.ts';
import { NAMESPACE } from '../../support/trees.ts';
import type { KafkaResources } from './resources.ts';

/** A principal that may do everything: what the operators themselves use. */
export const ADMINISTRATOR = 'cluster-operator';

/** The broker's certificate and everybody's password. */
export interface KafkaSecrets {
  /** PEM of the authority that signs the broker's certificate. */
  readonly authority: string;
  /** PEM of the broker's key and certificate. */
  readonly keystore: string;
  readonly passwords: ReadonlyMap<string, string>;
}

/** Names by which clients reach the broker. */
export function brokerNames(cluster: string): { readonly bootstrap: string; readonly headless: string; readonly broker: string } {
  return { bootstrap: `${cluster}-kafka-bootstrap`, headless: `${cluster}-kafka-brokers`, broker: `${cluster}-broker` };
}

/** Makes an authority, a certificate for the broker's names, and a password for each user. */
export async function createSecrets({ kafka, users }: KafkaResources, folder: string): Promise<KafkaSecrets> {
  const { bootstrap, headless, broker } = brokerNames(kafka.metadata.name);
  const pki = await Pki.create(folder, ['cluster-ca']);
  const hosts = [bootstrap, `${broker}-0.${headless}`].flatMap((host) => ['', `.${NAMESPACE}`, `.${NAMESPACE}.svc`, `.${NAMESPACE}.svc.cluster.local`].map((suffix) => `DNS:${host}${suffix}`));
  await pki.issue({ name: 'broker', authority: 'cluster-ca', subject: `/CN=${broker}`, usage: 'serverAuth', names: hosts });
  const names = [...users.map(({ metadata }) => metadata.name), ADMINISTRATOR];
  return {
    authority: readFileSync(join(folder, 'cluster-ca.crt'), 'utf8'),
    keystore: readFileSync(pki.key('broker'), 'utf8') + readFileSync(pki.certificate('broker'), 'utf8'),
    passwords: new Map(names.map((name) => [name, randomBytes(24).toString('hex')])),
  };
}

/** The Secrets that Strimzi's operators would make for clients. */
export function clientSecrets({ kafka, users }: KafkaResources, { authority, passwords }: KafkaSecrets): readonly object[] {
  return [
    secret(`${kafka.metadata.name}-cluster-ca-cert`, { 'ca.crt': authority }),
    ...users.map(({ metadata }) => {
      const password = passwords.get(metadata.name)!;
      const jaas = `org.apache.kafka.common.security.scram.ScramLoginModule required username="${metadata.name}" password="${password}";`;
      return secret(metadata.name, { password, 'sasl.jaas.config': jaas });
    }),
  ];
}

export function secret(name: string, stringData: Readonly<Record<string, string>>): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: NAMESPACE }, stringData };
}
