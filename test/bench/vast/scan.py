"""
Fills a table with VAST's Python SDK, waits until the endpoint has sealed it, then reads it with a predicate, in turns through the SDK
and with DuckDB from the same Parquet files. Prints JSON. One row in about 4,000 matches; every row group holds some.
"""
import json
import sys
import time

import duckdb
import numpy as np
import pyarrow as pa
import vastdb
from ibis import _

endpoint, access, secret, bucket, folder, rows, turns = sys.argv[1:8]
rows = int(rows)
BATCH = 100_000
CELL = 25_600_123
TYPES = pa.array(['RRC_SETUP', 'RRC_RELEASE', 'HANDOVER', 'PAGING', 'SERVICE_REQUEST', 'TAU', 'BEARER_SETUP'])
SCHEMA = pa.schema([
    ('event_id', pa.string()), ('event_time', pa.timestamp('ms')), ('event_type', pa.string()), ('subscriber_id', pa.int64()),
    ('cell_id', pa.int64()), ('rsrp_dbm', pa.int32()), ('throughput_dl_kbps', pa.int32()), ('procedure_ms', pa.int32()),
])


def batch(start, count, random):
    numbers = np.arange(start, start + count)
    return pa.record_batch([
        pa.array([f'n{n:x}' for n in numbers]),
        pa.array(1_772_438_400_000 + numbers * 3, pa.timestamp('ms')),
        TYPES.take(pa.array(random.integers(0, len(TYPES), count))),
        pa.array(100_000_000 + random.integers(0, 1_000_000, count)),
        pa.array(25_600_000 + random.integers(0, 4_000, count)),
        pa.array(random.integers(-130, -60, count), pa.int32()),
        pa.array(random.integers(0, 80_000, count), pa.int32()),
        pa.array(random.integers(5, 900, count), pa.int32()),
    ], schema=SCHEMA)


session = vastdb.connect(endpoint=endpoint, access=access, secret=secret)
with session.transaction() as tx:
    tx.bucket(bucket).create_schema('scan').create_table('events', SCHEMA)
random = np.random.default_rng(1)
inserting = 0.0
for start in range(0, rows, 10 * BATCH):
    batches = [batch(at, min(BATCH, rows - at), random) for at in range(start, min(rows, start + 10 * BATCH), BATCH)]
    began = time.perf_counter()
    with session.transaction() as tx:
        table = tx.bucket(bucket).schema('scan').table('events')
        for piece in batches:
            table.insert(piece)
    inserting += time.perf_counter() - began

files = f"read_parquet('{folder}/{bucket}/scan/events/*.parquet')"
while True:
    try:
        if duckdb.sql(f'SELECT count(*) FROM {files}').fetchone()[0] == rows:
            break
    except duckdb.Error:
        pass
    time.sleep(1)


def by_sdk():
    with session.transaction() as tx:
        table = tx.bucket(bucket).schema('scan').table('events')
        return table.select(columns=['event_id', 'event_time', 'subscriber_id', 'rsrp_dbm'], predicate=_.cell_id == CELL).read_all().num_rows


def by_duckdb():
    return duckdb.sql(f'SELECT event_id, event_time, subscriber_id, rsrp_dbm FROM {files} WHERE cell_id = {CELL}').to_arrow_table().num_rows


def timed(read):
    began = time.perf_counter()
    found = read()
    return found, time.perf_counter() - began


results = [(timed(by_sdk), timed(by_duckdb)) for _turn in range(int(turns))]
assert len({found for pair in results for found, _seconds in pair}) == 1, results
print(json.dumps({
    'rows': rows, 'found': results[0][0][0], 'insertRowsPerSecond': round(rows / inserting),
    'sdkRowsPerSecond': [round(rows / sdk[1]) for sdk, _duck in results], 'duckdbRowsPerSecond': [round(rows / duck[1]) for _sdk, duck in results],
}))
