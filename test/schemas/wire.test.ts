import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frame, readWireHeader, WIRE_HEADER_BYTES } from '../../schemas/wire.ts';

test('any schema id of 32 bits is read back, and the body follows', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.uint8Array(), (id, body) => {
    const value = frame(id, body);
    expect(value[0]).toBe(0);
    expect(value.readUInt32BE(1)).toBe(id);
    expect(readWireHeader(value)).toBe(id);
    expect([...value.subarray(WIRE_HEADER_BYTES)]).toEqual([...body]);
  }));
});

test('a header is read inside a larger array', () => {
  const batch = Buffer.concat([Buffer.from('xx'), frame(258, Buffer.of(7)), Buffer.from('yy')]);
  expect(readWireHeader(batch, 2, 8)).toBe(258);
});

test('a value that is too short, or begins with another byte, is refused by what it is', () => {
  expect(() => readWireHeader(Buffer.of(0, 0, 0, 1))).toThrow('a value of 4 bytes is too short for the Confluent wire format');
  expect(() => readWireHeader(Buffer.alloc(0))).toThrow('a value of 0 bytes');
  expect(() => readWireHeader(Buffer.from('{"a":1}'))).toThrow('magic byte 0x7b instead of 0x00');
  expect(() => readWireHeader(frame(1, Buffer.of(1)), 0, 3)).toThrow('a value of 3 bytes');
});
