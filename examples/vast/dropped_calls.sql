-- The latest outage, cell by cell: who was there when it began, whose calls it dropped, who rang customer service about it, and what
-- ground truth says of both. Over the tables that the sink lands, wherever they are read: dropped_calls.py brings them from VAST DB,
-- parquet_tables.sql from the files of the local endpoint.
WITH outage AS (
  SELECT scenario_id, CAST(substr(entity, length('cell:') + 1) AS BIGINT) AS cell_id, min(event_time) AS began,
         CASE WHEN count(*) > 1 THEN max(event_time) END AS ended
  FROM ground_truth
  WHERE role = 'CAUSE' AND kind IN ('cell_outage', 'site_outage')
  GROUP BY scenario_id, cell_id
  QUALIFY scenario_id = arg_max(scenario_id, min(event_time)) OVER ()
), truth AS (
  SELECT DISTINCT event_id FROM ground_truth WHERE role = 'EFFECT' AND scenario_id IN (SELECT scenario_id FROM outage)
), present AS (
  -- Where each was last seen in the six hours before.
  SELECT subscriber_id, arg_max(cell_id, event_time) AS cell_id
  FROM location_updates
  WHERE event_time BETWEEN (SELECT min(began) FROM outage) - INTERVAL 6 HOUR AND (SELECT min(began) FROM outage)
  GROUP BY subscriber_id
), dropped AS (
  -- Answered, then ended by the network: CauseForTerm 4, "stable call abnormal termination" (TS 32.298).
  SELECT last_cell_id AS cell_id, count(*) AS calls, count(truth.event_id) AS by_outage
  FROM cdrs
  JOIN outage ON cell_id = last_cell_id AND end_time >= began AND end_time <= coalesce(ended, end_time)
  LEFT JOIN truth USING (event_id)
  WHERE record_type IN ('VOICE_MO', 'VOICE_MT') AND cause_for_record_closing = 4
  GROUP BY last_cell_id
), contacts AS (
  SELECT present.cell_id, count(*) AS contacts, count(truth.event_id) AS by_outage
  FROM customer_service
  JOIN present USING (subscriber_id)
  JOIN outage ON outage.cell_id = present.cell_id AND event_time >= began AND event_time <= coalesce(ended, event_time) + INTERVAL 2 HOUR
  LEFT JOIN truth USING (event_id)
  WHERE event_type = 'OPENED'
  GROUP BY present.cell_id
), people AS (
  SELECT cell_id, count(*) AS people FROM present GROUP BY cell_id
)
SELECT outage.cell_id AS cell, sites.name AS site, cells.rat, coalesce(people, 0) AS people,
       coalesce(calls, 0) AS dropped_calls, coalesce(dropped.by_outage, 0) AS by_outage,
       coalesce(contacts, 0) AS contacts, coalesce(contacts.by_outage, 0) AS about_outage
FROM outage
JOIN cells USING (cell_id)
JOIN sites ON sites.index = cells.site_index
LEFT JOIN people USING (cell_id)
LEFT JOIN dropped USING (cell_id)
LEFT JOIN contacts USING (cell_id)
ORDER BY dropped_calls DESC, people DESC, cell
LIMIT 20;
