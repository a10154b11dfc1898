import type * as Crypto from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { claimPort, freePort, isFree, requirePort } from '../../../deploy/local/ports.ts';

const drawn = vi.hoisted((): number[] => []);
vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof Crypto>();
  return { ...crypto, randomInt: (from: number, to: number): number => drawn.shift() ?? crypto.randomInt(from, to) };
});

describe('ports', () => {
  let server: Server | undefined;
  let below = 10_000;

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

  it('that a user wants are not given to another server before theirs listens', async () => {
    const [wanted, other] = [await unclaimed(), await unclaimed()];
    await requirePort(wanted, 'Kafka', '--kafka-port');
    drawn.push(wanted, other);
    expect(await freePort()).toBe(other);
  });

  it('are claimed once, and only while nobody uses them', async () => {
    const port = await unclaimed();
    expect(await claimPort(port)).toBe(true);
    expect(await claimPort(port)).toBe(false);
    expect(await claimPort(await occupy())).toBe(false);
  });

  /** A free port that `freePort` gives only when it is drawn for it. */
  async function unclaimed(): Promise<number> {
    while (!(await isFree(++below))) continue;
    return below;
  }
});
