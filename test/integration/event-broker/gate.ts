import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readRequest } from './requests.ts';

const PRODUCE = 0;

/**
 * Stands before a real Kafka and makes of it what VAST documents of its Event Broker: requests that it has not are refused by closing the connection,
 * and noted; fetches are never held. On the way it looks at every batch and record that is written. It can lose and delay answers to writers, whose
 * requests the broker has carried out by then.
 */
export class EventBrokerGate {
  readonly address: string;
  readonly violations: string[] = [];
  /** Requests by API key. */
  readonly requests = new Map<number, number>();
  /** Answers to writers that were lost. */
  lost = 0;
  readonly #server: Server;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  /** Every so many answers to writers are lost; 0: none. */
  #loseEvery = 0;
  #answers = 0;
  #delayMs = 0;

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the gate has no TCP address');
    this.address = `127.0.0.1:${address.port}`;
    server.on('connection', (client) => { this.#relay(client); });
  }

  /** @param target port of the broker on the loopback interface */
  static async open(target: number): Promise<EventBrokerGate> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new EventBrokerGate(server, target);
  }

  /** From now on loses the answer to every `n`-th Produce request; 0 ends it. */
  loseAnswers(n: number): void {
    this.#loseEvery = n;
  }

  /** From now on answers to writers come this much later: a writer that is killed then has mostly written more than it knows. */
  delayAnswers(ms: number): void {
    this.#delayMs = ms;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #relay(client: Socket): void {
    const broker = connect(this.#target, '127.0.0.1');
    const pair = [client, broker];
    for (const socket of pair) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        for (const other of pair) other.destroy();
      });
    }
    /** Partitions of the Produce requests that are not answered yet, by correlation id. */
    const producing = new Map<number, readonly string[]>();
    let answered = Promise.resolve();
    client.on('data', frames((frame, length) => {
      const request = readRequest(frame);
      const { apiKey, correlationId, produces, maxWaitAt } = request;
      this.requests.set(apiKey, (this.requests.get(apiKey) ?? 0) + 1);
      const violations = [...request.violations];
      for (const open of producing.values()) for (const place of produces) if (open.includes(place)) violations.push(`two requests in flight for ${place}`);
      if (violations.length > 0) {
        this.violations.push(...violations);
        client.destroy();
        return;
      }
      if (apiKey === PRODUCE) producing.set(correlationId, produces);
      if (maxWaitAt >= 0) frame.writeInt32BE(0, maxWaitAt);
      broker.write(Buffer.concat([length, frame]));
    }));
    broker.on('data', frames((frame, length) => {
      const isAnswerToWriter = producing.delete(frame.readInt32BE(0));
      if (isAnswerToWriter && this.#loseEvery > 0 && ++this.#answers % this.#loseEvery === 0) {
        this.lost += 1;
        client.destroy();
        return;
      }
      const answer = Buffer.concat([length, frame]);
      const delay = isAnswerToWriter ? this.#delayMs : 0;
      // Answers stay in the order of their requests.
      answered = answered.then(async () => {
        if (delay > 0) await sleep(delay);
        client.write(answer);
      });
    }));
  }
}

/** Cuts a stream into Kafka's frames: four bytes of length, and what they count. */
function frames(onFrame: (frame: Buffer, length: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 4) {
      const end = 4 + rest.readInt32BE(0);
      if (rest.length < end) return;
      const [length, frame] = [rest.subarray(0, 4), rest.subarray(4, end)];
      rest = rest.subarray(end);
      onFrame(frame, length);
    }
  };
}
