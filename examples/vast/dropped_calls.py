#!/usr/bin/env python3
"""The latest outage, cell by cell: whose calls it dropped, who rang customer service, and what ground truth says of both.

    pip install vastdb==2.1.0 duckdb==1.3.1
    python examples/vast/dropped_calls.py

Reads VAST DB with VAST's own SDK, which hands rows and columns over as Arrow tables, and joins them with the query that is in
dropped_calls.sql. By default from the local endpoint that `npm start` brings up; for a cluster set VAST_ENDPOINT,
VAST_ACCESS_KEY and VAST_SECRET_KEY. With `--parquet .telco-twin/vastdb/vastdb/telco` it reads the local endpoint's files directly.
"""
import argparse
import logging
import os
import pathlib
import sys
from datetime import timedelta

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import vastdb
from ibis import _

HERE = pathlib.Path(__file__).parent

# The SDK reports every table without a sort key as a failed call.
logging.getLogger('vastdb').setLevel(logging.ERROR)


def read_vast(db):
    """One transaction: one snapshot of all tables. Predicates and lists of columns go to VAST, so only what is needed travels."""
    session = vastdb.connect(
        endpoint=os.environ.get('VAST_ENDPOINT', 'http://127.0.0.1:9090').split(',')[0],
        access=os.environ.get('VAST_ACCESS_KEY', 'local'),
        secret=os.environ.get('VAST_SECRET_KEY', 'local-secret'),
    )
    with session.transaction() as tx:
        schema = tx.bucket(os.environ.get('VAST_BUCKET', 'vastdb')).schema(os.environ.get('VAST_SCHEMA', 'telco'))

        def read(table, columns, predicate=None):
            db.register(table, schema.table(table).select(columns=columns, predicate=predicate).read_all())

        outages = schema.table('ground_truth').select(
            columns=['scenario_id', 'kind', 'role', 'event_id', 'event_time', 'entity'],
            predicate=(_.role == 'CAUSE') & _.kind.isin(['cell_outage', 'site_outage'])).read_all()
        if outages.num_rows == 0:
            sys.exit('No outage has landed yet: start one with `npx telco-twin scenario start site_outage --target site:…`')
        began = pc.max(outages.group_by('scenario_id').aggregate([('event_time', 'min')])['event_time_min']).as_py()

        effects = schema.table('ground_truth').select(
            columns=outages.column_names, predicate=(_.role == 'EFFECT') & _.stream.isin(['cdrs', 'customer_service']) & (_.event_time >= began)).read_all()
        db.register('ground_truth', pa.concat_tables([outages, effects]))
        read('cdrs', ['event_id', 'record_type', 'cause_for_record_closing', 'end_time', 'last_cell_id'],
             _.record_type.isin(['VOICE_MO', 'VOICE_MT']) & (_.cause_for_record_closing == 4) & (_.end_time >= began))
        read('customer_service', ['event_id', 'event_time', 'event_type', 'subscriber_id'], (_.event_type == 'OPENED') & (_.event_time >= began))
        read('location_updates', ['subscriber_id', 'cell_id', 'event_time'], (_.event_time >= began - timedelta(hours=6)) & (_.event_time <= began))
        read('cells', ['cell_id', 'site_index', 'rat'])
        read('sites', ['index', 'name'])


def read_parquet(db, folder):
    # A table has a file from its first rows on.
    tables = ('cdrs', 'network_logs', 'customer_service', 'location_updates', 'ground_truth', 'subscribers', 'cells', 'sites')
    empty = [table for table in tables if not any(pathlib.Path(folder, table).glob('*.parquet'))]
    if empty:
        sys.exit(f"{folder} has no rows of {', '.join(empty)} yet: start an outage, and wait until people have complained and half a minute more")
    db.execute(f"SET VARIABLE data = '{folder}'")
    db.execute((HERE / 'parquet_tables.sql').read_text())


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument('--parquet', metavar='FOLDER', help='read the Parquet files of the local endpoint instead')
    folder = arguments.parse_args().parquet
    db = duckdb.connect()
    if folder is None:
        read_vast(db)
    else:
        read_parquet(db, folder)
    db.sql((HERE / 'dropped_calls.sql').read_text()).show(max_width=200)


main()
