"""Rows and hash of every table of a schema, as VAST's Python SDK reads them: what content.ts computes of Kafka's topics."""
import hashlib
import json
import struct
import sys

import pyarrow as pa
import vastdb

endpoint, access, secret, bucket, schema_name = sys.argv[1:6]


def text(value):
    if value is None:
        return '\x00'
    if isinstance(value, bool):
        return 't' if value else 'f'
    if isinstance(value, float):
        return struct.pack('<d', value).hex()
    if isinstance(value, list):
        if value and isinstance(value[0], tuple):
            return mapping(value)
        return '[' + '\x1f'.join(text(item) for item in value) + ']'
    return str(value)


def mapping(pairs):
    return '{' + '\x1f'.join(sorted(f'{key}\x1d{text(item)}' for key, item in pairs)) + '}'


def values(column):
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    if pa.types.is_map(column.type):
        return ['\x00' if pairs is None else mapping(pairs) for pairs in column.to_pylist()]
    return [text(value) for value in column.to_pylist()]


def content(table):
    total = rows = 0
    for batch in table.select():
        columns = [values(batch.column(name)) for name in sorted(batch.schema.names)]
        for row in zip(*columns):
            digest = hashlib.sha256('\x1e'.join(row).encode()).digest()
            total = (total + int.from_bytes(digest[:8], 'little')) & 0xFFFFFFFFFFFFFFFF
            rows += 1
    return {'rows': rows, 'hash': format(total, 'x')}


session = vastdb.connect(endpoint=endpoint, access=access, secret=secret)
with session.transaction() as tx:
    print(json.dumps({table.name: content(table) for table in tx.bucket(bucket).schema(schema_name).tables() if table.name != 'kafka_offsets'}))
