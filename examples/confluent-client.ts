import type { KafkaJS } from '@confluentinc/kafka-javascript';

export type ConfluentClient = typeof KafkaJS;

/** Confluent's client. @throws Error that says how to install it, where it is not. */
export async function confluentClient(): Promise<ConfluentClient> {
  try {
    return (await import('@confluentinc/kafka-javascript')).KafkaJS;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new Error('@confluentinc/kafka-javascript is not installed (it is optional, and native): npm run install:native', { cause });
  }
}
