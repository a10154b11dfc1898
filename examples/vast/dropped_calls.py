#!/usr/bin/env python3
"""Calls that an outage dropped, by cell, beside who called customer service and what ground truth says.

Reads VAST DB with VAST's own SDK (pip install vastdb==2.1.0). By default the local endpoint that `npm start` brings up; for a
cluster set VAST_ENDPOINT, VAST_ACCESS_KEY and VAST_SECRET_KEY. One transaction sees one snapshot of all tables.
"""
import os

import pyarrow.compute as pc
import vastdb
from ibis import _

STABLE_CALL_ABNORMAL_TERMINATION = 4  # TS 32.298 CauseForTerm

session = vastdb.connect(
    endpoint=os.environ.get('VAST_ENDPOINT', 'http://127.0.0.1:9090').split(',')[0],
    access=os.environ.get('VAST_ACCESS_KEY', 'local'),
    secret=os.environ.get('VAST_SECRET_KEY', 'local-secret'),
)

with session.transaction() as tx:
    schema = tx.bucket(os.environ.get('VAST_BUCKET', 'vastdb')).schema(os.environ.get('VAST_SCHEMA', 'telco'))

    def read(table, columns, predicate=None):
        return schema.table(table).select(columns=columns, predicate=predicate).read_all()

    dropped = read('cdrs', ['event_id', 'subscriber_id', 'last_cell_id'],
                   _.record_type.isin(['VOICE_MO', 'VOICE_MT']) & (_.cause_for_record_closing == STABLE_CALL_ABNORMAL_TERMINATION))
    truth = read('ground_truth', ['event_id', 'scenario_id'], (_.role == 'EFFECT') & (_.stream == 'cdrs'))
    contacts = read('customer_service', ['subscriber_id', 'contact_id'], (_.event_type == 'OPENED') & (_.reason_category == 'TECHNICAL'))
    cells = read('cells', ['cell_id', 'site_index', 'status'])
    sites = read('sites', ['index', 'name'])

truth = truth.group_by('event_id').aggregate([('scenario_id', 'min')])
contacts = contacts.group_by('subscriber_id').aggregate([('contact_id', 'count')])
by_cell = (dropped
           .join(truth, 'event_id')
           .join(contacts, 'subscriber_id')
           .group_by('last_cell_id')
           .aggregate([('event_id', 'count'), ('scenario_id_min', 'count'), ('subscriber_id', 'count_distinct'), ('contact_id_count', 'count')])
           .join(cells, 'last_cell_id', 'cell_id')
           .join(sites, 'site_index', 'index')
           .sort_by([('event_id_count', 'descending')]))

print(f'{dropped.num_rows} dropped calls, {pc.sum(by_cell["scenario_id_min_count"]).as_py() or 0} of them caused by a scenario\n')
print(f'{"cell":>12}  {"site":24} {"status":16} {"dropped":>7} {"by scenario":>11} {"people":>6} {"contacts":>8}')
for row in by_cell.slice(0, 15).to_pylist():
    print(f'{row["last_cell_id"] or "-":>12}  {row["name"] or "-":24} {row["status"] or "-":16} {row["event_id_count"]:>7} '
          f'{row["scenario_id_min_count"]:>11} {row["subscriber_id_count_distinct"]:>6} {row["contact_id_count"]:>8}')
