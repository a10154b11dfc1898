import { readFileSync } from 'node:fs';
import { FatalError } from '../errors.ts';
import { brokerProfile, defaultProfile, type BrokerProfile } from './profile.ts';

export interface TlsOptions {
  /** PEM texts, not paths. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface SaslOptions {
  readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
  readonly username: string;
  readonly password: string;
}

/** How to reach a cluster. */
export interface ClusterOptions {
  /** `host:port` of at least one broker; IPv6 as `[::1]:9092`. */
  readonly bootstrap: readonly string[];
  readonly clientId?: string;
  /** What the brokers offer. Default: what Apache Kafka does. */
  readonly profile?: BrokerProfile;
  /** Present: TLS, with the system's certificate authorities unless `ca` is given. Read for each connection, so it may be a getter. */
  readonly tls?: TlsOptions;
  /** Read for each connection and each renewal of a session, so it may be a getter. */
  readonly sasl?: SaslOptions;
  /** Default 5 s. */
  readonly connectTimeoutMs?: number;
  /** Default 30 s. A request that takes longer destroys its connection. */
  readonly requestTimeoutMs?: number;
  /**
   * How long brokers may refuse credentials, or we their certificates, that were accepted before: while they are being renewed, the
   * two sides change at different times. Default 5 min; mounted secrets follow within two.
   */
  readonly renewalGraceMs?: number;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Where `npm start` puts its broker. */
const DEFAULT_BROKERS = '127.0.0.1:9092';
const mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;

/**
 * Reads KAFKA_BROKERS (by default the local one of `npm start`), KAFKA_PROFILE, KAFKA_SECURITY_PROTOCOL, KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD (the last two
 * also as `<name>_FILE`, for mounted secrets) and KAFKA_SSL_CA, KAFKA_SSL_CERT, KAFKA_SSL_KEY (paths of PEM files). Files are read
 * again for each connection, so secrets may be renewed while a process runs. FatalError names the variable that is missing or wrong.
 */
export function clusterOptionsFromEnv(env: Env): ClusterOptions {
  const brokers = env['KAFKA_BROKERS'] || DEFAULT_BROKERS;
  const protocol = env['KAFKA_SECURITY_PROTOCOL'] ?? 'PLAINTEXT';
  if (!['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'].includes(protocol)) {
    throw new FatalError(`KAFKA_SECURITY_PROTOCOL=${protocol} is not one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL`);
  }
  const profile = brokerProfile(env);
  const options: ClusterOptions = {
    bootstrap: brokers.split(',').map((broker) => broker.trim()).filter(Boolean), ...(profile !== defaultProfile && { profile }),
  };
  // What is wrong now should be said now, not at the first connection.
  if (protocol.endsWith('SSL')) tlsFromEnv(env);
  if (protocol.startsWith('SASL')) saslFromEnv(env);
  return Object.defineProperties(options, {
    ...(protocol.endsWith('SSL') && { tls: { enumerable: true, get: () => tlsFromEnv(env) } }),
    ...(protocol.startsWith('SASL') && { sasl: { enumerable: true, get: () => saslFromEnv(env) } }),
  });
}

function tlsFromEnv(env: Env): TlsOptions {
  const pem = (name: string): string | undefined => {
    const path = env[name];
    return path ? readOrFail(path, name) : undefined;
  };
  const [ca, cert, key] = [pem('KAFKA_SSL_CA'), pem('KAFKA_SSL_CERT'), pem('KAFKA_SSL_KEY')];
  if ((cert === undefined) !== (key === undefined)) {
    throw new FatalError('KAFKA_SSL_CERT and KAFKA_SSL_KEY go together; set both or neither');
  }
  return { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) };
}

function saslFromEnv(env: Env): SaslOptions {
  const mechanism = mechanisms.find((name) => name === (env['KAFKA_SASL_MECHANISM'] ?? 'PLAIN'));
  if (!mechanism) {
    throw new FatalError(`KAFKA_SASL_MECHANISM=${env['KAFKA_SASL_MECHANISM']} is not one of ${mechanisms.join(', ')}`);
  }
  return { mechanism, username: secret(env, 'KAFKA_SASL_USERNAME'), password: secret(env, 'KAFKA_SASL_PASSWORD') };
}

function secret(env: Env, name: string): string {
  const file = env[`${name}_FILE`];
  const value = file ? readOrFail(file, `${name}_FILE`).replace(/\r?\n$/, '') : env[name];
  if (!value) throw new FatalError(`${name} (or ${name}_FILE) is not set, but KAFKA_SECURITY_PROTOCOL asks for SASL`);
  return value;
}

function readOrFail(path: string, variable: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new FatalError(`${variable}=${path} can't be read`, { cause });
  }
}
