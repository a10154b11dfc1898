import { describe, expect, test } from 'vitest';
import { murmur2, partitionFor } from '../../../topology/log/index.ts';

/** Printed by org.apache.kafka.common.utils.Utils of Kafka 4.3.1: key, murmur2, toPositive % 8, toPositive % 48. */
const golden: readonly [key: string, hash: number, of8: number, of48: number][] = [
  ['', 275646681, 1, 9],
  ['0', 971027396, 4, 20],
  ['7', -1961297549, 3, 3],
  ['21', -973932308, 4, 12],
  ['abc', 479470107, 3, 27],
  ['1234', -1614185708, 4, 36],
  ['foobar', -790332482, 6, 30],
  ['100000', -1409824602, 6, 38],
  ['999999', -79439549, 3, 3],
  ['4294967295', 1978963700, 4, 20],
  ['subscriber', -896503214, 2, 18],
  ['site:IE-00042', 564429546, 2, 42],
  ['cell:268435455', 603867028, 4, 4],
  ['a-little-bit-long-string', -985981536, 0, 32],
  ['a-little-bit-longer-string', -1486304829, 3, 35],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971, 5, 29],
  ['Baile Átha Cliath', 1826683930, 2, 10],
  ['€uro', -1348700560, 0, 16],
];

describe('partitioner', () => {
  test.each(golden)('"%s" as in Java', (key, hash, of8, of48) => {
    const bytes = Buffer.from(key);
    expect(murmur2(bytes)).toBe(hash);
    expect(partitionFor(bytes, 8)).toBe(of8);
    expect(partitionFor(bytes, 48)).toBe(of48);
  });
});
