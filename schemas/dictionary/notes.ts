import type { SchemaTopic } from '../subjects.ts';

/** What a table of fields can't say, in Markdown, by topic. */
export const notes: Readonly<Partial<Record<SchemaTopic, string>>> = {
  cdrs: `Both legs of an on-net call carry one \`call_reference\`; so do all partial records of a data session, whose volumes add up to
the session's. \`rat\` and the cells follow the anchor: an EN-DC session is \`LTE\` with an ECI, and \`secondary_rat_bytes\` is its part
over NR.`,
  network_logs: `A CELL_KPI record holds counters of a cell and period, so that rates can be added up over cells and periods before
dividing. A rate is the quotient of two sums, never a mean of rates:

| rate | formula | definition |
|---|---|---|
| RRC setup success | \`sum(rrc_setup_successes) / sum(rrc_setup_attempts)\` | TS 28.554 6.2, TS 32.450 6.1 |
| bearer setup success | \`sum(bearer_setup_successes) / sum(bearer_setup_attempts)\` | TS 28.554 6.2, TS 32.450 6.1 |
| accessibility | product of the two above | TS 28.554 6.2, TS 32.450 6.1 |
| retainability (drop rate) | \`sum(abnormal_releases) / sum(releases)\` | TS 28.554 6.5, TS 32.450 6.2 |
| handover success | \`sum(handover_successes) / sum(handover_attempts)\` | TS 28.554 6.6, TS 32.450 6.5 |
| mean downlink throughput of the cell | \`8 * sum(downlink_bytes_sum) / sum(granularity_period_s)\` bit/s | TS 32.425 4.4.1 |`,
  location_updates: `A position is the network's estimate with its uncertainty, never where the subscriber truly is.`,
  ground_truth: `One record per affected event, beside records for the causes themselves. To label a stream, join \`event_id\` with the
stream that \`stream\` names; removed events are in no stream, and have \`counterfactual_event_id\` only.`,
  scenario_events: `The one topic that users write. The value needs the Confluent wire format (a registry serializer does it); fields
with a default may be left out by Avro libraries that apply defaults. A bad record goes to \`dead_letters\` with the reason.`,
  subscriber_state: `Inbound roamers are subscribers of a foreign test network. \`name\` and \`address\` come last, so that a decoder may stop
before them.`,
};
