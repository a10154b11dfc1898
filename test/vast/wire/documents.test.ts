import { Dictionary, DateMillisecond, Field, Int32, List, Null, Struct, TimestampMillisecond, Utf8, type DataType } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { typeText, unsupportedReason } from '../../../vast/wire/column-types.ts';
import { decodeErrorBody, encodeErrorBody } from '../../../vast/wire/error-body.ts';
import { formatBoolean, parseBoolean, parseTxid } from '../../../vast/wire/headers.ts';
import { formatServerHeader, isAtLeast, parseServerHeader } from '../../../vast/wire/server-version.ts';

describe('the error document', () => {
  it('reads back as written, whatever is in it', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(fc.property(text, text, (message, resource) => {
      const error = { code: 'SlowDown', message, resource, requestId: '7' };
      expect(decodeErrorBody(encodeErrorBody(error))).toEqual(error);
    }));
  });

  it('is read with numeric entities, and with elements missing', () => {
    expect(decodeErrorBody('<Error><Code>A</Code><Message>&#60;&#x3e;&amp;lt;</Message></Error>')).toEqual({
      code: 'A', message: '<>&lt;', resource: '', requestId: '',
    });
    expect(decodeErrorBody('<html>Bad gateway</html>')).toEqual({ code: '', message: '', resource: '', requestId: '' });
  });
});

describe('headers', () => {
  it.each([
    ['0', 0n], ['18446744073709551615', 2n ** 64n - 1n], ['18446744073709551616', undefined], ['-1', undefined], ['', undefined],
    ['0x10', undefined], [' 1', undefined],
  ])('transaction id "%s"', (text, id) => expect(parseTxid(text)).toBe(id));

  it('booleans are spelt as Python spells them, and read as anybody does', () => {
    expect(['True', 'true', 'TRUE', 'False', '', undefined].map(parseBoolean)).toEqual([true, true, true, false, false, false]);
    expect(parseBoolean(formatBoolean(true))).toBe(true);
  });

  it.each(['vast 5.4', 'vast 5.4.0.0 ', 'VAST 5.4.0.0', 'vast  5.4.0.0', 'vast 5.4.0.0-rc', 'nginx', ''])('"%s" is no version', (text) => {
    expect(parseServerHeader(text)).toBeUndefined();
  });

  it('versions are ordered by their numbers', () => {
    const version = parseServerHeader('vast 5.10.1.2');
    if (version === undefined) throw new Error('not parsed');
    expect(formatServerHeader(version)).toBe('vast 5.10.1.2');
    expect([[5, 4], [5, 10], [5, 11], [6, 0], [4, 99]].map(([major = 0, minor = 0]) => isAtLeast(version, major, minor)))
      .toEqual([true, true, false, false, true]);
  });
});

describe('column types', () => {
  const refused: [string, DataType, string][] = [
    ['dictionaries', new Dictionary(new Utf8(), new Int32()), 'c is dictionary-encoded, which VAST does not store: build it as Utf8'],
    ['nulls', new Null(), 'c has type Null, which VAST does not store'],
    ['dates in milliseconds', new DateMillisecond(), 'c has type Date64<MILLISECOND>; the only dates that VAST stores are Date32<DAY>'],
    ['what is inside', new List(new Field('item', new Struct([new Field('n', new Null())]))), 'c: item: n has type Null, which VAST does not store'],
  ];
  it.each(refused)('%s are refused', (_, type, reason) => expect(unsupportedReason(new Field('c', type))).toBe(reason));

  it('time zones count only where the server keeps them', () => {
    const [zoned, local] = [new TimestampMillisecond('UTC'), new TimestampMillisecond()];
    expect(typeText(zoned)).not.toBe(typeText(local));
    expect(typeText(zoned, false)).toBe(typeText(local, false));
    expect(typeText(new List(new Field('a', zoned)), false)).toBe(typeText(new List(new Field('b', local)), false));
  });
});
