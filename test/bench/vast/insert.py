"""Inserts Arrow batches from files with VAST's Python SDK, and prints rows, seconds and CPU seconds as JSON. Loading is not counted."""
import json
import os
import pathlib
import sys
import time

import pyarrow as pa
import vastdb

endpoint, access, secret, bucket, schema_name, folder, per_transaction = sys.argv[1:8]
tables = {path.name: [pa.ipc.open_stream(file).read_all() for file in sorted(path.iterdir())] for path in pathlib.Path(folder).iterdir()}
session = vastdb.connect(endpoint=endpoint, access=access, secret=secret)
with session.transaction() as tx:
    schema = tx.bucket(bucket).create_schema(schema_name)
    for name, batches in tables.items():
        fields = {field.name: field for batch in batches for field in batch.schema}
        schema.create_table(name, pa.schema(list(fields.values())))

work = [(name, batch) for name, batches in tables.items() for batch in batches]
step = int(per_transaction)
rows = 0
began, cpu = time.perf_counter(), time.process_time()
for start in range(0, len(work), step):
    with session.transaction() as tx:
        schema = tx.bucket(bucket).schema(schema_name)
        opened = {}
        for name, batch in work[start:start + step]:
            if name not in opened:
                opened[name] = schema.table(name)
            opened[name].insert(batch)
            rows += batch.num_rows
print(json.dumps({'rows': rows, 'seconds': time.perf_counter() - began, 'cpuSeconds': time.process_time() - cpu, 'pid': os.getpid()}))
