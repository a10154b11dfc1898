-- The tables of the sink as the local endpoint keeps them: Parquet files, half a minute behind what a transaction sees.
--   duckdb -cmd "SET VARIABLE data = '.telco-twin/vastdb/vastdb/telco'" -cmd ".read examples/vast/parquet_tables.sql" -f examples/vast/dropped_calls.sql
CREATE TEMP VIEW cdrs AS FROM read_parquet(getvariable('data') || '/cdrs/*.parquet', union_by_name = true);
CREATE TEMP VIEW network_logs AS FROM read_parquet(getvariable('data') || '/network_logs/*.parquet', union_by_name = true);
CREATE TEMP VIEW customer_service AS FROM read_parquet(getvariable('data') || '/customer_service/*.parquet', union_by_name = true);
CREATE TEMP VIEW location_updates AS FROM read_parquet(getvariable('data') || '/location_updates/*.parquet', union_by_name = true);
CREATE TEMP VIEW ground_truth AS FROM read_parquet(getvariable('data') || '/ground_truth/*.parquet', union_by_name = true);
CREATE TEMP VIEW subscribers AS FROM read_parquet(getvariable('data') || '/subscribers/*.parquet', union_by_name = true);
CREATE TEMP VIEW cells AS FROM read_parquet(getvariable('data') || '/cells/*.parquet', union_by_name = true);
CREATE TEMP VIEW sites AS FROM read_parquet(getvariable('data') || '/sites/*.parquet', union_by_name = true);
