import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { encodeSnapshot, SNAPSHOT_TYPE, type SnapshotHeader } from '../../generator/snapshot/format.ts';
import { Problem } from '../../rest/problem.ts';
import type { Database, StateTopic } from '../database.ts';
import { failures, snapshotList, snapshotParams } from './schemas.ts';

interface SnapshotParams {
  readonly topic: StateTopic;
  readonly partition: number;
}

/** Partitions of the state topics as columns: what generators start from. */
export function snapshotRoutes(api: FastifyInstance, database: Database): void {
  let network: { readonly offset: number; readonly pieces: Uint8Array[] } | null = null;

  api.get('/snapshots', {
    schema: { summary: 'Partitions that there are snapshots of', response: { 200: snapshotList, ...failures } },
  }, () => {
    const of = (topic: StateTopic, partition: number): object => {
      const { offset, floor } = database.standing(topic, partition);
      return { topic, partition, offset, floor, etag: etagOf(headerOf(topic, partition)) };
    };
    return {
      snapshots: [of('network_state', 0), ...Array.from({ length: database.config!.partitions }, (_, partition) => of('subscriber_state', partition))],
    };
  });

  api.get<{ Params: { topic: StateTopic; partition: string } }>('/snapshots/:topic/:partition', {
    schema: {
      summary: 'One partition of a state topic, as of an offset',
      description: 'Columns with checksums, in the format of processors/generator/snapshot/format.ts. Reading the topic goes on at the offset of its header.',
      params: snapshotParams,
    },
  }, async ({ params, headers, method }, reply) => {
    const { topic, partition } = known(params.topic, Number(params.partition));
    const header = headerOf(topic, partition);
    const etag = etagOf(header);
    void reply.header('etag', etag).header('cache-control', 'no-cache').header('twin-offset', String(header.offset));
    if (headers['if-none-match']?.split(',').some((given) => given.trim() === etag) === true) return reply.status(304).send();
    const pieces = topic === 'subscriber_state' ? encodeSnapshot({ header, sections: database.subscribers!.tables.save(partition) }) : await networkPieces(header);
    const bytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
    void reply.type(SNAPSHOT_TYPE).header('content-length', bytes);
    if (method === 'HEAD') return reply.send();
    database.metrics.served(topic, bytes);
    return reply.send(Readable.from(pieces.filter((piece) => piece.byteLength > 0)));
  });

  /** Sites, cells and the twin, as records: `ends` tells where each one's value ends in `values`. Made once per state. */
  async function networkPieces(header: SnapshotHeader): Promise<Uint8Array[]> {
    if (network?.offset === header.offset) return network.pieces;
    const offsets: number[] = [];
    const ends: number[] = [];
    const values: Buffer[] = [];
    let end = 0;
    const visited = await database.elements((offset, value) => {
      offsets.push(offset);
      values.push(value);
      ends.push(end += value.length);
    });
    if (!visited) throw new Problem(503, 'Stopping', 'this subscriber-db reads its topics no more; ask again, or another replica');
    const pieces = encodeSnapshot({
      header,
      sections: {
        offsets: new Uint8Array(Float64Array.from(offsets).buffer), ends: new Uint8Array(Uint32Array.from(ends).buffer), values: Uint8Array.from(Buffer.concat(values)),
      },
    });
    network = { offset: header.offset, pieces };
    return pieces;
  }

  function headerOf(topic: StateTopic, partition: number): SnapshotHeader {
    const { tables } = database.subscribers!;
    return { topic, partition, ...database.standing(topic, partition), twin: tables.config, layout: tables.layout };
  }

  function known(topic: StateTopic, partition: number): SnapshotParams {
    const partitions = topic === 'network_state' ? 1 : database.config!.partitions;
    if (partition < partitions) return { topic, partition };
    throw new Problem(404, 'No such partition', `${topic} has ${partitions} partitions, numbered from 0`, [{ pointer: '/partition', detail: `below ${partitions}` }]);
  }
}

/** Names the state that a snapshot holds: equal ones hold the same bytes. */
function etagOf({ topicId, partition, offset, floor, layout }: SnapshotHeader): string {
  return `"${topicId}-${partition}-${offset}-${floor}-${layout.toString(16)}"`;
}
