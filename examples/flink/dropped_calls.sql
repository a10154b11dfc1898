-- Calls that each outage cut, by the cell that had them, as their records come.
SELECT truth.scenario_id, cdr.last_cell_id, COUNT(*) AS dropped_calls
FROM ground_truth AS truth
JOIN cdrs AS cdr ON cdr.event_id = truth.event_id
WHERE truth.`role` = 'EFFECT' AND truth.`stream` = 'cdrs'
  AND cdr.record_type IN ('VOICE_MO', 'VOICE_MT') AND cdr.cause_for_record_closing = 4
GROUP BY truth.scenario_id, cdr.last_cell_id;
