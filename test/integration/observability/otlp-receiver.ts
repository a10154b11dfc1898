import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';

type Value = { readonly stringValue?: string; readonly intValue?: number | string; readonly boolValue?: boolean; readonly doubleValue?: number };
interface KeyValue { readonly key: string; readonly value: Value }

interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly traceId: string; readonly spanId: string; readonly parentSpanId?: string; readonly name: string; readonly kind: number;
        readonly startTimeUnixNano: string; readonly endTimeUnixNano: string;
        readonly attributes: readonly KeyValue[]; readonly status: { readonly code: number };
      }[];
    }[];
  }[];
}

export interface ReceivedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty at the root. */
  readonly parentId: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly failed: boolean;
  /** ns since the epoch. */
  readonly start: bigint;
  readonly end: bigint;
}

/** An OTLP/HTTP receiver for JSON, as a collector has on port 4318. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<OtlpReceiver> {
    const server = createServer();
    const receiver = new OtlpReceiver(server);
    server.on('request', (request, response) => {
      void receiver.#take(request).then((status) => response.writeHead(status, { 'content-type': 'application/json' }).end('{}'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the receiver does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  of(traceId: string): ReceivedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage): Promise<number> {
    if (request.method !== 'POST' || request.url !== '/v1/traces') return 404;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as ExportRequest;
    for (const { resource, scopeSpans } of body.resourceSpans) {
      const service = texts(resource.attributes)['service.name'];
      for (const { spans } of scopeSpans) {
        for (const span of spans) {
          this.spans.push({
            service, traceId: span.traceId, spanId: span.spanId, parentId: span.parentSpanId ?? '', name: span.name,
            attributes: texts(span.attributes), failed: span.status.code === 2,
            start: BigInt(span.startTimeUnixNano), end: BigInt(span.endTimeUnixNano),
          });
        }
      }
    }
    return 200;
  }
}

function texts(attributes: readonly KeyValue[]): Record<string, string> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, String(Object.values(value)[0])]));
}
