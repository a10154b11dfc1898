import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort, isFree, requirePort } from '../../../deploy/local/ports.ts';

describe('ports', () => {
  let server: Server | undefined;

  afterEach(() => {
    server?.close();
  });

  async function occupy(): Promise<number> {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as { port: number }).port;
  }

  it('that are in use are an error that names the port, the server that wants it and the flag that changes it', async () => {
    const port = await occupy();
    expect(await isFree(port)).toBe(false);
    await expect(requirePort(port, 'Kafka', '--kafka-port')).rejects.toThrow(
      new RegExp(`Port ${port} on 127\\.0\\.0\\.1, wanted by Kafka, is in use[^]*--kafka-port`),
    );
  });

  it('that are free are accepted', async () => {
    const port = await freePort();
    expect(await isFree(port)).toBe(true);
    await requirePort(port, 'Kafka', '--kafka-port');
  });
  it('are each given once, and none from where systems take those of outgoing connections', async () => {
    const ports: number[] = [];
    for (let count = 0; count < 200; count++) ports.push(await freePort());
    expect(new Set(ports).size).toBe(200);
    expect(ports.filter((port) => port < 1024 || port >= 32_768)).toEqual([]);
  });
});
