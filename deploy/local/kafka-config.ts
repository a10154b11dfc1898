/** Credentials of a SASL/PLAIN listener: user name → password. The broker itself logs in as `admin`. */
export type SaslUsers = Readonly<Record<string, string>>;

export interface KafkaSettings {
  readonly port: number;
  readonly controllerPort: number;
  /** Folder of the log segments and metadata. */
  readonly logDir: string;
  readonly saslUsers?: SaslUsers;
  /** Milliseconds a new group waits for more members; 0 starts at once (default). */
  readonly groupInitialRebalanceDelayMs?: number;
  /** Broker properties that override the defaults below. */
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
}

const NODE_ID = 1;
const YEAR_MINUTES = 366 * 24 * 60;

/** `server.properties` of a single KRaft node (broker and controller) on the loopback interface. */
export function serverProperties(settings: KafkaSettings): string {
  const properties: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': NODE_ID,
    'controller.quorum.voters': `${NODE_ID}@127.0.0.1:${settings.controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `CLIENT://127.0.0.1:${settings.port},CONTROLLER://127.0.0.1:${settings.controllerPort}`,
    'advertised.listeners': `CLIENT://127.0.0.1:${settings.port}`,
    'listener.security.protocol.map': `CLIENT:${settings.saslUsers ? 'SASL_PLAINTEXT' : 'PLAINTEXT'},CONTROLLER:PLAINTEXT`,
    'inter.broker.listener.name': 'CLIENT',
    'log.dirs': settings.logDir,
    'auto.create.topics.enable': false,
    'num.partitions': 1,
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 8,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // Cursors must outlive a laptop that is asleep for weeks; the default is 7 days.
    'offsets.retention.minutes': YEAR_MINUTES,
    // The longest that fits its 32 bits: 24 days.
    'transactional.id.expiration.ms': 2 ** 31 - 1,
    'group.initial.rebalance.delay.ms': settings.groupInitialRebalanceDelayMs ?? 0,
    'message.max.bytes': 16 * 1024 * 1024,
    'replica.fetch.max.bytes': 16 * 1024 * 1024,
    // Bounded retention only bounds the disk if it is looked at more often than the disk fills.
    'log.retention.check.interval.ms': 30_000,
    'log.segment.bytes': 128 * 1024 * 1024,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    'num.network.threads': 2,
    'num.io.threads': 4,
    // How long a killed broker's registration holds off its next start; the default is 9 s.
    'broker.session.timeout.ms': 5_000,
    'broker.heartbeat.interval.ms': 1_000,
    ...(settings.saslUsers ? saslProperties(settings.saslUsers) : {}),
    ...settings.properties,
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function saslProperties(users: SaslUsers): Record<string, string> {
  const password = users.admin;
  if (password === undefined) throw new Error('saslUsers must have an `admin`: the broker logs in to itself with it');
  const logins = Object.entries(users).map(([user, secret]) => `user_${user}="${secret}"`).join(' ');
  return {
    'sasl.enabled.mechanisms': 'PLAIN',
    'sasl.mechanism.inter.broker.protocol': 'PLAIN',
    'listener.name.client.plain.sasl.jaas.config':
      'org.apache.kafka.common.security.plain.PlainLoginModule required ' +
      `username="admin" password="${password}" ${logins};`,
  };
}
