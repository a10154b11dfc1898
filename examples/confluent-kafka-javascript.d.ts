/**
 * The part of Confluent's client that the examples use, as its own types declare it. The package is optional (npm run
 * install:native), so the type check can't count on them.
 */
declare module '@confluentinc/kafka-javascript' {
  export namespace KafkaJS {
    interface Message {
      readonly key: Buffer | null;
      readonly value: Buffer | null;
      readonly offset: string;
    }
    interface MessagePayload {
      readonly topic: string;
      readonly partition: number;
      readonly message: Message;
    }
    interface Consumer {
      connect(): Promise<void>;
      subscribe(subscription: { topics: string[] }): Promise<void>;
      run(config: { eachMessage(payload: MessagePayload): Promise<void> }): Promise<void>;
      disconnect(): Promise<void>;
    }
    interface Producer {
      connect(): Promise<void>;
      send(record: { topic: string; messages: { key: string; value: Buffer }[] }): Promise<unknown>;
      disconnect(): Promise<void>;
    }
    /** librdkafka's own settings, by their own names. */
    type Settings = Readonly<Record<string, string | number | boolean>>;
    class Kafka {
      constructor(config?: Settings);
      consumer(config: Settings): Consumer;
      producer(config?: Settings): Producer;
    }
  }
}
