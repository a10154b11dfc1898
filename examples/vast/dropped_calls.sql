-- The same as dropped_calls.py over the Parquet files that the local endpoint keeps, half a minute behind it:
--   duckdb -c "SET VARIABLE data = '.telco-twin/vastdb/vastdb/telco'" -f examples/vast/dropped_calls.sql
WITH dropped AS (
  SELECT event_id, subscriber_id, last_cell_id
  FROM read_parquet(getvariable('data') || '/cdrs/*.parquet', union_by_name = true)
  WHERE record_type IN ('VOICE_MO', 'VOICE_MT') AND cause_for_record_closing = 4
), truth AS (
  SELECT event_id, min(scenario_id) AS scenario_id
  FROM read_parquet(getvariable('data') || '/ground_truth/*.parquet', union_by_name = true)
  WHERE role = 'EFFECT' AND stream = 'cdrs' GROUP BY event_id
), contacts AS (
  SELECT subscriber_id, count(*) AS contacts
  FROM read_parquet(getvariable('data') || '/customer_service/*.parquet', union_by_name = true)
  WHERE event_type = 'OPENED' AND reason_category = 'TECHNICAL' GROUP BY subscriber_id
)
SELECT last_cell_id AS cell, any_value(sites.name) AS site, any_value(cells.status) AS status, count(*) AS dropped,
       count(truth.scenario_id) AS by_scenario, count(DISTINCT dropped.subscriber_id) AS people, count(contacts.contacts) AS contacts
FROM dropped
LEFT JOIN truth USING (event_id)
LEFT JOIN contacts USING (subscriber_id)
LEFT JOIN read_parquet(getvariable('data') || '/cells/*.parquet') AS cells ON cells.cell_id = last_cell_id
LEFT JOIN read_parquet(getvariable('data') || '/sites/*.parquet') AS sites ON sites.index = cells.site_index
GROUP BY last_cell_id ORDER BY dropped DESC LIMIT 15;
